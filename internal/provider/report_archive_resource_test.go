package provider

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

const archiveAddress = "digicert_report_archive.this"

// monthly adds the run of a month, with a content of its own.
func (s *fixture) monthly(month int, change ...func(*reportlibrarytest.Run)) reportlibrarytest.Run {
	run := reportlibrarytest.Run{
		DisplayName: "Monthly orders", Format: "CSV", Schedule: "MONTHLY", Content: reportlibrarytest.Text(contentOf(month)),
		StartDate: fmt.Sprintf("2026-%02d-01 02:00:00", month), EndDate: fmt.Sprintf("2026-%02d-01 02:00:11", month),
	}
	for _, c := range change {
		c(&run)
	}
	return s.AddRun(run)
}

func contentOf(month int) string { return fmt.Sprintf("order,month\n1,%d\n2,%d\n", month, month) }

// archiveName is the name of an archived file.
func archiveName(run reportlibrarytest.Run, rest string) string {
	return run.EndDate[:10] + "-" + run.RunIdentifier[:8] + rest + ".csv"
}

// archive is a configuration with an archive "this" in the fixture's folder "evidence".
func (s *fixture) archive(report string, lines ...string) string {
	return s.provider() + s.archiveBlock("this", report, "evidence", lines...)
}

func (s *fixture) archiveBlock(name, report, directory string, lines ...string) string {
	return fmt.Sprintf("\nresource \"digicert_report_archive\" %q {\n  report_identifier = %q\n  report_format = \"CSV\"\n"+
		"  directory = %q\n  %s\n}\n", name, report, s.file(directory), strings.Join(lines, "\n  "))
}

// archiveFiles checks the files of the folder. It removes markers, as the end of the provider's process does.
func (s *fixture) archiveFiles(names ...string) resource.TestCheckFunc {
	return func(*terraformState) error {
		for number := range 20 {
			_ = os.Remove(s.file(fmt.Sprintf("evidence/%04d.pending", number)))
		}
		full := make([]string, len(names))
		for i, name := range names {
			full[i] = "evidence/" + name
		}
		return s.wantFiles(full...)
	}
}

func archivePlanned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append(
		[]plancheck.PlanCheck{plancheck.ExpectResourceAction(archiveAddress, plancheck.ResourceActionUpdate)}, checks...)}
}

func archiveKnown(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(archiveAddress, tfjsonpath.New(attribute), value)
}

func archiveState(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(archiveAddress, tfjsonpath.New(attribute), value)
}

var noArchiveChange = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

// onlyHistory checks that every request of a step was for the history.
func (s *fixture) onlyHistory() resource.TestCheckFunc {
	return func(*terraformState) error {
		for _, request := range s.Requests() {
			if !strings.HasSuffix(request.Path, "/report/history") {
				return fmt.Errorf("a request for %s", request.Path)
			}
		}
		return nil
	}
}

// downloads checks how many reports a step downloaded.
func (s *fixture) downloads(want int) resource.TestCheckFunc {
	return func(*terraformState) error {
		got := slices.DeleteFunc(s.Requests(), func(r reportlibrarytest.Request) bool { return !strings.HasSuffix(r.Path, "/download") })
		if len(got) != want {
			return fmt.Errorf("got %d downloads, want %d: %v", len(got), want, got)
		}
		return nil
	}
}

func TestReportArchive_archivesEveryRun(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	january := s.monthly(1)
	february := s.monthly(2, func(r *reportlibrarytest.Run) {
		r.Content, r.Parts = nil, []reportlibrarytest.Content{reportlibrarytest.Text(contentOf(20)), reportlibrarytest.Text(contentOf(21))}
	})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Status: "SCHEDULED"})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Other report"})
	config := s.archive(january.ReportIdentifier)
	var march reportlibrarytest.Run
	first := []string{archiveName(january, ""), archiveName(february, "-part0"), archiveName(february, "-part1"), "0001.json", "0001.sha256"}
	s.test(
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(archiveAddress, tfjsonpath.New("runs")),
				plancheck.ExpectUnknownValue(archiveAddress, tfjsonpath.New("complete")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				archiveState("complete", knownvalue.Bool(true)), archiveState("sequence", knownvalue.Int64Exact(1)),
				archiveState("runs", knownvalue.MapSizeExact(3)),
				archiveState("newest_run_end_time", knownvalue.StringExact("2026-02-01T02:00:11Z")),
				archiveState("manifest_path", knownvalue.StringExact(s.file("evidence/0001.json"))),
				archiveState("timestamp_path", knownvalue.Null()),
				statecheck.ExpectKnownValue(archiveAddress, tfjsonpath.New("runs").AtMapKey(february.RunIdentifier+"/1"), knownvalue.ObjectExact(map[string]knownvalue.Check{
					"path":           knownvalue.StringExact(s.file("evidence/" + archiveName(february, "-part1"))),
					"content_sha256": knownvalue.StringExact(sha256Of(contentOf(21))), "content_size": knownvalue.Int64Exact(int64(len(contentOf(21)))),
					"row_count": knownvalue.Int64Exact(2), "report_start_date": knownvalue.StringExact(february.StartDate),
					"report_end_date": knownvalue.StringExact(february.EndDate), "manifest": knownvalue.Int64Exact(1),
				})),
			},
			Check: s.archiveFiles(first...),
		},
		resource.TestStep{
			PreConfig: s.forget(), Config: config, ConfigPlanChecks: noArchiveChange, Check: s.onlyHistory(),
		},
		resource.TestStep{ // a new run
			PreConfig: s.forget(func() { march = s.monthly(3) }),
			Config:    config,
			ConfigPlanChecks: archivePlanned(archiveKnown("complete", knownvalue.Bool(true)),
				archiveKnown("sequence", knownvalue.Int64Exact(2)), archiveKnown("runs", knownvalue.MapSizeExact(4)),
				plancheck.ExpectUnknownValue(archiveAddress, tfjsonpath.New("sha256"))),
			ConfigStateChecks: []statecheck.StateCheck{archiveState("complete", knownvalue.Bool(true))},
			Check:             s.downloads(1),
		},
		resource.TestStep{ // DigiCert deletes a run after 90 days
			PreConfig: s.forget(func() { s.RemoveRun(january.RunIdentifier) }, func() { s.RemoveRun(february.RunIdentifier) }),
			Config:    config, ConfigPlanChecks: noArchiveChange,
			Check: resource.ComposeTestCheckFunc(s.onlyHistory(), func(state *terraformState) error {
				return s.archiveFiles(append(first, archiveName(march, ""), "0002.json", "0002.sha256")...)(state)
			}),
		},
	)
	s.must(s.archiveFiles(append(first, archiveName(march, ""), "0002.json", "0002.sha256")...))()
}

func TestReportArchive_failedFiles(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first := s.monthly(1)
	failing := s.monthly(2)
	config := s.archive(first.ReportIdentifier)
	fail := func(run reportlibrarytest.Run) func() {
		return func() {
			s.ClearScript()
			s.Script(reportlibrarytest.DownloadsOf(run), reportlibrarytest.ReportNotFound.Forever())
		}
	}
	var third reportlibrarytest.Run
	s.test(
		resource.TestStep{ // at creation the others are archived, and the resource is not tainted
			PreConfig: fail(failing), Config: config,
			ConfigStateChecks:  []statecheck.StateCheck{archiveState("complete", knownvalue.Bool(false)), archiveState("runs", knownvalue.MapSizeExact(1))},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{ // at an update an error names it
			PreConfig:   s.forget(func() { third = s.monthly(3) }),
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)Report Runs Not Archived.*Not archived: 1 file. Archived and\s+recorded: 1 file.*` + failing.RunIdentifier[:8]),
		},
		resource.TestStep{
			PreConfig: s.forget(s.ClearScript), Config: config,
			ConfigPlanChecks:  archivePlanned(archiveKnown("sequence", knownvalue.Int64Exact(3))),
			ConfigStateChecks: []statecheck.StateCheck{archiveState("complete", knownvalue.Bool(true))},
			Check:             s.downloads(1),
		},
	)
	s.must(s.archiveFiles(archiveName(first, ""), archiveName(failing, ""), archiveName(third, ""), "0001.json", "0001.sha256",
		"0002.json", "0002.sha256", "0003.json", "0003.sha256"))()
}

func TestReportArchive_nothingArchivedIsAnError(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	s.Script(reportlibrarytest.DownloadsOf(run), reportlibrarytest.ReportNotFound.Forever())
	s.test(
		resource.TestStep{Config: s.archive(run.ReportIdentifier), ExpectError: regexp.MustCompile(`Report Runs Not Archived`)},
		resource.TestStep{PreConfig: s.ClearScript, Config: s.archive(run.ReportIdentifier)},
	)
}

func TestReportArchive_missingAndModifiedFiles(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	runs := []reportlibrarytest.Run{s.monthly(1), s.monthly(2)}
	config := s.archive(runs[0].ReportIdentifier)
	missing, modified := "evidence/"+archiveName(runs[0], ""), "evidence/"+archiveName(runs[1], "")
	onlyComplete := archivePlanned(archiveKnown("complete", knownvalue.Bool(true)), archiveKnown("sequence", knownvalue.Int64Exact(1)),
		archiveKnown("sha256", knownvalue.NotNull()), archiveKnown("runs", knownvalue.MapSizeExact(2)))
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: s.forget(s.remove(missing), s.write(modified, "edited")), Config: config, ConfigPlanChecks: onlyComplete,
			Check: resource.ComposeTestCheckFunc(s.downloads(2), holds(s.file(missing), contentOf(1)), holds(s.file(modified), contentOf(2))),
		},
		resource.TestStep{PreConfig: s.forget(), Config: config, ConfigPlanChecks: noArchiveChange, Check: s.onlyHistory()},
		resource.TestStep{ // put back by hand
			PreConfig: s.forget(s.remove(missing), s.write(missing, contentOf(1))), Config: config, ConfigPlanChecks: noArchiveChange,
		},
		resource.TestStep{ // ignored
			PreConfig: s.forget(s.remove(missing)), Config: s.archive(runs[0].ReportIdentifier, `on_missing = "ignore"`),
			Check: s.downloads(0),
		},
		resource.TestStep{Config: s.archive(runs[0].ReportIdentifier, `on_missing = "ignore"`), ConfigPlanChecks: noArchiveChange},
		resource.TestStep{ // DigiCert no longer has it
			PreConfig: s.forget(func() { s.RemoveRun(runs[0].RunIdentifier) }), Config: config,
			ExpectError: regexp.MustCompile(`(?s)Archived Files Not Restored.*backup.*` + archiveName(runs[0], "") + `.*2026-01-01`),
		},
		resource.TestStep{PreConfig: s.write(missing, contentOf(1)), Config: config},
	)
}

func TestReportArchive_manifestFiles(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	config := s.archive(run.ReportIdentifier)
	var list []byte
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: func() { s.monthly(2) }, Config: config},
		resource.TestStep{
			PreConfig: s.forget(func() {
				var err error
				if list, err = os.ReadFile(s.file("evidence/0002.sha256")); err != nil {
					t.Fatal(err)
				}
			}, s.remove("evidence/0002.json"), s.write("evidence/0002.sha256", "edited")),
			Config: config, ConfigPlanChecks: archivePlanned(archiveKnown("complete", knownvalue.Bool(true)), archiveKnown("sequence", knownvalue.Int64Exact(2))),
			Check: resource.ComposeTestCheckFunc(s.onlyHistory(), func(state *terraformState) error {
				return holds(s.file("evidence/0002.sha256"), string(list))(state)
			}),
		},
		resource.TestStep{ // an earlier one is a warning
			PreConfig: s.remove("evidence/0001.json"), Config: config, ConfigPlanChecks: noArchiveChange,
		},
	)
}

func TestReportArchive_withoutTheService(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	withoutKey := fmt.Sprintf("provider \"digicert\" {\n  base_url = %q\n}\n", s.URL()) +
		s.archiveBlock("this", run.ReportIdentifier, "evidence")
	s.test(
		resource.TestStep{Config: withoutKey, ExpectError: regexp.MustCompile(`Missing API Key`)},
		resource.TestStep{Config: s.archive(run.ReportIdentifier)},
		resource.TestStep{
			PreConfig: s.forget(func() { s.monthly(2) }), Config: withoutKey, ConfigPlanChecks: noArchiveChange, Check: s.requests(0),
		},
		resource.TestStep{Config: "provider \"digicert\" {}"}, // destroyed without a key
	)
	s.must(s.archiveFiles(archiveName(run, ""), "0001.json", "0001.sha256"))()
}

func TestReportArchive_settings(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	name := "evidence/" + archiveName(run, "")
	s.test(
		resource.TestStep{Config: s.archive(run.ReportIdentifier, `started_after = "2026-02-01"`), Check: s.archiveFiles()},
		resource.TestStep{Config: s.archive(run.ReportIdentifier), ConfigPlanChecks: archivePlanned(archiveKnown("runs", knownvalue.MapSizeExact(1)))},
		resource.TestStep{ // archived files stay
			PreConfig: s.forget(), Config: s.archive(run.ReportIdentifier, `started_after = "2026-02-01"`),
			ConfigPlanChecks: archivePlanned(archiveKnown("runs", knownvalue.MapSizeExact(1))), Check: s.downloads(0),
		},
		resource.TestStep{
			Config: s.archive(run.ReportIdentifier, `file_permission = "0640"`), Check: hasMode(s.file(name), 0o640),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := os.Chmod(s.file(name), 0o604); err != nil {
					t.Fatal(err)
				}
			},
			Config: s.archive(run.ReportIdentifier, `file_permission = "0640"`), ConfigPlanChecks: archivePlanned(), Check: hasMode(s.file(name), 0o640),
		},
		resource.TestStep{ // another format is for runs to come
			PreConfig: s.forget(),
			Config:    strings.Replace(s.archive(run.ReportIdentifier), `"CSV"`, `"JSON"`, 1), Check: s.downloads(0),
		},
		resource.TestStep{ // another folder
			PreConfig:        s.forget(),
			Config:           strings.Replace(s.archive(run.ReportIdentifier), s.file("evidence"), s.file("elsewhere"), 1),
			ConfigPlanChecks: archivePlanned(archiveKnown("manifest_path", knownvalue.StringExact(s.file("elsewhere/0001.json")))),
			Check:            resource.ComposeTestCheckFunc(s.downloads(0), holds(s.file("elsewhere/"+archiveName(run, "")), contentOf(1))),
		},
		resource.TestStep{
			Config:           strings.Replace(s.archive(run.ReportIdentifier), s.file("evidence"), s.file("elsewhere"), 1),
			ConfigPlanChecks: noArchiveChange,
		},
	)
}

func TestReportArchive_destroyRemovesUnmodifiedFiles(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.monthly(1), s.monthly(2)
	edited := "evidence/" + archiveName(second, "")
	s.test(
		resource.TestStep{Config: s.archive(first.ReportIdentifier, `keep_files = false`)},
		resource.TestStep{PreConfig: s.write(edited, "edited"), Config: s.provider()},
	)
	s.must(s.archiveFiles(archiveName(second, "")))()
	s.must(holds(s.file(edited), "edited"))()
}

func TestReportArchive_import(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	id := run.ReportIdentifier + ",CSV," + s.file("evidence")
	config := s.archive(run.ReportIdentifier)
	importError := func(id, pattern string) resource.TestStep {
		return resource.TestStep{
			Config: config, ResourceName: archiveAddress, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(pattern),
		}
	}
	s.test(
		importError(id, `No Archive To Import`),
		resource.TestStep{Config: config},
		resource.TestStep{
			Config: config, ResourceName: archiveAddress, ImportState: true, ImportStateId: id, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "sha256",
		},
		importError("one,two", `Invalid Import Identifier`),
		importError("x,CSV,"+s.file("evidence"), `must be 32 to 36`),
		importError(strings.Replace(id, "CSV", "PDF", 1), `(?s)Invalid Report Format.*"PDF"`),
		importError(exampleReport+",CSV,"+s.file("evidence"), `Directory Of Another Archive`),
	)
}

func TestReportArchive_badInput(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	s.write("a file", "mine")()
	tests := []struct {
		config, want string
	}{
		{s.archive(run.ReportIdentifier, `timestamp = true`), `(?s)timestamp = true.*timestamp_authority`},
		{s.archive(exampleReport), `(?s)Report Not Found.*report_identifier`},
		{s.provider() + s.archiveBlock("this", run.ReportIdentifier, "a file"), `(?s)Directory Not Usable.*directory`},
	}
	for _, tt := range tests {
		s.test(resource.TestStep{Config: tt.config, ExpectError: regexp.MustCompile(tt.want)})
	}
	s.must(s.onlyFiles("a file"))()
}

func TestReportArchive_invalidIsAnErrorAtValidate(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	archive := func(lines ...string) string { return s.archiveBlock("this", exampleReport, "evidence", lines...) }
	wantInvalid(t, map[string]invalid{
		"report_identifier": {s.archiveBlock("this", "not an identifier", "evidence"), `must be 32 to 36`},
		"report_format":     {strings.Replace(archive(), `"CSV"`, `"PDF"`, 1), `(?s)Invalid Report Format.*"PDF"`},
		"started_after":     {archive(`started_after = "yesterday"`), `Invalid Date`},
		"file_permission":   {archive(`file_permission = "rw"`), `octal`},
		"on_missing":        {archive(`on_missing = "panic"`), `(?s)on_missing.*panic`},
		"timeouts":          {archive(`timeouts = { update = "0s" }`), `Invalid Duration`},
	})
}

func TestReportArchive_foldersOfOthers(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	other := s.AddRun(reportlibrarytest.Run{DisplayName: "Other report"})
	s.test(
		resource.TestStep{Config: s.archive(run.ReportIdentifier)},
		resource.TestStep{
			Config:      s.archive(run.ReportIdentifier) + s.archiveBlock("that", other.ReportIdentifier, "evidence"),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`Directory Of Another Archive`),
		},
		resource.TestStep{
			Config:      s.archive(run.ReportIdentifier) + s.archiveBlock("that", other.ReportIdentifier, "evidence/deep/er"),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`Directory Of Another Archive`),
		},
		resource.TestStep{
			Config:      s.provider() + s.archiveBlock("two", other.ReportIdentifier, "two") + s.archiveBlock("three", other.ReportIdentifier, "./two"),
			ExpectError: regexp.MustCompile(`Path Written Twice|Archive Already Exists`),
		},
	)
}

func TestReportArchive_emptyArchive(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	report := s.AddReport(reportlibrarytest.Report{DisplayName: "New report"})
	s.test(
		resource.TestStep{
			Config: s.archive(report.ReportIdentifier),
			ConfigStateChecks: []statecheck.StateCheck{
				archiveState("complete", knownvalue.Bool(true)), archiveState("sequence", knownvalue.Int64Exact(0)),
				archiveState("sha256", knownvalue.Null()), archiveState("runs", knownvalue.MapSizeExact(0)),
			},
			Check: s.archiveFiles(),
		},
		resource.TestStep{Config: s.archive(report.ReportIdentifier), ConfigPlanChecks: noArchiveChange},
	)
}
