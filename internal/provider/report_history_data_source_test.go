package provider

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

const history = "digicert_report_history"

// recordCheck is all that is known of a run of the fake.
func recordCheck(run reportlibrarytest.Run) map[string]knownvalue.Check {
	text := func(s string) knownvalue.Check {
		if s == "" || s == reportlibrarytest.Omit {
			return knownvalue.Null()
		}
		return knownvalue.StringExact(s)
	}
	words := strings.ReplaceAll(run.Type, "-", " ")
	return map[string]knownvalue.Check{
		"report_display_name":      text(run.DisplayName),
		"report_identifier":        text(run.ReportIdentifier),
		"report_run_identifier":    text(run.RunIdentifier),
		"created_by_user_id":       text(fmt.Sprint(run.CreatedByUserID)),
		"created_by_user_name":     text(run.CreatedByUserName),
		"created_date":             text(run.CreatedDate),
		"report_type":              text(run.Type),
		"report_type_display_name": text(strings.ToUpper(words[:1]) + words[1:]),
		"report_start_date":        text(run.StartDate),
		"report_end_date":          text(run.EndDate),
		"schedule":                 text(run.Schedule),
		"formats":                  knownvalue.ListExact([]knownvalue.Check{text(run.Format)}),
		"status":                   text(run.Status),
		"manually_triggered":       knownvalue.Bool(run.ManuallyTriggered),
		"split_report_count":       knownvalue.Int64Exact(int64(run.SplitCount)),
	}
}

func TestReportHistoryDataSource_everyField(t *testing.T) {
	t.Parallel()
	for _, asString := range []bool{false, true} {
		s := newFixture(t, func(o *reportlibrarytest.Options) { o.UserIDAsString, o.ExtraFields = asString, asString })
		var records []knownvalue.Check
		for _, run := range []reportlibrarytest.Run{
			{Type: "audit-logs", Format: "JSON", Schedule: "WEEKLY", Status: "SCHEDULED"},
			{Type: "audit-logs", Format: "JSON", Schedule: "WEEKLY", ManuallyTriggered: true, SplitCount: 2},
			{Type: "orders", Format: "EXCEL", Schedule: "MONTHLY", Status: "GENERATING", StartDate: reportlibrarytest.Omit},
			{Type: "certificates", Status: "QUARANTINED", Schedule: "YEARLY"},
		} {
			records = append(records, knownvalue.ObjectExact(recordCheck(s.AddRun(run))))
		}
		s.test(resource.TestStep{
			Config:            s.provider() + lookupBlock(history),
			ConfigStateChecks: []statecheck.StateCheck{lookupOf(history, "records", knownvalue.ListExact(records))},
		})
	}
}

func TestReportHistoryDataSource_allPages(t *testing.T) {
	t.Parallel()
	const records = 2350
	tests := []struct {
		name     string
		granted  int // records in a page; 0 grants the requested number
		requests int
	}{
		{"as requested", 0, 24},
		{"37 in a page", 37, 64},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t, func(o *reportlibrarytest.Options) { o.History.MaxLimit = tt.granted })
			want := s.addRuns(records)
			state, diags := s.lookup(&reportHistoryDataSource{}, nil)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if got := recordRuns(t, state); !slices.Equal(got, want) {
				t.Errorf("got %d records, want the server's %d in its order", len(got), len(want))
			}
			if err := s.wantRequests(tt.requests); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestReportHistoryDataSource_manyRecords passes a megabyte of records to Terraform. A step of the test framework
// takes half a minute for it.
func TestReportHistoryDataSource_manyRecords(t *testing.T) {
	t.Parallel()
	const records = 2350
	s := newFixture(t)
	want := sha256Of(strings.Join(s.addRuns(records), ","))
	work := s.workFolder(t, tftest.Shared(t))
	work.Write("main.tf", tftest.Source+lookupBlock(history)+
		`output "runs" { value = sha256(join(",", data.digicert_report_history.this.records[*].report_run_identifier)) }`)
	if got := work.Run(0, "apply", "-auto-approve"); !strings.Contains(got, want) {
		t.Errorf("got %s, want the digest %s of all run identifiers in it", got, want)
	}
}

// addRuns adds runs with an empty content and returns their identifiers.
func (s *fixture) addRuns(number int) (identifiers []string) {
	for range number {
		run := s.AddRun(reportlibrarytest.Run{Content: reportlibrarytest.Text("")})
		identifiers = append(identifiers, run.RunIdentifier)
	}
	return identifiers
}

// recordRuns returns the run identifiers of all records in a state.
func recordRuns(t *testing.T, state *tfsdk.State) []string {
	t.Helper()
	var records []reportRecord
	if diags := state.GetAttribute(t.Context(), path.Root("records"), &records); diags.HasError() {
		t.Fatal(diags)
	}
	var runs []string
	for _, record := range records {
		runs = append(runs, record.ReportRunIdentifier.ValueString())
	}
	return runs
}

func TestReportHistoryDataSource_filters(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	a := s.AddRun(reportlibrarytest.Run{DisplayName: "Orders, monthly", Schedule: "MONTHLY"}).RunIdentifier
	b := s.AddRun(reportlibrarytest.Run{DisplayName: "Domains", Type: "domains", Status: "FAILED"}).RunIdentifier
	run := s.AddRun(reportlibrarytest.Run{DisplayName: "Domains", Type: "domains", Schedule: "WEEKLY"})
	c := run.RunIdentifier
	tests := map[string]struct {
		config map[string]any
		want   []string
		query  url.Values
	}{
		"none":       {nil, []string{a, b, c}, url.Values{}},
		"comma":      {map[string]any{"report_display_names": []string{"Orders, monthly"}}, []string{a}, url.Values{}},
		"name":       {map[string]any{"report_display_names": []string{"Domains"}}, []string{b, c}, url.Values{"report_display_name": {"Domains"}}},
		"schedules":  {map[string]any{"schedules": []string{"MONTHLY", "WEEKLY"}}, []string{a, c}, url.Values{"schedule": {"MONTHLY,WEEKLY"}}},
		"statuses":   {map[string]any{"statuses": []string{"FAILED"}}, []string{b}, url.Values{"status": {"FAILED"}}},
		"types":      {map[string]any{"report_types": []string{"domains", "fqdn"}}, []string{b, c}, url.Values{"report_type": {"domains,fqdn"}}},
		"search":     {map[string]any{"search": "ORDERS, "}, []string{a}, url.Values{"search": {"ORDERS, "}}},
		"identifier": {map[string]any{"report_identifier": run.ReportIdentifier, "max_results": 1}, []string{b}, url.Values{}},
		"some":       {map[string]any{"max_results": 2}, []string{a, b}, url.Values{"limit": {"2"}}},
		"nothing":    {map[string]any{"report_display_names": []string{"domains"}}, nil, url.Values{"report_display_name": {"domains"}}},
	}
	for name, tt := range tests {
		s.ResetRequests()
		state, diags := s.lookup(&reportHistoryDataSource{}, tt.config)
		if diags.HasError() {
			t.Fatal(name, diags)
		}
		if got := recordRuns(t, state); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if err := s.wantRequests(1); err != nil {
			t.Fatal(name, err)
		}
		if !tt.query.Has("limit") {
			tt.query.Set("limit", "100")
		}
		tt.query.Set("offset", "0")
		if got := s.Requests()[0].Query; !reflect.DeepEqual(got, tt.query) {
			t.Errorf("%s: got the query %v, want %v", name, got, tt.query)
		}
	}
}

func TestReportHistoryDataSource_empty(t *testing.T) {
	t.Parallel()
	s := newFixture(t, func(o *reportlibrarytest.Options) { o.History.NullLists = true })
	s.test(resource.TestStep{
		Config:            s.provider() + lookupBlock(history, `search = "x"`),
		ConfigStateChecks: []statecheck.StateCheck{lookupOf(history, "records", knownvalue.ListSizeExact(0))},
	})
}
