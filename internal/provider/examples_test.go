package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

const examplesDir = "../../examples"

// The identifiers in the examples of the reference.
const (
	exampleReport = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
	exampleRun    = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"
)

// exampleNeeds says, for each folder with a configuration, what it finds at the fake besides the run that the
// reference names.
var exampleNeeds = map[string]func(*scene) (environment []string){
	"provider":                                     nil,
	"resources/digicert_report_file":               nil,
	"data-sources/digicert_report_download":        nil,
	"ephemeral-resources/digicert_report_download": nil,
	"quickstart": func(s *scene) []string {
		orders, log := s.orders(january), s.AddRun(reportlibrarytest.Run{DisplayName: "Audit log", Type: "audit-logs", Format: "JSON"})
		return []string{
			fmt.Sprintf("TF_VAR_orders={report_identifier=%q,report_run_identifier=%q}", orders.ReportIdentifier, orders.RunIdentifier),
			fmt.Sprintf("TF_VAR_audit_log={report_identifier=%q,report_run_identifier=%q}", log.ReportIdentifier, log.RunIdentifier),
		}
	},
	"split-run": func(s *scene) []string {
		run := s.AddRun(reportlibrarytest.Run{DisplayName: "All orders", Format: "CSV", SplitCount: 3})
		return []string{fmt.Sprintf("TF_VAR_run={report_identifier=%q,report_run_identifier=%q,parts=3}", run.ReportIdentifier, run.RunIdentifier)}
	},
}

// TestExamples applies every example with a real CLI and the built provider, and plans again: nothing may be left to
// do.
func TestExamples(t *testing.T) {
	t.Parallel()
	cli := newCLI(t)
	for _, name := range exampleFolders(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs, ok := exampleNeeds[name]
			if !ok {
				t.Fatalf("no test knows how to run examples/%s: add it to exampleNeeds", name)
			}
			s := newScene(t)
			s.AddRun(reportlibrarytest.Run{ReportIdentifier: exampleReport, RunIdentifier: exampleRun, Content: reportlibrarytest.Text(january)})
			work := cli.in(t, s)
			if needs != nil {
				work.environment = append(work.environment, needs(s)...)
			}
			work.copyExample(name, func(file string) bool { return !strings.HasPrefix(file, "import-") })
			work.run(0, "apply", "-auto-approve")
			work.run(0, "plan", "-detailed-exitcode")
			work.run(0, "destroy", "-auto-approve")
		})
	}
	for name := range exampleNeeds {
		if !slices.Contains(exampleFolders(t), name) {
			t.Errorf("examples/%s is gone: remove it from exampleNeeds", name)
		}
	}
}

// TestExamples_import imports a file in each of the ways that the reference shows, and plans no change.
func TestExamples_import(t *testing.T) {
	t.Parallel()
	const folder = "resources/digicert_report_file"
	cli := newCLI(t)
	s := newScene(t)
	for _, variant := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		t.Run(variant, func(t *testing.T) {
			if strings.Contains(variant, "identity") && cli.version.LessThan(version.Must(version.NewVersion("1.12.0"))) {
				// The block is of a newer Terraform: here it can be parsed only, and the protocol's test imports.
				source, err := os.ReadFile(filepath.Join(examplesDir, folder, variant))
				if err != nil {
					t.Fatal(err)
				}
				if _, diags := hclsyntax.ParseConfig(source, variant, hcl.InitialPos); diags.HasErrors() {
					t.Error(diags)
				}
				return
			}
			work := cli.in(t, s)
			work.copyExample(folder, func(file string) bool { return file == variant || !strings.HasPrefix(file, "import") })
			if err := os.MkdirAll(work.file("evidence"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(work.file("evidence/orders.csv"), []byte(january), 0o600); err != nil {
				t.Fatal(err)
			}
			if out := work.run(2, "plan", "-detailed-exitcode"); !strings.Contains(out, "1 to import, 0 to add, 0 to "+
				"change, 0 to destroy") {
				t.Error(out)
			}
			work.run(0, "apply", "-auto-approve")
			work.run(0, "plan", "-detailed-exitcode")
		})
	}
	if err := s.wantRequests(0); err != nil {
		t.Error(err)
	}
}

// exampleFolders lists every folder below examples that holds a configuration.
func exampleFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(examplesDir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".tf") {
			relative, _ := filepath.Rel(examplesDir, filepath.Dir(path))
			folders = append(folders, filepath.ToSlash(relative))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

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
	out, err := exec.CommandContext(t.Context(), executable, "version", "-json").Output()
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
		if err := os.WriteFile(w.file(filepath.Base(file)), text, 0o600); err != nil {
			w.t.Fatal(err)
		}
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
	command := exec.CommandContext(w.t.Context(), w.executable, append(args, "-no-color", "-input=false")...)
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
