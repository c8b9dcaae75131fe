package reportlibrary

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestReport(t *testing.T) {
	t.Parallel()
	last := true
	added := reportlibrarytest.Report{
		DisplayName: "Orders, monthly", Columns: []string{"order_id", "common_name"},
		Filters:            []reportlibrarytest.Filter{{FilterIdentifier: "f", ColumnIdentifier: "c", Values: []string{"x", "y"}}, {FilterIdentifier: "g"}},
		DivisionFilterType: "INCLUDE", Divisions: []any{"north", 7, map[string]any{"id": 8}},
		Schedule: reportlibrarytest.ReportSchedule{
			Frequency: "MONTHLY", RepeatEvery: "1", RunUntil: "2027-01-01",
			RepeatOnDate: &reportlibrarytest.RepeatOnDate{Date: "31", LastDayOfTheMonth: true},
		},
		NextRunDate: "2026-12-31", NotificationEmails: []string{"a@example.com"},
	}
	want := Report{
		ReportDisplayName: "Orders, monthly", CreatedByUserID: "12345", CreatedByUserName: "John Doe", CreatedDate: "2026-01-01 19:00:00",
		Metadata: &ReportMetadata{
			ReportType: "orders", Columns: []string{"order_id", "common_name"},
			Filters: []ReportFilter{{"f", "c", []string{"x", "y"}}, {"g", "", nil}},
			Sources: &ReportSources{DivisionFilterType: "INCLUDE", Divisions: []string{"north", "7", `{"id":8}`}},
		},
		Schedule: &ReportSchedule{
			Frequency: "MONTHLY", RepeatEvery: "1", RunUntil: "2027-01-01", RepeatOnDate: &RepeatOnDate{Date: "31", LastDayOfTheMonth: &last},
		},
		NextRunDate: "2026-12-31", Formats: []string{"CSV"}, Status: "ACTIVE", NotificationEmails: []string{"a@example.com"},
	}
	for name, configure := range map[string]func(*reportlibrarytest.Options){
		"documented":   func(o *reportlibrarytest.Options) { o.UserIDAsString = true },
		"sampled":      func(*reportlibrarytest.Options) {},
		"display_name": func(o *reportlibrarytest.Options) { o.DetailsDisplayName = true },
		"extra fields": func(o *reportlibrarytest.Options) { o.ExtraFields = true },
	} {
		server, client := newHistoryServer(t, configure)
		report := server.AddReport(added)
		got, err := client.Report(deadline.Context(t), report.ReportIdentifier)
		want.ReportIdentifier = report.ReportIdentifier
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, want)
		}
	}
}

func TestReportWithoutAnything(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-0000-0000-000000000000"
	for response, want := range map[string]Report{
		`{"report":{"report_identifier":"` + id + `"}}`: {},
		`{"report":{"report_identifier":"` + id + `","report_metadata":null,"schedule":null,"format":null,"notification_emails":""}}`: {},
		`{"report":{"report_identifier":"` + id + `","report_metadata":{"columns":null,"filters":null,"sources":null},"schedule":{"repeat_on_date":null}}}`: {
			Metadata: &ReportMetadata{}, Schedule: &ReportSchedule{},
		},
		`{"report":{"report_identifier":"` + id + `","report_metadata":{"columns":["a",{"identifier":"b"}],"filters":[]},"notification_emails":[]}}`: {
			Metadata:           &ReportMetadata{Columns: []string{"a", "b"}, Filters: []ReportFilter{}},
			NotificationEmails: []string{},
		},
	} {
		server, client := newHistoryServer(t)
		server.Script(nil, reportlibrarytest.Status(200, response))
		got, err := client.Report(deadline.Context(t), id)
		want.ReportIdentifier = id
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", response, got, err, want)
		}
	}
}

func TestReportErrors(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-0000-0000-000000000000"
	tests := map[string]struct {
		response reportlibrarytest.Response
		kind     Kind
		message  string
	}{
		"204":        {reportlibrarytest.NoContent204(), KindResponse, "the response says that there is no content"},
		"another":    {reportlibrarytest.Status(200, `{"report":{"report_identifier":"other"}}`), KindResponse, `the details are those of another report, "other"`},
		"no report":  {reportlibrarytest.Status(200, `{"report":null}`), KindResponse, "the response is not the expected JSON object"},
		"no details": {reportlibrarytest.Status(200, `{"report":[]}`), KindResponse, "the response is not the expected JSON object"},
		"an array":   {reportlibrarytest.Status(200, `[]`), KindResponse, "the response is not the expected JSON object"},
		"a part":     {reportlibrarytest.Status(206, `{"report":{}}`), KindUnexpectedStatus, ""},
	}
	requests := map[string]func(context.Context, *Client) error{
		"Report": func(ctx context.Context, c *Client) error {
			_, err := c.Report(ctx, id)
			return err
		},
		"Definition": func(ctx context.Context, c *Client) error {
			_, err := c.Definition(ctx, id)
			return err
		},
	}
	for name, tt := range tests {
		for request, do := range requests {
			t.Run(name+"/"+request, func(t *testing.T) {
				t.Parallel()
				server, client := newHistoryServer(t)
				server.Script(nil, tt.response)
				err := do(deadline.Context(t), client)
				if got := wantKind(t, err, tt.kind); got.Message != tt.message || got.Op != OpReport {
					t.Errorf("got %#v, want the message %q", err, tt.message)
				}
			})
		}
	}
	for request, do := range requests {
		_, client := newHistoryServer(t)
		if got := as[*Error](t, do(deadline.Context(t), client)); got.Status != http.StatusNotFound {
			t.Errorf("%s of a missing report: got %v, want a 404", request, got)
		}
	}
}

// FuzzReport checks that no response makes the decoder fail in an untyped way.
func FuzzReport(f *testing.F) {
	for _, seed := range []string{
		`{"report":{"report_identifier":"a","report_metadata":{"columns":[{"identifier":"b"},1,null]},"schedule":{"repeat_on_date":{"date":1}}}}`,
		`{"report":{"report_identifier":1,"report_metadata":[],"schedule":""}}`, `{"report":{}}`, `{"report"`, "No content", "[]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		object, err := jsonBodyOf(string(data)).object()
		if err == nil {
			var report Report
			if report, err = decodeReport(object); err == nil {
				if report.ReportIdentifier == "" {
					t.Error("a report without an identifier")
				}
				return
			}
		}
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%v is no *Error", err)
		}
	})
}
