package provider

import (
	"path/filepath"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// The names that acceptance tests used before tftest, for tests that are not converted yet.

type cli struct {
	*tftest.CLI
	version *version.Version
}

func newCLI(t *testing.T) *cli {
	t.Helper()
	return &cli{tftest.Shared(t), tftest.SharedVersion(t)}
}

func (c *cli) in(t *testing.T, s *scene) *workFolder {
	t.Helper()
	return s.workFolder(t, c.CLI)
}

func (w *workFolder) file(name string) string { return w.File(name) }

func (w *workFolder) files() []string { return w.Files() }

func (w *workFolder) copyExample(name string, chosen func(file string) bool) {
	w.t.Helper()
	w.CopyExample(filepath.Join(examplesDir, name), chosen)
}

func (w *workFolder) write(name, text string) {
	w.t.Helper()
	w.Write(name, text)
}

func (w *workFolder) run(status int, args ...string) string {
	w.t.Helper()
	w.Environment, w.environment = append(w.Environment, w.environment...), nil
	return w.Run(status, args...)
}

func (w *workFolder) command(status int, args ...string) (stdout, stderr string) {
	w.t.Helper()
	w.Environment, w.environment = append(w.Environment, w.environment...), nil
	return w.Command(status, args...)
}

const providerSource = tftest.Source
