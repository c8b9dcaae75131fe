package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// pageRun is how the configurations of a page are run, one step after the other in one folder.
type pageRun struct {
	steps []pageStep
	// terraform and tofu are the first versions that know the page's language; empty means all.
	terraform, tofu string
	// unrun counts configurations that are only parsed, because they need a provider that is not here.
	unrun int
}

type pageStep struct {
	// blocks are numbers of configurations of the page, and with is added to them.
	blocks []int
	with   string
	// args is the command, which has to succeed and print want.
	args []string
	want string
	// tofu is the first OpenTofu that knows the step's language; empty means all.
	tofu string
	// check looks at the result; nil if there is no more to see.
	check func(t *testing.T, w *workFolder)
}

var (
	applyPage    = []string{"apply", "-auto-approve"}
	validatePage = []string{"validate"}
)

const (
	pageFile = `
resource "digicert_report_file" "NAME" {
  report_identifier     = "` + exampleReport + `"
  report_run_identifier = "` + exampleRun + `"
  report_format         = "CSV"
  filename              = "evidence/orders.csv"
}
`
	pageVariables = `
variable "report" { default = "` + exampleReport + `" }
variable "run" { default = "` + exampleRun + `" }
`
	pageCertCentral = `
terraform {
  required_providers {
    certcentral = {
      source = "seed-875fe49d/digicert"
    }
  }
}
`
)

// pages says how the configurations are run that stand in a page itself. Those of examples/ have a test of their own.
func pages() map[string]pageRun {
	named := func(name string) string { return strings.ReplaceAll(pageFile, "NAME", name) }
	wantFile := func(t *testing.T, w *workFolder) {
		t.Helper()
		if text, err := os.ReadFile(w.File("evidence/orders.csv")); err != nil || string(text) != january {
			t.Errorf("got the file %q (%v), want the report", text, err)
		}
	}
	return map[string]pageRun{
		"README.md": {steps: []pageStep{
			{blocks: []int{0}, args: applyPage, want: "sha256sums"},
			{blocks: []int{0, 1}, args: applyPage, want: "1 added"},
		}},
		"templates/index.md.tmpl": {
			terraform: "1.10.0", tofu: "1.11.0",
			steps: []pageStep{
				{blocks: []int{0}, args: validatePage, want: "Success"},
				{blocks: []int{1}, args: applyPage, want: "0 added"},
				{blocks: []int{2}, args: applyPage, want: "0 added"},
			},
		},
		"templates/resources/report_file.md.tmpl": {steps: []pageStep{
			{with: named("orders"), args: applyPage, want: "1 added"},
			{blocks: []int{2}, with: named("monthly_orders"), args: applyPage, want: "0 added, 0 changed, 0 destroyed"},
			{with: named("orders") + `
moved {
  from = digicert_report_file.monthly_orders
  to   = digicert_report_file.orders
}
`, args: applyPage, want: "0 added, 0 changed, 0 destroyed"},
			{blocks: []int{0}, args: applyPage, want: "0 destroyed", check: wantFile},
			{blocks: []int{1}, with: named("orders"), args: validatePage, want: "Success", tofu: "1.10.0"}, // a test of the resource applies it
		}},
		"templates/guides/from-http-and-local.md.tmpl": {unrun: 1, steps: []pageStep{
			{blocks: []int{1}, with: pageVariables, args: applyPage, want: "1 added", tofu: "1.10.0", check: wantFile},
		}},
		"templates/guides/from-files-to-an-archive.md.tmpl": {steps: []pageStep{
			{blocks: []int{0}, args: applyPage, want: "1 added"},
			{blocks: []int{1, 2}, args: applyPage, want: "1 added, 0 changed, 0 destroyed", check: func(t *testing.T, w *workFolder) {
				t.Helper()
				for _, pattern := range []string{"evidence/orders/*.csv", "evidence/orders-archive/*.csv"} {
					if files, err := filepath.Glob(w.File(pattern)); err != nil || len(files) != 1 {
						t.Errorf("got the files %q (%v), want one in %s", files, err, pattern)
					}
				}
			}},
		}},
		"templates/guides/secrets-and-content.md.tmpl": {unrun: 1}, // it needs hashicorp/aws
		"templates/guides/testing-with-mocks.md.tmpl":  {unrun: 1}, // a test file: see TestMocks
		"templates/guides/beside-trust-lifecycle-manager.md.tmpl": { // the first one: TestDocs_besideAnotherProvider
			unrun: 1,
			steps: []pageStep{{blocks: []int{1}, with: pageCertCentral, args: []string{"get"}}, {
				blocks: []int{1}, with: pageCertCentral, args: applyPage, want: "1 added",
			}},
		},
	}
}

// TestDocs_run runs the configurations of each page with a real client.
func TestDocs_run(t *testing.T) {
	t.Parallel()
	runs := pages()
	for _, page := range documentation(t) {
		name, err := filepath.Rel(repositoryDir, page)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		sources := configurations(t, page)
		if len(sources) == 0 || strings.HasPrefix(name, "docs/") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, ok := runs[name]
			if !ok {
				t.Fatal("no test knows how to run the configurations of this page: add it to pages")
			}
			used := map[int]bool{}
			for _, step := range run.steps {
				for _, n := range step.blocks {
					used[n] = true
				}
			}
			if len(used)+run.unrun != len(sources) {
				t.Errorf("%d of %d configurations run, and %d are known not to", len(used), len(sources), run.unrun)
			}
			if olderClient(t, run.terraform, run.tofu) {
				return // TestDocs_configurations has parsed it
			}
			run.run(t, sources)
		})
	}
	for name := range runs {
		if _, err := os.Stat(filepath.Join(repositoryDir, name)); err != nil {
			t.Errorf("%s is not there: remove it from pages", name)
		}
	}
}

// olderClient reports whether the client is older than the first Terraform or OpenTofu that knows something; empty means
// that all know it.
func olderClient(t *testing.T, terraform, tofu string) bool {
	t.Helper()
	first := terraform
	if strings.HasPrefix(filepath.Base(tftest.Shared(t).Executable), "tofu") {
		first = tofu
	}
	return first != "" && tftest.SharedVersion(t).LessThan(version.Must(version.NewVersion(first)))
}

func (r pageRun) run(t *testing.T, sources []string) {
	t.Helper()
	if len(r.steps) == 0 {
		return
	}
	s := newFixture(t)
	s.AddRun(reportlibrarytest.Run{
		ReportIdentifier: exampleReport, RunIdentifier: exampleRun, DisplayName: "Monthly orders",
		Content: reportlibrarytest.Text(january),
	})
	w := s.workFolder(t, tftest.Shared(t))
	if err := os.CopyFS(w.File("modules/evidence"), os.DirFS(filepath.Join(examplesDir, "module"))); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"corporate-root.pem", "DigiCertTrustedRootG4.pem"} {
		w.Write(file, certificatePEM(t))
	}
	for _, step := range r.steps {
		if olderClient(t, "", step.tofu) {
			continue
		}
		var text strings.Builder
		for _, n := range step.blocks {
			text.WriteString(sources[n])
		}
		text.WriteString(step.with)
		if olderClient(t, "", "1.10.0") { // as the pages say
			kept := strings.ReplaceAll(text.String(), "\n\n  lifecycle {\n    destroy = false\n  }\n", "\n")
			text.Reset()
			text.WriteString(kept)
		}
		if !strings.Contains(text.String(), "required_providers") {
			text.WriteString(tftest.Source)
		}
		w.Write("main.tf", text.String())
		if out, problems := w.Command(0, append(step.args, "-no-color")...); !strings.Contains(out, step.want) {
			t.Errorf("%v: got %s%s, want %q", step.args, out, problems, step.want)
		}
		if step.check != nil {
			step.check(t, w)
		}
	}
}

// certificatePEM returns a certificate of an authority.
func certificatePEM(t *testing.T) string {
	t.Helper()
	authority := timestamptest.NewServer()
	t.Cleanup(authority.Close)
	return authority.CACertPEM()
}
