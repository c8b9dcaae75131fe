package provider

import (
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// onlyPresent are the checks of a plan in which nothing changes but present.
func onlyPresent(content string) resource.ConfigPlanChecks {
	return planned(
		known("present", knownvalue.Bool(true)),
		known("content_sha256", knownvalue.StringExact(sha256Of(content))),
		known("content_sha512", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{128}$`))),
		known("content_md5", knownvalue.StringRegexp(regexp.MustCompile(`^[0-9a-f]{32}$`))),
		known("content_size", knownvalue.Int64Exact(int64(len(content)))),
		known("downloaded_at", knownvalue.NotNull()),
		known("suggested_filename", knownvalue.NotNull()),
		known("delivered_format", knownvalue.StringExact("CSV")),
		known("path", knownvalue.NotNull()),
		plancheck.ExpectResourceAction("terraform_data.upload", plancheck.ResourceActionNoop),
	)
}

// TestReportFile_isRepairedInPlace removes and edits the file and changes its mode. Nothing that depends on it changes.
func TestReportFile_isRepairedInPlace(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	config := func(onMissing string) string {
		return s.saved(run, `filename = "`+s.file("orders.csv")+`"`, `file_permission = "0640"`, `on_missing = "`+onMissing+`"`) + dependant
	}
	chmod := func() {
		if err := os.Chmod(s.file("orders.csv"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	edit := s.write("orders.csv", january+"3,30\n")
	tests := []struct {
		onMissing string
		disturb   func()
		requests  int
	}{
		{onMissingRestore, s.remove("orders.csv"), 1},
		{onMissingRestore, edit, 1},
		{onMissingRestore, chmod, 0},
		{onMissingIgnore, edit, 1},
	}
	steps := []resource.TestStep{{Config: config(onMissingRestore), Check: hasMode(s.file("orders.csv"), 0o640)}}
	for _, tt := range tests {
		steps = append(steps, resource.TestStep{
			PreConfig:        s.forget(tt.disturb),
			Config:           config(tt.onMissing),
			ConfigPlanChecks: onlyPresent(january),
			Check: resource.ComposeTestCheckFunc(
				holds(s.file("orders.csv"), january), hasMode(s.file("orders.csv"), 0o640), s.requests(tt.requests),
			),
		})
	}
	s.test(steps...)
}

func TestReportFile_missingIsNotAChangeWhereIgnored(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := `filename = "` + s.file("orders.csv") + `"`
	config := s.saved(run, filename, `on_missing = "ignore"`) + "output \"file\" {\n  value = digicert_report_file.this\n}\n"
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:          s.forget(s.remove("orders.csv")),
			RefreshState:       true,
			ExpectNonEmptyPlan: false,
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			ConfigStateChecks: []statecheck.StateCheck{stateOf("present", knownvalue.Bool(true))},
			Check:             resource.ComposeTestCheckFunc(s.onlyFiles(), s.requests(0)),
		},
		resource.TestStep{ // another path is recorded, nothing else changes
			Config: s.saved(run, `filename = "`+s.file("elsewhere.csv")+`"`, `on_missing = "ignore"`),
			ConfigPlanChecks: planned(
				known("path", knownvalue.StringExact(s.file("elsewhere.csv"))), known("present", knownvalue.Bool(true)),
				known("content_sha256", knownvalue.StringExact(sha256Of(january))), known("downloaded_at", knownvalue.NotNull()),
			),
			Check: resource.ComposeTestCheckFunc(s.onlyFiles(), s.requests(0)),
		},
		resource.TestStep{ // not over another file
			PreConfig:   s.write("mine.csv", "mine"),
			Config:      s.saved(run, `filename = "`+s.file("mine.csv")+`"`, `on_missing = "ignore"`),
			ExpectError: regexp.MustCompile(`File Already Exists`),
		},
		resource.TestStep{ // a setting alone restores no file
			PreConfig: s.must(holds(s.file("mine.csv"), "mine")),
			Config:    s.saved(run, filename, `on_missing = "ignore"`, `keep_files = true`),
			Check:     resource.ComposeTestCheckFunc(s.onlyFiles("mine.csv"), s.requests(0)),
		},
		resource.TestStep{ // on_missing = "restore" restores it
			Config:           s.saved(run, filename),
			ConfigPlanChecks: planned(known("present", knownvalue.Bool(true)), known("content_sha256", knownvalue.NotNull())),
			Check:            resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), january), s.requests(1)),
		},
	)
}

func TestReportFile_unwatchedModeIsIgnored(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	config := s.saved(s.orders(january), `filename = "`+s.file("orders.csv")+`"`)
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := os.Chmod(s.file("orders.csv"), 0o644); err != nil {
					t.Fatal(err)
				}
			},
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
}

func TestReportFile_restoreAcceptsOnlyTheRecordedContent(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := s.file("orders.csv")
	config := s.saved(run, `filename = "`+filename+`"`)
	edited := january + "edited\n"
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: s.forget(s.write("orders.csv", edited), func() {
				s.SetRun(run.RunIdentifier, func(r *reportlibrarytest.Run) { r.Content = reportlibrarytest.Text(february) })
			}),
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)Content Changed At Its Source.*` + sha256Of(january) + `.*` + sha256Of(february)),
		},
		resource.TestStep{ // the disk is as it was; the way to accept is a new digest
			PreConfig:        s.forget(s.must(holds(filename, edited)), s.must(s.onlyFiles("orders.csv"))),
			Config:           s.saved(run, `filename = "`+filename+`"`, `expected_sha256 = "`+sha256Of(february)+`"`),
			ConfigPlanChecks: planned(known("content_sha256", knownvalue.StringExact(sha256Of(february))), unknown("content_sha512"), unknown("content_size")),
			Check:            resource.ComposeTestCheckFunc(holds(filename, february), s.requests(1)),
		},
	)
}
