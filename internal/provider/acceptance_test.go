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

// fixture is a fake Report Library, a folder for saved files, and the configuration that names both.
type fixture struct {
	*reportlibrarytest.Server
	t   *testing.T
	dir string
}

func newFixture(t *testing.T, configure ...func(*reportlibrarytest.Options)) *fixture {
	t.Helper()
	server := reportlibrarytest.NewServer(configure...)
	t.Cleanup(server.Close)
	return &fixture{Server: server, t: t, dir: t.TempDir()}
}

// workFolder is a folder with a configuration whose commands talk to the fixture's server.
type workFolder struct {
	*tftest.Folder
	t *testing.T
}

func (s *fixture) workFolder(t *testing.T, cli *tftest.CLI) *workFolder {
	t.Helper()
	return &workFolder{Folder: cli.In(t, envBaseURL+"="+s.URL(), envAPIKey+"="+s.APIKey), t: t}
}

// file is the path of name in the fixture's folder.
func (s *fixture) file(name string) string { return filepath.Join(s.dir, name) }

// provider is a provider block that talks to the fake, quickly impatient.
func (s *fixture) provider(more ...string) string {
	return tftest.Block("provider", []string{"digicert"}, append([]string{
		tftest.Set("base_url", s.URL()), tftest.Set("api_key", s.APIKey), `retry = { min_wait = "1ms", max_wait = "5ms" }`,
	}, more...)...)
}

// saved is a digicert_report_file "this" with these further lines.
func (s *fixture) saved(run reportlibrarytest.Run, lines ...string) string {
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
func (s *fixture) orders(content string) reportlibrarytest.Run {
	return s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Format: "CSV", Content: reportlibrarytest.Text(content)})
}

// test runs the steps against the provider under test.
func (s *fixture) test(steps ...resource.TestStep) {
	s.t.Helper()
	unitTest(s.t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
}

// unitTest is resource.UnitTest with a deadline.
func unitTest(t *testing.T, c resource.TestCase) {
	t.Helper()
	defer deadline.Watch(t)()
	resource.UnitTest(t, c)
}

// forget returns a PreConfig that calls do, and then empties the log of requests.
func (s *fixture) forget(do ...func()) func() {
	return func() {
		for _, f := range do {
			f()
		}
		s.ResetRequests()
	}
}

// requests checks how many requests a step has made; as a plan check it also runs after the refresh that follows an
// apply.
func (s *fixture) requests(want int) resource.TestCheckFunc {
	return func(*terraform.State) error { return s.wantRequests(want) }
}

func (s *fixture) wantRequests(want int) error {
	if got := s.Requests(); len(got) != want {
		return fmt.Errorf("got %d requests, want %d: %v", len(got), want, got)
	}
	return nil
}

type planCheck func() error

// CheckPlan implements plancheck.PlanCheck.
func (c planCheck) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// noFurtherRequests checks that the plans after an apply make no request.
func (s *fixture) noFurtherRequests(after int) plancheck.PlanCheck {
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
			return fmt.Errorf("%s: got %d bytes %.80q, want %d bytes %.80q", path, len(got), got, len(content), content)
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
			return fmt.Errorf("%s: got mode %04o, want %04o", path, info.Mode().Perm(), mode)
		}
		return nil
	}
}

// onlyFiles checks that the folder contains exactly these files: no temporary file, no lock, no left-over.
func (s *fixture) onlyFiles(names ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return s.wantFiles(names...) }
}

func (s *fixture) wantFiles(names ...string) error {
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
		err = errors.Join(err, fmt.Errorf("got files %q, want %q", found, names))
	}
	return err
}

func (s *fixture) remove(name string) func() {
	return func() {
		if err := os.Remove(s.file(name)); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *fixture) write(name, content string) func() {
	return func() {
		if err := os.WriteFile(s.file(name), []byte(content), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// must returns a function that fails the test on the error of a check.
func (s *fixture) must(check resource.TestCheckFunc) func() {
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

// terraformState is the parameter of a check function.
type terraformState = terraform.State

func stateOf(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(this, tfjsonpath.New(attribute), value)
}
