package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

const examplesDir = "../../examples"

// The identifiers in the examples of the reference.
const (
	exampleReport = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
	exampleRun    = "6b1f0a52-93c4-4d5e-a6f7-0b8c9dae1f20"

	inventoryReport = "1f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
)

// exampleNeeds prepares the fake for each folder with a configuration, besides the run that the reference names.
var exampleNeeds = map[string]func(*fixture) (environment []string){
	"provider":                              nil,
	"resources/digicert_report_file":        nil,
	"resources/digicert_report_archive":     nil,
	"data-sources/digicert_report_download": nil,
	"data-sources/digicert_report":          nil,
	"data-sources/digicert_report_history":  nil,
	"data-sources/digicert_report_run":      nil,
	"data-sources/digicert_report_rows": func(s *fixture) []string {
		s.SetRun(exampleRun, func(run *reportlibrarytest.Run) {
			run.Content = reportlibrarytest.Text("Order ID,Order status,Common name,Valid until,Division\n" +
				"1,issued,www.example.com,2099-01-31,IT\n2,pending,mail.example.com,,Sales\n")
		})
		return nil
	},
	"ephemeral-resources/digicert_report_download": nil,
	"compliance-snapshot":                          monthlyOrders,
	"module":                                       monthlyOrders,
	"outputs":                                      monthlyOrders,
	"quickstart": func(s *fixture) []string { // its other report is there anyway
		s.AddRun(reportlibrarytest.Run{DisplayName: "Audit log", Type: "audit-logs", Format: "JSON"})
		return nil
	},
	"inventory-checks": func(s *fixture) []string {
		const header = "Order ID,Order status,Common name,Valid until\n"
		add := func(ended, rows string) {
			s.AddRun(reportlibrarytest.Run{
				ReportIdentifier: inventoryReport, DisplayName: "Inventory", Format: "CSV", StartDate: ended, EndDate: ended,
				Content: reportlibrarytest.Text(header + rows),
			})
		}
		add("2026-10-01 02:00:00", "1,issued,www.example.com,01-Jan-2099\n")
		add("2026-11-01 02:00:00", "1,issued,www.example.com,01-Jan-2099\n2,pending,mail.example.com,\n")
		return []string{"TF_VAR_report_identifier=" + inventoryReport}
	},
	"kept-file":   nil,
	"pinned-hash": nil,
	"split-run": func(s *fixture) []string {
		s.AddRun(reportlibrarytest.Run{DisplayName: "All orders", Format: "CSV", SplitCount: 3})
		return nil
	},
}

// monthlyOrders names the report that is there anyway.
func monthlyOrders(*fixture) []string { return []string{"TF_VAR_report_display_name=Monthly orders"} }

// TestExamples applies every example with a real CLI and the built provider, and plans again: nothing may be left to
// do.
func TestExamples(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	for _, name := range exampleFolders(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs, ok := exampleNeeds[name]
			if !ok {
				t.Fatalf("no test knows how to run examples/%s: add it to exampleNeeds", name)
			}
			s := newFixture(t)
			s.AddRun(reportlibrarytest.Run{ReportIdentifier: exampleReport, RunIdentifier: exampleRun, Content: reportlibrarytest.Text(january)})
			work := s.workFolder(t, cli)
			if needs != nil {
				work.Environment = append(work.Environment, needs(s)...)
			}
			work.CopyExample(filepath.Join(examplesDir, name), func(file string) bool { return !strings.HasPrefix(file, "import-") })
			if strings.HasPrefix(name, "ephemeral-resources/") && olderClient(t, "1.10.0", "1.11.0") {
				if out := work.Run(1, "plan"); !strings.Contains(out, `Blocks of type "ephemeral" are not expected`) {
					t.Errorf("an older client: got %s", out)
				}
				return
			}
			work.Run(0, "apply", "-auto-approve")
			work.Run(0, "plan", "-detailed-exitcode")
			work.Run(0, "destroy", "-auto-approve")
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
	cli := tftest.Shared(t)
	s := newFixture(t)
	for _, variant := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		t.Run(variant, func(t *testing.T) {
			if strings.Contains(variant, "identity") && tftest.SharedVersion(t).LessThan(version.Must(version.NewVersion("1.12.0"))) {
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
			work := s.workFolder(t, cli)
			work.CopyExample(filepath.Join(examplesDir, folder), func(file string) bool { return file == variant || !strings.HasPrefix(file, "import") })
			if err := os.MkdirAll(work.File("evidence"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(work.File("evidence/orders.csv"), []byte(january), 0o600); err != nil {
				t.Fatal(err)
			}
			if out := work.Run(2, "plan", "-detailed-exitcode"); !strings.Contains(out, "1 to import, 0 to add, 0 to "+
				"change, 0 to destroy") {
				t.Error(out)
			}
			work.Run(0, "apply", "-auto-approve")
			work.Run(0, "plan", "-detailed-exitcode")
		})
	}
	if err := s.wantRequests(0); err != nil {
		t.Error(err)
	}
}

// exampleFolders lists every folder below examples that contains a configuration.
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
