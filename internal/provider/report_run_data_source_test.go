package provider

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

const newestRun = "digicert_report_run"

// hastyProvider is the provider with a digicert_report_run that hardly pauses.
type hastyProvider struct {
	*digicertProvider
}

func (hastyProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &reportRunDataSource{firstPause: time.Millisecond} },
	}
}

// hasty runs the steps against a provider that hardly pauses.
func (s *fixture) hasty(steps ...resource.TestStep) {
	s.t.Helper()
	unitTest(s.t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"digicert": providerserver.NewProtocol6WithError(hastyProvider{newProvider("test")}),
		},
		Steps: steps,
	})
}

// foundRun checks every field of the run that was found, and the two that are made of them.
func foundRun(run reportlibrarytest.Run, endTime, parts knownvalue.Check) []statecheck.StateCheck {
	checks := []statecheck.StateCheck{
		lookupOf(newestRun, "report_end_time", endTime), lookupOf(newestRun, "parts", parts),
	}
	for attribute, value := range recordCheck(run) {
		checks = append(checks, lookupOf(newestRun, attribute, value))
	}
	return checks
}

func TestReportRunDataSource_everyField(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.AddRun(reportlibrarytest.Run{DisplayName: "Orders, monthly", Schedule: "MONTHLY", Status: "SCHEDULED"})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Orders, monthly", Schedule: "MONTHLY"})
	run := s.AddRun(reportlibrarytest.Run{
		DisplayName: "Orders, monthly", Schedule: "MONTHLY", StartDate: "2026-03-01 23:59:50", EndDate: "2026-03-02 00:10:01",
	})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Orders, monthly", Schedule: "MONTHLY", Status: "GENERATING"})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Orders"})
	unsplit := knownvalue.MapExact(map[string]knownvalue.Check{"0": knownvalue.Null()})
	end := knownvalue.StringExact("2026-03-02T00:10:01Z")
	s.test(
		resource.TestStep{
			Config:            s.provider() + lookupBlock(newestRun, `report_display_name = "Orders, monthly"`),
			ConfigStateChecks: foundRun(run, end, unsplit),
		},
		resource.TestStep{
			Config: s.provider() + lookupBlock(newestRun, fmt.Sprintf("report_identifier = %q", run.ReportIdentifier),
				`report_type = "orders"`, `schedule = "MONTHLY"`, `started_after = "2026-03-01"`, "wait_for_ready = false"),
			ConfigStateChecks: foundRun(run, end, unsplit),
		},
	)
}

// TestReportRunDataSource_partsServeEveryRun downloads the runs in the attribute parts. The test framework has no for_each.
func TestReportRunDataSource_partsServeEveryRun(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	split := s.AddRun(reportlibrarytest.Run{DisplayName: "All orders", SplitCount: 2, EndDate: "some day"})
	config := func(parts ...string) string {
		config := s.provider() + lookupBlock(newestRun, `report_display_name = "All orders"`)
		for _, part := range parts {
			config += fmt.Sprintf(`
data "digicert_report_download" "part%[1]s" {
  report_identifier     = data.digicert_report_run.this.report_identifier
  report_run_identifier = data.digicert_report_run.this.report_run_identifier
  report_format         = data.digicert_report_run.this.formats[0]
  split_report_sequence = data.digicert_report_run.this.parts[%[1]q]
}
output "sha256-%[1]s" { value = data.digicert_report_download.part%[1]s.content_sha256 }
`, part)
		}
		return config
	}
	digest := func(part, sha256 string) statecheck.StateCheck {
		return statecheck.ExpectKnownOutputValue("sha256-"+part, knownvalue.StringExact(sha256))
	}
	s.test(
		resource.TestStep{
			Config: config("0", "1"),
			ConfigStateChecks: append(foundRun(split, knownvalue.Null(), knownvalue.MapExact(map[string]knownvalue.Check{
				"0": knownvalue.Int64Exact(0), "1": knownvalue.Int64Exact(1),
			})), digest("0", reportlibrarytest.SHA256(split.Parts[0])), digest("1", reportlibrarytest.SHA256(split.Parts[1]))),
		},
		resource.TestStep{
			PreConfig: func() {
				s.RemoveRun(split.RunIdentifier)
				s.AddRun(reportlibrarytest.Run{DisplayName: "All orders", Content: reportlibrarytest.Text(january)})
			},
			Config: config("0"),
			ConfigStateChecks: []statecheck.StateCheck{
				lookupOf(newestRun, "parts", knownvalue.MapExact(map[string]knownvalue.Check{"0": knownvalue.Null()})),
				digest("0", sha256Of(january)),
			},
		},
	)
}

func TestReportRunDataSource_waits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status string
		check  func(newest reportlibrarytest.Run) (checks []statecheck.StateCheck, err *regexp.Regexp)
	}{
		"READY": {"READY", func(newest reportlibrarytest.Run) ([]statecheck.StateCheck, *regexp.Regexp) {
			return []statecheck.StateCheck{
				lookupOf(newestRun, "report_run_identifier", knownvalue.StringExact(newest.RunIdentifier)),
				lookupOf(newestRun, "status", knownvalue.StringExact("READY")),
			}, nil
		}},
		"FAILED": {"FAILED", func(newest reportlibrarytest.Run) ([]statecheck.StateCheck, *regexp.Regexp) {
			return nil, regexp.MustCompile(`(?s)Report Run Failed.*FAILED.*` + newest.RunIdentifier)
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			s.AddRun(reportlibrarytest.Run{})
			newest := s.AddRun(reportlibrarytest.Run{Status: "GENERATING"})
			var requests atomic.Int32
			s.Configure(func(o *reportlibrarytest.Options) {
				o.OnRequest = func(*http.Request) {
					if requests.Add(1) == 4 {
						s.SetRun(newest.RunIdentifier, func(run *reportlibrarytest.Run) { run.Status = tt.status })
					}
				}
			})
			checks, err := tt.check(newest)
			s.hasty(resource.TestStep{
				Config:            s.provider() + lookupBlock(newestRun, `report_display_name = "Monthly orders"`, "wait_for_ready = true"),
				ConfigStateChecks: checks,
				ExpectError:       err,
			})
			if requests.Load() < 4 {
				t.Errorf("%d requests are too few to have waited", requests.Load())
			}
		})
	}
}

func TestReportRunDataSource_diagnostics(t *testing.T) {
	t.Parallel()
	const name, other = "Monthly orders", "00000000-0000-0000-0000-00000000000a"
	day := func(day int) string { return fmt.Sprintf("2026-11-%02d 08:00:00", day) }
	ready := reportlibrarytest.Run{DisplayName: name, RunIdentifier: "aaaaaaaa", StartDate: day(1), EndDate: day(2)}
	failed := reportlibrarytest.Run{DisplayName: name, RunIdentifier: "bbbbbbbb", Status: "FAILED", StartDate: day(3), EndDate: day(3)}
	generating := reportlibrarytest.Run{DisplayName: name, RunIdentifier: "cccccccc", Status: "GENERATING", StartDate: day(4)}
	schedule := reportlibrarytest.Run{DisplayName: name, Status: "SCHEDULED"}
	byName := path.Root("report_display_name")
	tests := map[string]struct {
		runs     []reportlibrarytest.Run
		config   map[string]any
		blame    path.Path
		want     string // nothing at all if it is empty
		run      string // also found
		requests int
	}{
		"a newer FAILED run": {
			[]reportlibrarytest.Run{failed, ready}, nil, byName,
			"Newer Report Run Failed\n.*newer.*FAILED.*\n\nReport: Monthly orders\nRun: bbbbbbbb\nStatus: FAILED\nStarted: 2026-11-03 08:00:00",
			"aaaaaaaa", 1,
		},
		"no run": {
			[]reportlibrarytest.Run{schedule, failed, generating}, nil, byName,
			"No Report Run Found\n.*no run has status READY; the report history has 2 runs \\(1 FAILED, 1 GENERATING\\), 1 schedule\\." +
				"\n\nSet wait_for_ready .*\n\nReport: Monthly orders", "", 1,
		},
		"no report": {nil, map[string]any{"schedule": "WEEKLY"}, byName, "Report Not Found\n.*the report history is empty\\..*\nSchedule: WEEKLY", "", 2},
		"too early": {
			[]reportlibrarytest.Run{ready}, map[string]any{"started_after": "2026-11-02"}, path.Root("started_after"),
			"No Report Run Found\n.*has 0 runs, 1 earlier run\\..*\nStarted after: 2026-11-02", "", 1,
		},
		"two reports": {
			[]reportlibrarytest.Run{ready, {DisplayName: name, ReportIdentifier: other}}, nil, byName,
			"Report Name Ambiguous\n.*2 reports have this display name\\..*report_identifier.*\n\nReport: Monthly orders\nReport: " + other +
				", orders, ON_DEMAND, created by John Doe, newest run READY, ended 2026-01-03 02:00:11\nReport: [0-9a-f-]{36}, orders, .*", "", 1,
		},
		"too many parts": {
			[]reportlibrarytest.Run{{DisplayName: name, SplitCount: 10_001, Content: reportlibrarytest.Text("")}}, nil, path.Empty(),
			"Response Not Understood\n.*10001 parts.*", "", 1,
		},
		"newest FAILED": {
			[]reportlibrarytest.Run{ready, failed}, map[string]any{"wait_for_ready": true}, byName,
			"Report Run Failed\n.*the newest run has status FAILED.*wait_for_ready.*\nRun: bbbbbbbb\nStatus: FAILED\nStarted: .*", "", 1,
		},
		"not ready in time": {
			[]reportlibrarytest.Run{ready, generating}, map[string]any{"wait_for_ready": true, "timeouts": map[string]string{"read": "900ms"}}, lookupTimeout,
			"Report Run Not Ready In Time\nFinding the report run failed: after .* the newest run is still GENERATING\\.\n\n.*timeouts = \\{ read = .*" +
				"\n\nReport: Monthly orders\nRun: cccccccc\nStatus: GENERATING\nStarted: 2026-11-04 08:00:00", "", 1,
		},
		"none in time": {
			[]reportlibrarytest.Run{ready},
			map[string]any{"wait_for_ready": true, "started_after": "2026-11-02", "timeouts": map[string]string{"read": "900ms"}}, lookupTimeout,
			"Report Run Not Ready In Time\n.*there is no run yet\\..*\nStatus: none yet", "", 1,
		},
		"never read": {
			nil, map[string]any{"wait_for_ready": true, "timeouts": map[string]string{"read": "900ms"}}, path.Empty(),
			"Service Unavailable\nFinding the report run failed: status 503 without an explanation \\(after 5 attempts over .*Status: 503", "", 5,
		},
		"nothing to say": {[]reportlibrarytest.Run{generating, ready, schedule}, nil, path.Empty(), "", "aaaaaaaa", 1},
	}
	for title, tt := range tests {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			for _, run := range tt.runs {
				s.AddRun(run)
			}
			config := map[string]any{"report_display_name": name}
			for argument, value := range tt.config {
				config[argument] = value
			}
			if title == "never read" {
				s.Script(reportlibrarytest.History, reportlibrarytest.Status(http.StatusServiceUnavailable, "").Forever())
			}
			state, diags := s.lookup(&reportRunDataSource{firstPause: time.Hour}, config)
			if tt.want != "" {
				wantDiagnostic(t, diags, tt.blame, tt.want)
			} else if len(diags) > 0 {
				t.Error(diags)
			}
			if err := s.wantRequests(tt.requests); err != nil {
				t.Error(err)
			}
			if got := !state.Raw.IsNull(); got != (tt.run != "") || got && diags.HasError() {
				t.Fatalf("found a run: %t", got)
			}
			if tt.run == "" {
				return
			}
			var found types.String
			if diags := state.GetAttribute(t.Context(), path.Root("report_run_identifier"), &found); diags.HasError() {
				t.Fatal(diags)
			}
			if found.ValueString() != tt.run {
				t.Errorf("got the run %s, want %s", found, tt.run)
			}
			if tt.want != "" && diags[0].Severity() != diag.SeverityWarning {
				t.Error("the diagnostic is no warning")
			}
		})
	}
}
