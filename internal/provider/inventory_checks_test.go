package provider

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestInventoryChecks has the checks of the example pass, and warn when a month brings fewer rows, one of which expires.
func TestInventoryChecks(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	work := s.workFolder(t, tftest.Shared(t))
	work.Environment = append(work.Environment, exampleNeeds["inventory-checks"](s)...)
	work.CopyExample(filepath.Join(examplesDir, "inventory-checks"), func(string) bool { return true })
	apply := func() (out, counts string) {
		out = work.Run(0, "apply", "-auto-approve")
		counts, _ = work.Command(0, "output", "-json", "row_counts")
		return out, strings.TrimSpace(counts)
	}
	if out, counts := apply(); counts != "[2,1]" || strings.Contains(out, "Check block assertion failed") {
		t.Errorf("got %s, want [2,1] and no failed check:\n%s", counts, out)
	}
	s.AddRun(reportlibrarytest.Run{
		ReportIdentifier: inventoryReport, DisplayName: "Inventory", Format: "CSV",
		StartDate: "2026-11-20 02:00:00", EndDate: "2026-11-20 02:00:00",
		Content: reportlibrarytest.Text("Order ID,Order status,Common name,Valid until\n1,issued,www.example.com,2020-01-01\n"),
	})
	out, counts := apply()
	flat := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " ")
	if counts != "[1,2,1]" || !strings.Contains(flat, "1 certificates expire within 30 days.") ||
		!strings.Contains(flat, "fewer rows than the one before") {
		t.Errorf("got %s, want [1,2,1] and two failed checks:\n%s", counts, out)
	}
}
