package reportlibrary

import (
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestHistoryDecodesEveryForm(t *testing.T) {
	t.Parallel()
	yes, parts := true, int64(3)
	documented := Record{
		ReportDisplayName: "Example Report", ReportIdentifier: "00000000-0000-0000-0000-000000000000",
		ReportRunIdentifier: "11111111-1111-1111-1111-11111111", CreatedByUserID: "12345", CreatedByUserName: "John Doe",
		CreatedDate: "2021-01-13 02:15:48", ReportType: "orders", ReportTypeDisplayName: "Orders",
		ReportStartDate: "2021-01-13 09:15:37", ReportEndDate: "2021-01-13 09:15:48", Schedule: "WEEKLY",
		Formats: []string{"CSV"}, Status: "READY", ManuallyTriggered: &yes, SplitReportCount: &parts,
	}
	const common = `"report_display_name":"Example Report","report_identifier":"00000000-0000-0000-0000-000000000000",
		"report_run_identifier":"11111111-1111-1111-1111-11111111","created_by_user_name":"John Doe",
		"created_date":"2021-01-13 02:15:48","report_type":"orders","report_type_display_name":"Orders",
		"report_start_date":"2021-01-13 09:15:37","report_end_date":"2021-01-13 09:15:48","schedule":"WEEKLY","status":"READY",`
	tests := map[string]struct {
		record string
		want   Record
	}{
		"as sampled":    {common + `"created_by_user_id":12345,"format":["CSV"],"manually_triggered":true,"split_report_count":3`, documented},
		"as strings":    {common + `"created_by_user_id":"12345","format":"CSV","manually_triggered":"true","split_report_count":"3"`, documented},
		"as numbers":    {common + `"created_by_user_id":12345,"format":["CSV",null],"manually_triggered":1,"split_report_count":3.0`, documented},
		"extra fields":  {common + `"created_by_user_id":12345,"format":["CSV"],"manually_triggered":true,"split_report_count":3,"x":{"y":[1]}`, documented},
		"nothing known": {`"x":1`, Record{}},
		"all null": {
			`"report_run_identifier":null,"created_by_user_id":null,"report_start_date":null,"format":null,"manually_triggered":null,"split_report_count":null`,
			Record{},
		},
		"all empty": {
			`"report_run_identifier":"","created_by_user_id":"","report_start_date":"","format":"","manually_triggered":"","split_report_count":""`,
			Record{},
		},
		"unknown words":   {`"status":"QUEUED","report_type":"keys","schedule":"YEARLY","format":[]`, Record{Status: "QUEUED", ReportType: "keys", Schedule: "YEARLY", Formats: []string{}}},
		"no such numbers": {`"split_report_count":"many","manually_triggered":"maybe"`, Record{}},
		"halves":          {`"split_report_count":1.5,"created_by_user_id":[1]`, Record{CreatedByUserID: "[1]"}},
		"no user at all":  {`"created_by_user_id":12345678901234567890`, Record{CreatedByUserID: "12345678901234567890"}},
	}
	for name, tt := range tests {
		page, err := readHistoryPage(jsonBodyOf(`{"page":{"total":1},"report_history":[{` + tt.record + `}]}`))
		if err != nil || page.received != 1 || page.total != 1 || !reflect.DeepEqual(page.records, []Record{tt.want}) {
			t.Errorf("%s: got %+v, %v, want %+v", name, page, err, tt.want)
		}
	}
}

func TestHistoryDecodesRecordsOfTheFake(t *testing.T) {
	t.Parallel()
	for _, form := range []reportlibrarytest.FieldForm{reportlibrarytest.Absent, reportlibrarytest.Null, reportlibrarytest.EmptyString} {
		server, client := newHistoryServer(t, func(o *reportlibrarytest.Options) {
			o.History.MissingRunIdentifier, o.History.MissingDate, o.ExtraFields, o.UserIDAsString = form, form, true, form == reportlibrarytest.Null
			o.RewriteJSON = func(_ *http.Request, response map[string]any) {
				response["report_history"] = append([]any{nil}, response["report_history"].([]any)...)
			}
		})
		server.AddRun(reportlibrarytest.Run{Status: "SCHEDULED"})
		server.AddRun(reportlibrarytest.Run{Status: "GENERATING", StartDate: reportlibrarytest.Omit})
		got, err := client.History(deadline.Context(t), HistoryRequest{})
		if err != nil || len(got) != 2 {
			t.Fatal(got, err)
		}
		if got[0].ReportRunIdentifier != "" || got[1].ReportRunIdentifier == "" || got[1].ReportStartDate != "" ||
			got[1].ReportEndDate != "" || got[1].CreatedByUserID != "12345" {
			t.Errorf("form %d: got %+v", form, got)
		}
	}
}

func TestRecordEndTime(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]string{
		"2026-01-13 09:15:48":       "2026-01-13T09:15:48Z",
		"2026-01-13T09:15:48+02:00": "2026-01-13T07:15:48Z",
		"2026-01-13":                "",
		"":                          "",
	} {
		end, ok := Record{ReportEndDate: date}.EndTime()
		if ok != (want != "") || ok && end.Format(time.RFC3339) != want {
			t.Errorf("%q: got %v, %t, want %q", date, end, ok, want)
		}
	}
}

// FuzzHistoryPage checks that no response makes the decoder fail in an untyped way, or lose a line.
func FuzzHistoryPage(f *testing.F) {
	for _, seed := range []string{
		`{"page":{"total":1,"limit":100,"offset":0},"report_history":[{"report_identifier":"a","report_run_identifier":"b","format":["CSV"]}]}`,
		`{"page":{"total":"1"},"report_history":[null,{}]}`, `{"page":{"total":-1},"report_history":null}`, `{"page":[],"report_history":[1]}`,
		`{"report_history":[{"split_report_count":1e400,"manually_triggered":"t","format":{"a":1}}]}`, "No content", "no content.", "", "null",
		"\xef\xbb\xbf{}", `{"page":{}}`, `{"page`, "<html>", `{"report_history":[{"status":"\ud800"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		page, err := readHistoryPage(jsonBodyOf(string(data)))
		if err == nil {
			if page.received < len(page.records) || page.total < -1 {
				t.Errorf("%d records of %d lines, total %d", len(page.records), page.received, page.total)
			}
			return
		}
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%v is no *Error", err)
		}
	})
}
