package provider

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// factories serve the provider in the test's process, a new one for every command of Terraform.
func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"digicert": newServer,
		"echo":     echoprovider.NewProviderServer(),
	}
}

func newServer() (tfprotov6.ProviderServer, error) { return NewServer("test")(), nil }

func TestMain(m *testing.M) { os.Exit(tftest.Main(m, envAPIKey, envBaseURL)) }

// scene is a fake Report Library, a folder for what is saved, and the configuration that names both.
type scene struct {
	*reportlibrarytest.Server
	t   *testing.T
	dir string
}

func newScene(t *testing.T, configure ...func(*reportlibrarytest.Options)) *scene {
	t.Helper()
	server := reportlibrarytest.NewServer(configure...)
	t.Cleanup(server.Close)
	return &scene{Server: server, t: t, dir: t.TempDir()}
}

// workFolder is a folder with a configuration whose commands talk to the scene's server.
type workFolder struct {
	*tftest.Folder
	t *testing.T
}

func (s *scene) workFolder(t *testing.T, cli *tftest.CLI) *workFolder {
	t.Helper()
	return &workFolder{Folder: cli.In(t, envBaseURL+"="+s.URL(), envAPIKey+"="+s.APIKey), t: t}
}

// file is the path of name in the scene's folder.
func (s *scene) file(name string) string { return filepath.Join(s.dir, name) }

// provider is a provider block that talks to the fake, quickly impatient.
func (s *scene) provider(more ...string) string {
	return tftest.Block("provider", []string{"digicert"}, append([]string{
		tftest.Set("base_url", s.URL()), tftest.Set("api_key", s.APIKey), `retry = { min_wait = "1ms", max_wait = "5ms" }`,
	}, more...)...)
}

// saved is a digicert_report_file "this" with these further lines.
func (s *scene) saved(run reportlibrarytest.Run, lines ...string) string {
	return s.provider() + savedBlock("this", run, lines...)
}

func savedBlock(name string, run reportlibrarytest.Run, lines ...string) string {
	format := run.Format
	for _, line := range lines {
		if value, ok := strings.CutPrefix(line, "report_format = "); ok {
			format = strings.Trim(value, `"`)
		}
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.HasPrefix(line, "report_format = ") })
	return tftest.Block("resource", []string{"digicert_report_file", name}, append([]string{
		tftest.Set("report_identifier", run.ReportIdentifier), tftest.Set("report_run_identifier", run.RunIdentifier),
		tftest.Set("report_format", format),
	}, lines...)...)
}

// orders adds a CSV run with this content.
func (s *scene) orders(content string) reportlibrarytest.Run {
	return s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Format: "CSV", Content: reportlibrarytest.Text(content)})
}

// test runs the steps against the provider under test.
func (s *scene) test(steps ...resource.TestStep) {
	s.t.Helper()
	unitTest(s.t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
}

// unitTest is resource.UnitTest, which has no deadline, with one.
func unitTest(t *testing.T, c resource.TestCase) {
	t.Helper()
	defer deadline.Watch(t)()
	resource.UnitTest(t, c)
}

// forget makes a step start with an empty log of requests, after what it needs done to the disk or the server.
func (s *scene) forget(do ...func()) func() {
	return func() {
		for _, f := range do {
			f()
		}
		s.ResetRequests()
	}
}

// requests checks how many requests a step has made; as a plan check it also runs after the refresh that follows an
// apply.
func (s *scene) requests(want int) resource.TestCheckFunc {
	return func(*terraform.State) error { return s.wantRequests(want) }
}

func (s *scene) wantRequests(want int) error {
	if got := s.Requests(); len(got) != want {
		return fmt.Errorf("%d requests instead of %d: %v", len(got), want, got)
	}
	return nil
}

type planCheck func() error

// CheckPlan implements plancheck.PlanCheck.
func (c planCheck) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// noFurtherRequests checks that the plans after an apply ask nothing of the server.
func (s *scene) noFurtherRequests(after int) plancheck.PlanCheck {
	return planCheck(func() error { return s.wantRequests(after) })
}

// holds checks the content of a saved file.
func holds(path, content string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if string(got) != content {
			return fmt.Errorf("%s holds %d bytes %.80q instead of %d bytes %.80q", path, len(got), got, len(content), content)
		}
		return nil
	}
}

// hasMode checks the permissions of a saved file.
func hasMode(path string, mode fs.FileMode) resource.TestCheckFunc {
	return func(*terraform.State) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.Mode().Perm() != mode {
			return fmt.Errorf("%s has mode %04o instead of %04o", path, info.Mode().Perm(), mode)
		}
		return nil
	}
}

// onlyFiles checks that a folder holds these files and nothing else: no temporary one, no lock, no left-over.
func (s *scene) onlyFiles(names ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return s.wantFiles(names...) }
}

func (s *scene) wantFiles(names ...string) error {
	var found []string
	err := filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			relative, _ := filepath.Rel(s.dir, path)
			found = append(found, filepath.ToSlash(relative))
		}
		return err
	})
	slices.Sort(names)
	if !slices.Equal(found, names) {
		err = errors.Join(err, fmt.Errorf("the folder holds %q instead of %q", found, names))
	}
	return err
}

func (s *scene) remove(name string) func() {
	return func() {
		if err := os.Remove(s.file(name)); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *scene) write(name, content string) func() {
	return func() {
		if err := os.WriteFile(s.file(name), []byte(content), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// must fails the test on the error of a check that runs outside of a step.
func (s *scene) must(check resource.TestCheckFunc) func() {
	return func() {
		s.t.Helper()
		if err := check(nil); err != nil {
			s.t.Fatal(err)
		}
	}
}

func base64SHA256Of(content string) string {
	sum := sha256.Sum256([]byte(content))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func sha256Of(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// terraformState is what a check function gets and most here have no use for.
type terraformState = terraform.State

func stateOf(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(this, tfjsonpath.New(attribute), value)
}
