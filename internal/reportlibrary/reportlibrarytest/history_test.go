package reportlibrarytest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

type history struct {
	Page struct{ Total, Limit, Offset int }
	// Records stay JSON objects, to distinguish absent from null.
	Records []map[string]json.RawMessage `json:"report_history"`
}

func (h history) names() string {
	var names []string
	for _, r := range h.Records {
		var name string
		_ = json.Unmarshal(r["report_display_name"], &name)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func getHistory(t *testing.T, srv *rlt.Server, query string) history {
	t.Helper()
	a := get(t, newClient(t), srv.URL()+"/report/history?"+query)
	var h history
	if err := json.Unmarshal(a.body, &h); err != nil || a.StatusCode != 200 {
		t.Fatalf("status %d, body %s: %v", a.StatusCode, a.body, err)
	}
	return h
}

func TestHistoryRecord(t *testing.T) {
	srv := newServer(t)
	srv.AddRun(rlt.Run{
		ReportIdentifier: "00000000-0000-0000-0000-000000000000", RunIdentifier: "11111111-1111-1111-1111-11111111",
		DisplayName: "Example Report", Type: "audit-logs", Format: "JSON", Schedule: "WEEKLY", SplitCount: 2,
		CreatedDate: "2021-01-13 02:15:48", StartDate: "2021-01-13 09:15:37", EndDate: "2021-01-13 09:15:48",
	})
	a := get(t, newClient(t), srv.URL()+"/report/history")
	equal(t, "Content-Type", a.Header.Get("Content-Type"), "application/json")
	equal(t, "body", a.text(), `{"page":{"limit":100,"offset":0,"total":1},"report_history":[{`+
		`"created_by_user_id":12345,"created_by_user_name":"John Doe","created_date":"2021-01-13 02:15:48",`+
		`"format":["JSON"],"manually_triggered":false,"report_display_name":"Example Report",`+
		`"report_end_date":"2021-01-13 09:15:48","report_identifier":"00000000-0000-0000-0000-000000000000",`+
		`"report_run_identifier":"11111111-1111-1111-1111-11111111","report_start_date":"2021-01-13 09:15:37",`+
		`"report_type":"audit-logs","report_type_display_name":"Audit logs","schedule":"WEEKLY",`+
		`"split_report_count":2,"status":"READY"}]}`)
}

func TestHistoryFilters(t *testing.T) {
	srv := newServer(t)
	for _, run := range []rlt.Run{
		{DisplayName: "A", Schedule: "WEEKLY"},
		{DisplayName: "B", Schedule: "MONTHLY", Status: "FAILED"},
		{DisplayName: "C, Inc.", Type: "domains"},
		{DisplayName: "Inc.", Status: "GENERATING"},
	} {
		srv.AddRun(run)
	}
	tests := map[string]struct{ query, names string }{
		"none":                  {"", "A B C, Inc. Inc."},
		"empty":                 {"status=&schedule=", "A B C, Inc. Inc."},
		"schedules":             {"schedule=WEEKLY,MONTHLY", "A B"},
		"statuses, encoded":     {"status=FAILED%2CGENERATING", "B Inc."},
		"type":                  {"report_type=domains", "C, Inc."},
		"names":                 {"report_display_name=A,B", "A B"},
		"comma splits":          {"report_display_name=C%2C+Inc.", ""},
		"two filters":           {"schedule=WEEKLY&status=READY", "A"},
		"search, case-blind":    {"search=iNC", "C, Inc. Inc."},
		"offset":                {"offset=3", "Inc."},
		"offset beyond the end": {"offset=9", ""},
		"limit":                 {"limit=2&offset=1", "B C, Inc."},
		"sort ignored":          {"sort_by=report_start_date&sort_direction=DESC", "A B C, Inc. Inc."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { equal(t, "names", getHistory(t, srv, tt.query).names(), tt.names) })
	}
	srv.Configure(func(o *rlt.Options) { o.History.SplitBeforeDecoding = true })
	equal(t, "encoded comma", getHistory(t, srv, "report_display_name=C%2C+Inc.,A").names(), "A C, Inc.")

	for query, want := range map[string]rlt.Response{
		"limit=0": rlt.InvalidLimit, "limit=x": rlt.InvalidLimit, "limit=": rlt.InvalidLimit,
		"offset=-1": rlt.InvalidOffset, "status=ready": rlt.InvalidFilter, "report_type=orders,x": rlt.InvalidFilter,
	} {
		wantRefusal(t, get(t, newClient(t), srv.URL()+"/report/history?"+query), want)
	}
}

func TestHistoryPages(t *testing.T) {
	srv := newServer(t, func(o *rlt.Options) { o.History.MaxLimit = 37 })
	for i := range 100 {
		srv.AddRun(rlt.Run{DisplayName: fmt.Sprint(i), Content: rlt.Text("x")})
	}
	seen := 0
	for _, want := range []int{37, 37, 26, 0} {
		h := getHistory(t, srv, fmt.Sprint("limit=100&offset=", seen))
		equal(t, "records", len(h.Records), want)
		equal(t, "granted", h.Page.Limit, 37)
		equal(t, "total", h.Page.Total, 100)
		equal(t, "offset", h.Page.Offset, seen)
		seen += want
	}
	srv.Configure(func(o *rlt.Options) {
		o.History.EchoRequestedLimit = true
		o.History.Total = func(total int, query url.Values) int { return total + len(query.Get("offset")) }
	})
	h := getHistory(t, srv, "limit=100&offset=50")
	equal(t, "echoed limit", h.Page.Limit, 100)
	equal(t, "changed total", h.Page.Total, 102)
	srv.Configure(func(o *rlt.Options) { o.History.RefuseLargeLimit = true })
	wantRefusal(t, get(t, newClient(t), srv.URL()+"/report/history?limit=38"), rlt.InvalidLimit)

	from := func(offset string) rlt.Response {
		return rlt.AsIf(func(query url.Values) { query.Set("offset", offset) })
	}
	srv.Script(rlt.History, from("1"), from("1000"))
	equal(t, "repeated page", getHistory(t, srv, "offset=37&limit=2").names(), "1 2")
	equal(t, "empty page", len(getHistory(t, srv, "offset=37&limit=2").Records), 0)
	log := srv.Requests()
	equal(t, "logged query", log[len(log)-1].Query.Get("offset"), "37")
}

func TestHistoryQuirks(t *testing.T) {
	forms := map[rlt.FieldForm]string{rlt.Absent: "", rlt.Null: "null", rlt.EmptyString: `""`}
	for form, want := range forms {
		srv := newServer(t, func(o *rlt.Options) {
			o.History.MissingRunIdentifier, o.History.MissingDate = form, form
			o.UserIDAsString = form == rlt.Null
			o.ExtraFields = form == rlt.Null
		})
		srv.AddRun(rlt.Run{Status: "SCHEDULED"})
		srv.AddRun(rlt.Run{Status: "GENERATING", StartDate: rlt.Omit})
		h := getHistory(t, srv, "")
		equal(t, "run identifier", string(h.Records[0]["report_run_identifier"]), want)
		equal(t, "schedule's start", string(h.Records[0]["report_start_date"]), want)
		equal(t, "omitted start", string(h.Records[1]["report_start_date"]), want)
		equal(t, "end while generating", string(h.Records[1]["report_end_date"]), want)
		userID := "12345"
		if form == rlt.Null {
			userID = `"12345"`
		}
		equal(t, "user", string(h.Records[0]["created_by_user_id"]), userID)
		_, extra := h.Records[0]["report_size"]
		equal(t, "extra field", extra, form == rlt.Null)
	}
	srv := newServer(t)
	body := func() string { return get(t, newClient(t), srv.URL()+"/report/history").text() }
	equal(t, "empty list", strings.Contains(body(), `"report_history":[]`), true)
	srv.Configure(func(o *rlt.Options) { o.History.NullLists = true })
	equal(t, "null list", strings.Contains(body(), `"report_history":null`), true)
	srv.Configure(func(o *rlt.Options) {
		o.RewriteJSON = func(r *http.Request, response map[string]any) {
			response["page"] = response["page"].(map[string]any)["limit"].(float64)
		}
	})
	equal(t, "rewritten", body(), `{"page":100,"report_history":null}`)
}

func TestDetails(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{DisplayName: "R", Schedule: "WEEKLY"})
	client := newClient(t)
	const want = `{"report":{"created_by_user_id":12345,"created_by_user_name":"John Doe",` +
		`"created_date":"2026-01-01 19:00:00","format":["CSV"],"next_run_date":"","notification_emails":null,` +
		`"report_display_name":"R","report_identifier":"%s","report_metadata":{"columns":null,"filters":null,` +
		`"report_type":"orders","sources":{"division_filter_type":"","divisions":null,"sub_account_filter_type":"",` +
		`"sub_accounts":null}},"schedule":{"frequency":"WEEKLY","weekday_to_run":"","weekday_frequency":"",` +
		`"run_until":"","repeat_every":"","repeat_on":"","repeat_on_date":null},"status":"ACTIVE"}}`
	equal(t, "of a run", get(t, client, srv.URL()+"/report/"+run.ReportIdentifier).text(),
		fmt.Sprintf(want, run.ReportIdentifier))

	added := srv.AddReport(rlt.Report{
		DisplayName: "R", Columns: []string{"order_id"}, Divisions: []any{1, "2"}, NotificationEmails: []string{"a@b"},
		Filters:  []rlt.Filter{{FilterIdentifier: "f", ColumnIdentifier: "c", Values: []string{"v"}}},
		Schedule: rlt.ReportSchedule{Frequency: "MONTHLY", RepeatOnDate: &rlt.RepeatOnDate{Date: "5"}},
	})
	equal(t, "same report", added.ReportIdentifier, run.ReportIdentifier)
	body := get(t, client, srv.URL()+"/report/"+added.ReportIdentifier).text()
	for _, part := range []string{
		`"columns":[{"identifier":"order_id"}]`, `"divisions":[1,"2"]`, `"notification_emails":["a@b"]`,
		`"filters":[{"filter_identifier":"f","column_identifier":"c","values":["v"]}]`,
		`"repeat_on_date":{"date":"5","last_day_of_the_month":false}`, `"frequency":"MONTHLY"`,
	} {
		equal(t, part, strings.Contains(body, part), true)
	}

	srv.Configure(func(o *rlt.Options) { o.DetailsDisplayName, o.ExtraFields, o.UserIDAsString = true, true, true })
	body = get(t, client, srv.URL()+"/report/"+added.ReportIdentifier).text()
	for _, part := range []string{`"display_name":"R"`, `"is_shared":false`, `"created_by_user_id":"12345"`} {
		equal(t, part, strings.Contains(body, part), true)
	}
	equal(t, "other name", strings.Contains(body, "report_display_name"), false)
	wantRefusal(t, get(t, client, srv.URL()+"/report/00"), rlt.ReportsNotFound)

	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL()+"/report/"+added.ReportIdentifier, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-DC-DEVKEY", srv.APIKey)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	equal(t, "POST", resp.StatusCode, 404)
}
