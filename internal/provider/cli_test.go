package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// cli is a real Terraform or OpenTofu that uses the provider's binary.
type cli struct {
	executable string
	version    *version.Version
	config     string
}

func newCLI(t *testing.T) *cli {
	t.Helper()
	dir := t.TempDir()
	executable := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); executable == "" && err == nil {
			executable = found
		}
	}
	if executable == "" {
		t.Fatal("neither terraform nor tofu is on PATH, and TF_ACC_TERRAFORM_PATH is not set")
	}
	binary := filepath.Join(dir, "terraform-provider-digicert")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}
	c := &cli{executable: executable, config: filepath.Join(dir, "cli.tfrc")}
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"seed-875fe49d/digicert\" = %q\n  }\n  "+
		"direct {}\n}\n", filepath.ToSlash(dir))
	if err := os.WriteFile(c.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := exec.CommandContext(t.Context(), executable, "version", "-json")
	ask.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+c.config) // a missing one is a warning before the JSON
	out, err := ask.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	if c.version, err = version.NewVersion(answer.Version); err != nil {
		t.Fatal(err)
	}
	return c
}

// workFolder is a folder with a configuration, and what its commands find in their environment.
type workFolder struct {
	*cli
	t           *testing.T
	dir         string
	environment []string
}

func (c *cli) in(t *testing.T, s *scene) *workFolder {
	t.Helper()
	return &workFolder{cli: c, t: t, dir: t.TempDir(), environment: append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+c.config, "CHECKPOINT_DISABLE=1", envBaseURL+"="+s.URL(), envAPIKey+"="+s.APIKey)}
}

func (w *workFolder) file(name string) string { return filepath.Join(w.dir, name) }

// providerSource says where the provider comes from.
const providerSource = "terraform {\n  required_providers {\n    digicert = {\n      source = \"seed-875fe49d/digicert\"\n    }\n  }\n}\n"

func (w *workFolder) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.file(name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// copyExample copies the chosen files of an example, and says where the provider comes from if they don't.
func (w *workFolder) copyExample(name string, chosen func(file string) bool) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(examplesDir, name, "*.tf"))
	if err != nil {
		w.t.Fatal(err)
	}
	sourced := false
	for _, file := range files {
		if !chosen(filepath.Base(file)) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		sourced = sourced || strings.Contains(string(text), "required_providers")
		w.write(filepath.Base(file), string(text))
	}
	if !sourced {
		const source = "terraform {\n  required_providers {\n    digicert = {\n      source = " +
			"\"seed-875fe49d/digicert\"\n    }\n  }\n}\n"
		if err := os.WriteFile(w.file("source.tf"), []byte(source), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}

// run runs a command, which has to end with this exit status, and returns what it printed.
func (w *workFolder) run(status int, args ...string) string {
	w.t.Helper()
	args = append([]string{args[0], "-no-color", "-input=false"}, args[1:]...)
	command := exec.CommandContext(reportlibrarytest.Context(w.t), w.executable, args...)
	command.Dir, command.Env = w.dir, w.environment
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	if got := command.ProcessState.ExitCode(); got != status {
		w.t.Fatalf("%v: exit status %d instead of %d\n%s", args, got, status, out)
	}
	return string(out)
}
