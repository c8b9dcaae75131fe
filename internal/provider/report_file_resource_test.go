package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

const (
	this     = "digicert_report_file.this"
	january  = "order,amount\n1,10\n2,20\n"
	february = "order,amount\n3,30\n"
	// dependant depends on the hash, as an upload does.
	dependant = `
resource "terraform_data" "upload" {
  triggers_replace = digicert_report_file.this.content_sha256
}
`
)

// planned are the checks of a plan that changes the file in place.
func planned(more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{
		plancheck.ExpectResourceAction(this, plancheck.ResourceActionUpdate),
	}, more...)}
}

func known(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(this, tfjsonpath.New(attribute), value)
}

func unknown(attribute string) plancheck.PlanCheck {
	return plancheck.ExpectUnknownValue(this, tfjsonpath.New(attribute))
}

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

func TestReportFile_savesARun(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := s.file("a/new/folder/orders.csv")
	config := s.saved(run, `filename = "`+filename+`"`)
	s.test(resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(this, plancheck.ResourceActionCreate),
				unknown("content_sha256"), unknown("content_size"), unknown("downloaded_at"),
				known("path", knownvalue.StringExact(filename)),
				known("present", knownvalue.Bool(true)),
				known("content_type", knownvalue.StringExact("text/csv")),
				known("members", knownvalue.ListSizeExact(0)),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan(), s.noFurtherRequests(1)},
		},
		ConfigStateChecks: []statecheck.StateCheck{
			stateOf("content_sha256", knownvalue.StringExact(sha256Of(january))),
			stateOf("content_base64sha256", knownvalue.StringExact(base64SHA256Of(january))),
			stateOf("content_size", knownvalue.Int64Exact(int64(len(january)))),
			stateOf("content_type", knownvalue.StringExact("text/csv")),
			stateOf("delivered_format", knownvalue.StringExact("CSV")),
			stateOf("members", knownvalue.ListSizeExact(0)),
			stateOf("members_sha256", knownvalue.Null()),
			stateOf("path", knownvalue.StringExact(filename)),
			stateOf("present", knownvalue.Bool(true)),
			stateOf("directory_permission", knownvalue.StringExact("0700")),
		},
		Check: resource.ComposeTestCheckFunc(
			holds(filename, january),
			hasMode(filename, 0o600),
			hasMode(s.file("a/new"), 0o700),
			s.onlyFiles("a/new/folder/orders.csv"),
			s.requests(1),
		),
	})
	request := s.Requests()[0]
	for name, want := range map[string]string{
		"X-DC-DEVKEY":  s.APIKey,
		"Content-Type": "application/json",
		"Accept":       "*/*",
	} {
		if got := request.Header.Get(name); got != want {
			t.Errorf("header %s: got %q, want %q", name, got, want)
		}
	}
	if want := "/reports/v1/report/" + run.ReportIdentifier + "/" + run.RunIdentifier + "/download"; request.Path != want {
		t.Errorf("got the path %s, want %s", request.Path, want)
	}
	if request.RawQuery != "report_format=CSV" {
		t.Errorf("query is %s", request.RawQuery)
	}
	if agent := request.Header.Get("User-Agent"); !regexp.MustCompile(`^terraform-provider-digicert/test Terraform/\d`).MatchString(agent) {
		t.Errorf("user agent is %s", agent)
	}
	if _, err := os.Stat(filename); err == nil {
		t.Errorf("%s is still there after destroy", filename)
	}
}

func TestReportFile_isNamedAfterTheReportInADirectory(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(resource.TestStep{
		Config: s.saved(run, `directory = "`+s.file("evidence")+`"`),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{unknown("path")},
		},
		Check: func(*terraformState) error {
			entries, err := os.ReadDir(s.file("evidence"))
			if err != nil {
				return err
			}
			want := regexp.MustCompile(`^Monthly orders-\d{4}-\d\d-\d\d-` + run.RunIdentifier[:8] + `\.csv$`)
			if len(entries) != 1 || !want.MatchString(entries[0].Name()) {
				t.Errorf("the folder holds %v", entries)
			}
			return nil
		},
	})
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

func TestReportFile_anotherRunReplacesTheFileInPlace(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.orders(january), s.orders(february)
	filename := `filename = "` + s.file("orders.csv") + `"`
	s.test(
		resource.TestStep{Config: s.saved(first, filename) + dependant},
		resource.TestStep{
			PreConfig: s.forget(),
			Config:    s.saved(second, filename) + dependant,
			ConfigPlanChecks: planned(
				unknown("content_sha256"), unknown("content_size"), unknown("downloaded_at"), known("path", knownvalue.StringExact(s.file("orders.csv"))),
				plancheck.ExpectResourceAction("terraform_data.upload", plancheck.ResourceActionReplace),
			),
			Check: resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), february), s.onlyFiles("orders.csv"), s.requests(1)),
		},
		resource.TestStep{
			PreConfig:        s.forget(),
			Config:           s.saved(first, filename, `expected_sha256 = "`+sha256Of(january)+`"`) + dependant,
			ConfigPlanChecks: planned(known("content_sha256", knownvalue.StringExact(sha256Of(january))), unknown("content_md5")),
			Check:            resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), january), s.requests(1)),
		},
	)
}

func TestReportFile_failedUpdateLeavesFileAndState(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.orders(january), s.orders(february)
	filename := `filename = "` + s.file("orders.csv") + `"`
	s.test(
		resource.TestStep{Config: s.saved(first, filename)},
		resource.TestStep{
			PreConfig:   func() { s.Script(reportlibrarytest.DownloadsOf(second), reportlibrarytest.UserForbidden.Forever()) },
			Config:      s.saved(second, filename),
			ExpectError: regexp.MustCompile(`Permission Denied`),
		},
		resource.TestStep{
			PreConfig:        s.forget(s.must(holds(s.file("orders.csv"), january)), s.must(s.onlyFiles("orders.csv"))),
			Config:           s.saved(first, filename),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			Check:            s.requests(0),
		},
	)
}

func TestReportFile_expectedHashOfTheRecordMakesNoRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := `filename = "` + s.file("orders.csv") + `"`
	inPlace := planned(known("content_sha256", knownvalue.StringExact(sha256Of(january))), known("content_sha512", knownvalue.NotNull()))
	s.test(
		resource.TestStep{Config: s.saved(run, filename)},
		resource.TestStep{
			PreConfig:        s.forget(),
			Config:           s.saved(run, filename, `expected_sha256 = upper("`+sha256Of(january)+`")`),
			ConfigPlanChecks: inPlace,
			Check:            s.requests(0),
		},
		resource.TestStep{Config: s.saved(run, filename), ConfigPlanChecks: inPlace, Check: s.requests(0)},
	)
}

func TestReportFile_unexpectedContentIsNotSaved(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(resource.TestStep{
		Config:      s.saved(run, `filename = "`+s.file("orders.csv")+`"`, `expected_sha256 = "`+sha256Of(february)+`"`),
		ExpectError: regexp.MustCompile(`(?s)Unexpected Content.*expected_sha256.*` + sha256Of(january)),
	})
	if err := s.wantFiles(); err != nil {
		t.Error(err)
	}
}

func TestReportFile_moveMakesNoRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(
		resource.TestStep{Config: s.saved(run, `filename = "`+s.file("old.csv")+`"`) + dependant},
		resource.TestStep{
			PreConfig: s.forget(),
			Config:    s.saved(run, `filename = "`+s.file("new/place.csv")+`"`) + dependant,
			ConfigPlanChecks: planned(
				known("content_sha256", knownvalue.StringExact(sha256Of(january))), known("path", knownvalue.StringExact(s.file("new/place.csv"))),
				known("downloaded_at", knownvalue.NotNull()), plancheck.ExpectResourceAction("terraform_data.upload", plancheck.ResourceActionNoop),
			),
			Check: resource.ComposeTestCheckFunc(holds(s.file("new/place.csv"), january), s.onlyFiles("new/place.csv"), s.requests(0)),
		},
		resource.TestStep{ // only spelled in another way
			Config: s.saved(run, `filename = "`+s.dir+`/new/../new/place.csv"`),
			Check:  resource.ComposeTestCheckFunc(s.onlyFiles("new/place.csv"), s.requests(0)),
		},
		resource.TestStep{
			Config:           s.saved(run, `directory = "`+s.file("evidence")+`"`),
			ConfigPlanChecks: planned(known("path", knownvalue.StringRegexp(regexp.MustCompile(`evidence.Monthly orders-.*\.csv$`)))),
			Check:            s.requests(0),
		},
		resource.TestStep{ // a missing file is downloaded instead
			PreConfig: s.forget(func() {
				files, _ := filepath.Glob(s.file("evidence/*.csv"))
				if len(files) != 1 || os.Remove(files[0]) != nil {
					t.Fatalf("no saved file to remove in %v", files)
				}
			}),
			Config: s.saved(run, `filename = "`+s.file("again.csv")+`"`),
			Check:  resource.ComposeTestCheckFunc(holds(s.file("again.csv"), january), s.onlyFiles("again.csv"), s.requests(1)),
		},
		resource.TestStep{
			Config: s.saved(run, `filename = "`+s.file("kept.csv")+`"`, `keep_files = true`),
			Check:  resource.ComposeTestCheckFunc(s.onlyFiles("again.csv", "kept.csv"), s.requests(1)),
		},
	)
	if err := s.wantFiles("again.csv", "kept.csv"); err != nil {
		t.Error("after destroy with keep_files:", err)
	}
}

func TestReportFile_otherCaseOfAnIdentifierIsTheSameRun(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	upper := run
	upper.ReportIdentifier, upper.RunIdentifier = strings.ToUpper(run.ReportIdentifier), strings.ToUpper(run.RunIdentifier)
	directory := `directory = "` + s.file("evidence") + `"`
	s.test(
		resource.TestStep{Config: s.saved(run, directory)},
		resource.TestStep{
			PreConfig:        s.forget(),
			Config:           s.saved(upper, directory),
			ConfigPlanChecks: planned(known("content_sha256", knownvalue.StringExact(sha256Of(january))), known("path", knownvalue.NotNull())),
			Check:            s.requests(0),
		},
	)
}

func TestReportFile_stateFromWindows(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	windows := strings.ReplaceAll(s.file("evidence"), "/", `\`)
	s.test(
		resource.TestStep{ // a configuration with backslashes is for the same file
			Config: s.saved(run, fmt.Sprintf("filename = %q", windows+`\orders.csv`)),
			Check: resource.ComposeTestCheckFunc(
				holds(s.file("evidence/orders.csv"), january), s.onlyFiles("evidence/orders.csv"),
			),
		},
		resource.TestStep{
			PreConfig:        s.forget(),
			Config:           s.saved(run, `directory = "`+s.file("evidence")+`"`),
			ConfigPlanChecks: planned(known("path", knownvalue.StringExact(windows+`\orders.csv`))),
			Check:            resource.ComposeTestCheckFunc(s.onlyFiles("evidence/orders.csv"), s.requests(0)),
		},
	)
	if err := s.wantFiles(); err != nil {
		t.Error("after destroy:", err)
	}
}

func TestReportFile_settingsMakeNoRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := `filename = "` + s.file("orders.csv") + `"`
	s.test(
		resource.TestStep{Config: s.saved(run, filename) + dependant},
		resource.TestStep{
			PreConfig: s.forget(),
			Config: s.saved(run, filename, `on_missing = "ignore"`, `overwrite = true`, `keep_files = true`, `file_permission = "0644"`,
				`directory_permission = "0755"`, `max_download_bytes = 5`, `allow_empty = true`, `timeouts = { create = "1m" }`) + dependant,
			ConfigPlanChecks: onlyPresent(january),
			Check:            resource.ComposeTestCheckFunc(hasMode(s.file("orders.csv"), 0o644), s.requests(0)),
		},
	)
}

func TestReportFile_destroyMakesNoRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(
		resource.TestStep{Config: s.saved(run, `filename = "`+s.file("orders.csv")+`"`)},
		resource.TestStep{
			PreConfig: s.Close,
			Config:    `provider "digicert" {}`,
			Check:     s.onlyFiles(),
		},
	)
}

func TestReportFile_destroyKeepsAModifiedFile(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.test(
		resource.TestStep{Config: s.saved(s.orders(january), `filename = "`+s.file("orders.csv")+`"`)},
		resource.TestStep{
			PreConfig: s.write("orders.csv", "mine"),
			Config:    s.provider(),
			Check:     holds(s.file("orders.csv"), "mine"),
		},
	)
}

func TestReportFile_existingFile(t *testing.T) {
	t.Parallel()
	t.Run("with the same content is adopted", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		filename := s.file("orders.csv")
		s.write("orders.csv", january)()
		before, err := os.Stat(filename)
		if err != nil || os.Chmod(filename, 0o644) != nil {
			t.Fatal(err)
		}
		s.test(resource.TestStep{
			Config: s.saved(s.orders(january), `filename = "`+filename+`"`),
			Check: resource.ComposeTestCheckFunc(hasMode(filename, 0o644), s.onlyFiles("orders.csv"), func(*terraformState) error {
				after, err := os.Stat(filename)
				if err == nil && (!os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime())) {
					t.Error("the file was rewritten")
				}
				return err
			}),
		})
	})
	t.Run("with other content is an error", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		s.write("orders.csv", "mine")()
		s.test(resource.TestStep{
			Config:      s.saved(s.orders(january), `filename = "`+s.file("orders.csv")+`"`),
			ExpectError: regexp.MustCompile(`(?s)File Already Exists.*overwrite`),
		})
		s.must(holds(s.file("orders.csv"), "mine"))()
		s.must(s.onlyFiles("orders.csv"))()
	})
	t.Run("is replaced with overwrite", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		s.write("orders.csv", "mine")()
		s.test(resource.TestStep{
			Config: s.saved(s.orders(january), `filename = "`+s.file("orders.csv")+`"`, `overwrite = true`),
			Check:  resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), january), s.onlyFiles("orders.csv")),
		})
	})
	t.Run("in the way of a move is an error", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		run := s.orders(january)
		s.test(
			resource.TestStep{Config: s.saved(run, `filename = "`+s.file("old.csv")+`"`)},
			resource.TestStep{
				PreConfig:   s.write("new.csv", "mine"),
				Config:      s.saved(run, `filename = "`+s.file("new.csv")+`"`),
				ExpectError: regexp.MustCompile(`File Already Exists`),
			},
			resource.TestStep{
				PreConfig: s.forget(s.must(holds(s.file("new.csv"), "mine")), s.must(holds(s.file("old.csv"), january))),
				Config:    s.saved(run, `filename = "`+s.file("old.csv")+`"`),
				Check:     s.onlyFiles("new.csv", "old.csv"),
			},
		)
	})
}

func TestReportFile_replacementKeepsAPathThatItWrote(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	config := s.provider() + `
resource "terraform_data" "generation" {
  input = %q
}
` + savedBlock("this", run, `filename = "`+s.file("orders.csv")+`"`,
		`lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.generation]
  }`)
	s.test(
		resource.TestStep{Config: fmt.Sprintf(config, "one")},
		resource.TestStep{
			Config: fmt.Sprintf(config, "two"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(this, plancheck.ResourceActionCreateBeforeDestroy),
			}},
			Check: resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), january), s.onlyFiles("orders.csv")),
		},
	)
}

func TestReportFile_twoResourcesWithOnePathAreAnError(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.orders(january), s.orders(february)
	s.test(resource.TestStep{
		Config: s.provider() +
			savedBlock("this", first, `filename = "`+s.file("orders.csv")+`"`, `overwrite = true`) +
			savedBlock("that", second, `filename = "`+s.dir+`/./orders.csv"`, `overwrite = true`),
		ExpectError: regexp.MustCompile(`(?s)Path Written Twice.*(` + first.RunIdentifier + `.*` + second.RunIdentifier + `|` +
			second.RunIdentifier + `.*` + first.RunIdentifier + `)`),
	})
}
