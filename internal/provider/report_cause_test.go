package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

const (
	causeReport = "aaaaaaaa-0000-4000-8000-00000000000a"
	causeRun    = "11111111-1111-4111-8111-111111111111"
	foreignRun  = "22222222-2222-4222-8222-222222222222"
	strayRun    = "99999999-9999-4999-8999-999999999999"
)

// daysAgo returns the time so many days ago as the API writes it.
func daysAgo(days int) string {
	return time.Now().UTC().AddDate(0, 0, -days).Format(time.DateTime)
}

// addCauseRuns adds a run that change may alter, and one of another report.
func (s *fixture) addCauseRuns(change func(*reportlibrarytest.Run)) reportlibrarytest.Run {
	run := reportlibrarytest.Run{
		DisplayName: "Monthly orders", ReportIdentifier: causeReport, RunIdentifier: causeRun, Schedule: "MONTHLY",
		StartDate: daysAgo(20), EndDate: daysAgo(20),
	}
	if change != nil {
		change(&run)
	}
	s.AddRun(reportlibrarytest.Run{DisplayName: "Domains", Type: "domains", RunIdentifier: foreignRun, StartDate: daysAgo(9), EndDate: daysAgo(9)})
	return s.AddRun(run)
}

// TestReportCause goes through the failures that the report history explains, each with one request more.
func TestReportCause(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		run    func(*reportlibrarytest.Run)
		change func(*reportlibrarytest.Run) // of the configuration
		lines  []string
		gone   bool // the run has no file
		want   string
	}{
		"report unknown": {
			change: func(r *reportlibrarytest.Run) {
				r.ReportIdentifier, r.RunIdentifier = strings.Replace(causeReport, "8000", "8008", 1), strayRun
			},
			want: `Report Not Found.*report_identifier .*no report with the\s+identifier.*Correct report_identifier.*Status: 404\s+` +
				`Similar report: ` + causeReport + `, "Monthly orders",\s+orders,\s+MONTHLY\s+Existing report: .*"Domains",\s+domains`,
		},
		"another report's run": {
			change: func(r *reportlibrarytest.Run) { r.RunIdentifier = foreignRun },
			want:   `Run Of Another Report.*report_identifier .*belongs to the report\s+"Domains".*Set report_identifier`,
		},
		"run unknown": {
			change: func(r *reportlibrarytest.Run) { r.RunIdentifier = strayRun },
			want:   `Report Run Not Found.*report_run_identifier .*"Monthly orders" has no run.*Existing run: ` + causeRun + `, READY`,
		},
		"expired": {
			run: func(r *reportlibrarytest.Run) { r.EndDate = daysAgo(91) }, gone: true,
			want: `Report Run Expired.*report_run_identifier .*more\s+than 90 days`,
		},
		"generating": {
			run:  func(r *reportlibrarytest.Run) { r.EndDate, r.Status = "", "GENERATING" },
			want: `Report Run Not Ready.*report_run_identifier .*GENERATING.*wait_for_ready`,
		},
		"failed": {
			run:  func(r *reportlibrarytest.Run) { r.Status = "FAILED" },
			want: `Report Run Failed.*report_run_identifier .*status FAILED.*Start a new run`,
		},
		"split": {
			run: func(r *reportlibrarytest.Run) { r.SplitCount = 3 },
			want: `Report Run Is Split.*into 3 parts, numbered 0\s+to 2.*Every part:\s+for_each += \{ for part in range\(3\) : part => part \}\s+` +
				`split_report_sequence = each.value\s+filename += ".*orders-part\$\{each.key\}.csv"`,
		},
		"fewer parts": {
			run: func(r *reportlibrarytest.Run) { r.SplitCount = 3 }, lines: []string{"split_report_sequence = 3"},
			want: `Report Part Not Found.*split_report_sequence = 3.*no part 3.*Every part:`,
		},
		"not split": {
			lines: []string{"split_report_sequence = 0"},
			want:  `Report Run Is Not Split.*split_report_sequence = 0.*not split, so it has no part 0.*Remove split_report_sequence`,
		},
		"format": {
			lines: []string{`report_format = "JSON"`}, want: `Report Format Not Applicable.*created with the format\s+CSV, not JSON`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.addCauseRuns(tt.run)
			if tt.change != nil {
				tt.change(&run)
			}
			if tt.gone {
				s.Script(reportlibrarytest.Downloads, reportlibrarytest.ReportNotFound.Forever())
			}
			s.test(resource.TestStep{
				PreConfig:   s.forget(),
				Config:      s.saved(run, append(tt.lines, tftest.Set("filename", s.file("orders.csv")))...),
				ExpectError: regexp.MustCompile("(?s)" + tt.want),
			})
			if err := s.wantRequests(2); err != nil {
				t.Error(err)
			}
			if err := s.wantFiles(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestReportCause_snippet applies the for_each that the message of a split run shows.
func TestReportCause_snippet(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.addCauseRuns(func(r *reportlibrarytest.Run) { r.SplitCount = 3 })
	work := s.workFolder(t, tftest.Shared(t))
	lines := slices.Concat(everyPart(3)[2:], []string{"  filename = " + partFilename("orders.csv")})
	work.Write("main.tf", tftest.Source+savedBlock("this", run, lines...))
	work.Run(0, "apply", "-auto-approve")
	for part, content := range run.Parts {
		check := holds(work.File(fmt.Sprintf("orders-part%d.csv", part)), string(reportlibrarytest.ReadAll(content)))
		if err := check(nil); err != nil {
			t.Error(err)
		}
	}
}

// TestReportCause_again applies while the file of a READY run is not there yet.
func TestReportCause_again(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]func(*fixture, reportlibrarytest.Run) string{
		"file": func(s *fixture, run reportlibrarytest.Run) string {
			return s.saved(run, tftest.Set("filename", s.file("orders.csv")))
		},
		"archive": func(s *fixture, run reportlibrarytest.Run) string { return s.archive(run.ReportIdentifier) },
		"download": func(s *fixture, run reportlibrarytest.Run) string {
			return s.provider() + lookupBlock("digicert_report_download", tftest.Set("report_identifier", run.ReportIdentifier),
				tftest.Set("report_run_identifier", run.RunIdentifier), `report_format = "CSV"`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.addCauseRuns(func(r *reportlibrarytest.Run) { r.EndDate = daysAgo(0) })
			s.Script(reportlibrarytest.DownloadsOf(run), reportlibrarytest.ReportNotFound)
			s.test(resource.TestStep{Config: config(s, run)})
			if !s.ScriptDone() {
				t.Error("no download failed: this tests nothing")
			}
		})
	}
}

// TestReportCause_restore names the ways out where a file is missing and its run too.
func TestReportCause_restore(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.addCauseRuns(nil)
	config := s.saved(run, tftest.Set("filename", s.file("orders.csv")))
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: s.forget(s.remove("orders.csv"), func() { s.RemoveRun(causeRun) }), Config: config,
			ExpectError: regexp.MustCompile(`(?s)Report Run Not Found.*report_run_identifier .*orders.csv is\s+missing.*put\s+the\s+file\s+back.*on_missing\s+=\s+"ignore"`),
		},
	)
	if err := s.wantRequests(2); err != nil {
		t.Error(err)
	}
}

// TestReportCause_isShared has every file of a for_each fail: the failures share one look at the history.
func TestReportCause_isShared(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.addCauseRuns(nil)
	run.RunIdentifier = strayRun
	config := s.provider() + savedBlock("this", run, "for_each = { for part in range(30) : part => part }",
		"split_report_sequence = each.value", `filename = "`+s.file("orders")+`-${each.key}.csv"`)
	s.test(resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`Report Run Not Found`)})
	histories := 0
	for _, request := range s.Requests() {
		if strings.HasSuffix(request.Path, "/history") {
			histories++
		}
	}
	if histories != 1 {
		t.Errorf("got %d requests for the history, want 1", histories)
	}
	if err := s.wantRequests(31); err != nil {
		t.Error(err)
	}
}

// TestReportCause_manyReports names the closest of many reports, and how many there are besides.
func TestReportCause_manyReports(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	for i := range 250 {
		s.AddRun(reportlibrarytest.Run{DisplayName: fmt.Sprintf("Report %03d", i)})
	}
	s.test(resource.TestStep{
		Config: s.provider() + lookupBlock("digicert_report_run", `report_display_name = "report 123"`),
		ExpectError: regexp.MustCompile(`(?s)Report Not Found.*report_display_name = "report 123".*no report named\s+"report\s+123".*` +
			`Similar report: \S+ "Report 123",\s+orders.*… and 245 reports more`),
	})
	if err := s.wantRequests(1 + 3); err != nil {
		t.Error(err)
	}
}
