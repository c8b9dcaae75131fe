package provider

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// lookupBlock is a data source "this" of a type with these lines.
func lookupBlock(dataSource string, lines ...string) string {
	return tftest.Block("data", []string{dataSource, "this"}, lines...)
}

// lookupOf checks an attribute of the data source that lookupBlock writes.
func lookupOf(dataSource, attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data."+dataSource+".this", tfjsonpath.New(attribute), value)
}

// lookupRead calls Read without a Terraform, to see warnings and the requests of a single read.
func lookupRead(
	ctx context.Context, t *testing.T, configured *configuredProvider, d datasource.DataSourceWithConfigure,
	config map[string]any,
) (*tfsdk.State, diag.Diagnostics) {
	t.Helper()
	d.Configure(ctx, datasource.ConfigureRequest{ProviderData: configured}, &datasource.ConfigureResponse{})
	var described datasource.SchemaResponse
	d.Schema(ctx, datasource.SchemaRequest{}, &described)
	objectType := described.Schema.Type().TerraformType(ctx)
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: described.Schema, Raw: tftypes.NewValue(objectType, nil)}}
	d.Read(ctx, datasource.ReadRequest{
		Config: tfsdk.Config{Schema: described.Schema, Raw: tftest.Value(t, objectType, config)},
	}, &resp)
	return &resp.State, resp.Diagnostics
}

// lookup is lookupRead with the fixture's provider.
func (s *fixture) lookup(d datasource.DataSourceWithConfigure, config map[string]any) (*tfsdk.State, diag.Diagnostics) {
	s.t.Helper()
	return lookupRead(deadline.Context(s.t), s.t, s.configured(), d, config)
}

// configured returns the provider's data after Configure with the fixture's provider block.
func (s *fixture) configured() *configuredProvider {
	s.t.Helper()
	configured, diags := configure(s.t, map[string]any{
		"base_url": s.URL(), "api_key": s.APIKey, "retry": map[string]any{"min_wait": "1ms", "max_wait": "1h"},
	})
	if diags.HasError() {
		s.t.Fatal(diags)
	}
	return configured
}

// wantDiagnostic checks the text and the attribute of the only diagnostic.
func wantDiagnostic(t *testing.T, diags diag.Diagnostics, blame path.Path, pattern string) {
	t.Helper()
	if len(diags) != 1 {
		t.Fatalf("got %d diagnostics, want 1: %v", len(diags), diags)
	}
	text := diags[0].Summary() + "\n" + diags[0].Detail()
	if !regexp.MustCompile("(?s)^" + pattern + "$").MatchString(text) {
		t.Errorf("got the diagnostic\n%s\nwant %s", text, pattern)
	}
	got := path.Empty()
	if located, ok := diags[0].(diag.DiagnosticWithPath); ok {
		got = located.Path()
	}
	if !got.Equal(blame) {
		t.Errorf("got the attribute %q, want %q", got, blame)
	}
}

const lookupReport = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"

// TestReportLookup_errors covers each failure of a request.
func TestReportLookup_errors(t *testing.T) {
	t.Parallel()
	report := func() datasource.DataSourceWithConfigure { return &reportDataSource{} }
	history := func() datasource.DataSourceWithConfigure { return &reportHistoryDataSource{} }
	run := func() datasource.DataSourceWithConfigure { return &reportRunDataSource{} }
	timeouts := map[string]string{"silent": "300ms", "busy": "10m"}
	tests := map[string]struct {
		dataSource func() datasource.DataSourceWithConfigure
		response   reportlibrarytest.Response
		blame      path.Path
		want       string
	}{
		"report not found": {
			report, reportlibrarytest.ReportsNotFound, path.Root("report_identifier"),
			"Report Not Found\nReading the report failed: the report history is empty\\. DigiCert responded: reports_not_found: " +
				"Report with the given identifier does not exist\\.\n\nCorrect .*\n\nReport: " + lookupReport + "\nStatus: 404",
		},
		"history not found": {
			history, reportlibrarytest.ReportNotFound, path.Empty(), "Report History Not Found\n.*base_url.*\nStatus: 404",
		},
		"another server": {
			history, reportlibrarytest.Status(404, ""), path.Empty(), "Report Library Not Found\n.*base_url.*\nStatus: 404",
		},
		"filter": {
			history, reportlibrarytest.InvalidFilter, path.Empty(), "Request Rejected\n.*invalid_filter.*Check the arguments.*Status: 400",
		},
		"limit": {
			history, reportlibrarytest.InvalidLimit, path.Empty(), "Request Rejected\n.*invalid_limit.*Check the arguments.*Status: 400",
		},
		"key": {
			run, reportlibrarytest.AccessDeniedInvalidKey, path.Empty(),
			"Authentication Failed\nFinding the report run failed: access_denied\\|access_denied_invalid_key: .*api_key.*\n\nReport: " + lookupReport + "\nStatus: 403",
		},
		"permission": {history, reportlibrarytest.UserForbidden, path.Empty(), "Permission Denied\n.*administrator.*"},
		"server": {
			report, reportlibrarytest.Status(500, "").Forever(), path.Empty(),
			"Service Unavailable\nReading the report failed: status 500 without an explanation \\(after 5 attempts over .*Status: 500",
		},
		"HTML": {
			history, reportlibrarytest.HTML(200, "Log in").With("X-Request-Id", "r1"), path.Empty(),
			"Response Not Understood\nReading the report history failed: the response is not the expected JSON object.*\nBody: .*Log in.*\nRequest: r1",
		},
		"truncated": {report, reportlibrarytest.Status(200, `{"report":`), path.Empty(), "Response Not Understood\n.*Try again: the response ended early.*"},
		"inconsistent": {
			history, reportlibrarytest.Status(200, `{"page":{"total":9},"report_history":[{"status":"READY"}]}`).Forever(), path.Empty(),
			"Report History Inconsistent\nReading the report history failed: the pages repeat earlier records after 1 record, though the service announced 9\\..*Try again.*",
		},
		"hung up": {report, reportlibrarytest.HangUp().Forever(), path.Empty(), "Connection Failed\nReading the report failed: .*"},
		"silent": {
			report, reportlibrarytest.Hold(nil), lookupTimeout, "Timeout Reached\nReading the report failed: .*\n\nReport: " + lookupReport,
		},
		"busy": {
			run, reportlibrarytest.RetryAfter(429, "3600").Forever(), lookupTimeout,
			"Rate Limit Exceeded\nFinding the report run failed: .*requested a pause of 1h0m0s.*Status: 429",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			s.Script(nil, tt.response)
			d, config := tt.dataSource(), map[string]any{}
			if _, ok := d.(*reportHistoryDataSource); !ok {
				config["report_identifier"] = lookupReport
			}
			if timeout, ok := timeouts[name]; ok {
				config["timeouts"] = map[string]string{"read": timeout}
			}
			state, diags := s.lookup(d, config)
			wantDiagnostic(t, diags, tt.blame, tt.want)
			if !state.Raw.IsNull() {
				t.Error("a failed read left something behind")
			}
		})
	}
}

func TestReportLookup_withoutAKey(t *testing.T) {
	t.Setenv(envAPIKey, "")
	for _, d := range []datasource.DataSourceWithConfigure{&reportDataSource{}, &reportHistoryDataSource{}, &reportRunDataSource{}} {
		s := newFixture(t)
		configured, diags := configure(t, map[string]any{"base_url": s.URL()})
		if diags.HasError() {
			t.Fatal(diags)
		}
		_, diags = lookupRead(t.Context(), t, configured, d, nil)
		wantDiagnostic(t, diags, path.Empty(), "Missing API Key\n.*api_key.*"+envAPIKey+".*")
		if err := s.wantRequests(0); err != nil {
			t.Error(err)
		}
	}
}

func TestReportLookup_isCanceled(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Status: "GENERATING"})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = s.WaitRequests(ctx, 2)
		cancel()
	}()
	_, diags := lookupRead(ctx, t, s.configured(), &reportRunDataSource{firstPause: time.Millisecond},
		map[string]any{"report_display_name": "Monthly orders", "wait_for_ready": true})
	wantDiagnostic(t, diags, path.Empty(), "Operation Canceled\nFinding the report run failed: .*Report: Monthly orders")
}

func TestReportLookup_badInput(t *testing.T) {
	t.Parallel()
	wantInvalid(t, map[string]invalid{
		"report":              {lookupBlock("digicert_report", `report_identifier = "x"`), "32 to 36 hex digits"},
		"history report":      {lookupBlock("digicert_report_history", `report_identifier = "x"`), "32 to 36 hex digits"},
		"status":              {lookupBlock("digicert_report_history", `statuses = ["ready"]`), `"READY"`},
		"schedule":            {lookupBlock("digicert_report_history", `schedules = ["DAILY"]`), `"WEEKLY"`},
		"two types":           {lookupBlock("digicert_report_history", `report_types = ["orders,domains"]`), "one type"},
		"no names":            {lookupBlock("digicert_report_history", `report_display_names = []`), "at least 1"},
		"null name":           {lookupBlock("digicert_report_history", `report_display_names = [null]`), "null"},
		"empty name":          {lookupBlock("digicert_report_history", `report_display_names = [""]`), "at least 1"},
		"empty search":        {lookupBlock("digicert_report_history", `search = ""`), "at least 1"},
		"no results":          {lookupBlock("digicert_report_history", `max_results = 0`), "between 1 and"},
		"nothing":             {lookupBlock("digicert_report_run", ``), "Missing Attribute Configuration"},
		"both":                {lookupBlock("digicert_report_run", `report_identifier = "`+lookupReport+"\"\n"+`report_display_name = "x"`), "Invalid Attribute Combination"},
		"empty display name":  {lookupBlock("digicert_report_run", `report_display_name = ""`), "at least 1"},
		"lower-case schedule": {lookupBlock("digicert_report_run", "report_display_name = \"x\"\nschedule = \"weekly\""), `"WEEKLY"`},
		"empty type":          {lookupBlock("digicert_report_run", "report_display_name = \"x\"\nreport_type = \"\""), "one type"},
		"time of day":         {lookupBlock("digicert_report_run", "report_display_name = \"x\"\nstarted_after = \"2026-11-24T08:00:00Z\""), "Invalid Date"},
	})
}
