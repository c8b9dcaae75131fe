package provider

import (
	"os"
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
