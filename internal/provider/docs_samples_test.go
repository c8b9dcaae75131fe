package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// sampleValues are those of a plan that differ by content and client.
var sampleValues = regexp.MustCompile(`[0-9a-f]{64}|\d+ unchanged`)

// TestDocs_samples compares the plans that the pages show with those of a real client.
func TestDocs_samples(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		example string
		// damage changes the folder between the apply and the plan.
		damage func(w *workFolder) error
	}{
		"resources/report_file.md": {"resources/digicert_report_file", func(w *workFolder) error {
			return os.WriteFile(w.File("evidence/orders.csv"), []byte("edited"), 0o600)
		}},
		"resources/report_archive.md": {"resources/digicert_report_archive", func(w *workFolder) error {
			return os.Remove(w.File("evidence/orders/2026-10-01-42ffffca.csv"))
		}},
	}
	for page, tt := range tests {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			for id, day := range map[string]string{exampleRun: "2026-11-01", "42ffffca-93c4-4d5e-a6f7-0b8c9dae1f20": "2026-10-01"} {
				s.AddRun(reportlibrarytest.Run{
					ReportIdentifier: exampleReport, RunIdentifier: id, DisplayName: "Monthly orders",
					StartDate: day + " 02:00:00", EndDate: day + " 02:00:11", Content: reportlibrarytest.Text(january),
				})
			}
			w := s.workFolder(t, tftest.Shared(t))
			w.CopyExample(filepath.Join(examplesDir, tt.example), func(file string) bool { return !strings.HasPrefix(file, "import-") })
			w.Run(0, "apply", "-auto-approve")
			if err := tt.damage(w); err != nil {
				t.Fatal(err)
			}
			plan := words(w.Run(2, "plan", "-detailed-exitcode"))
			text, err := os.ReadFile(filepath.Join(repositoryDir, "docs", page))
			if err != nil {
				t.Fatal(err)
			}
			_, section, _ := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n## Plans and events\n")
			_, sample, _ := strings.Cut(section, "\n```text\n")
			sample, _, found := strings.Cut(sample, "\n```\n")
			if !found {
				t.Fatal("the page has no sample")
			}
			for paragraph := range strings.SplitSeq(sample, "\n\n") {
				if !strings.Contains(plan, words(paragraph)) {
					t.Errorf("the page shows %q, but the plan is\n%s", words(paragraph), plan)
				}
			}
		})
	}
}

// words returns the text in one line, without values that differ by content and client.
func words(text string) string {
	text = strings.NewReplacer("│", " ", "╷", " ", "╵", " ", "OpenTofu", "Terraform").Replace(text)
	return sampleValues.ReplaceAllString(strings.Join(strings.Fields(text), " "), "…")
}
