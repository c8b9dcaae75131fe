package reportlibrary

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// newHistoryServer returns a fake and a client of it that never waits long.
func newHistoryServer(
	t *testing.T, configure ...func(*reportlibrarytest.Options),
) (*reportlibrarytest.Server, *Client) {
	t.Helper()
	server := reportlibrarytest.NewServer(configure...)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := New(Config{
		BaseURL: base, APIKey: server.APIKey, UserAgent: "test", IdleTimeout: time.Minute,
		Retry: Retry{MaxAttempts: 3, MinWait: time.Millisecond, MaxWait: time.Millisecond},
	})
	t.Cleanup(client.CloseIdleConnections)
	return server, client
}

// historyOf makes a history of n distinct records: every tenth is a schedule's, the others are runs.
func historyOf(n int) []Record {
	records := make([]Record, n)
	for i := range records {
		records[i] = Record{ReportIdentifier: fmt.Sprint(i % 7), CreatedDate: fmt.Sprint(i), Status: StatusReady}
		if i%10 == 0 {
			records[i].Status = StatusScheduled
		} else {
			records[i].ReportRunIdentifier = fmt.Sprint("run", i)
		}
	}
	return records
}

func TestHistoryReadsAllPages(t *testing.T) {
	t.Parallel()
	const records = 2350
	for name, tc := range map[string]struct {
		options  reportlibrarytest.HistoryOptions
		requests int
	}{
		"100 at a time":                  {reportlibrarytest.HistoryOptions{}, 24},
		"37 granted":                     {reportlibrarytest.HistoryOptions{MaxLimit: 37}, 64},
		"37 granted, another limit said": {reportlibrarytest.HistoryOptions{MaxLimit: 37, EchoAskedLimit: true}, 64},
		"limits above 100 refused":       {reportlibrarytest.HistoryOptions{MaxLimit: 100, RefuseLargeLimit: true}, 24},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, client := newHistoryServer(t, func(o *reportlibrarytest.Options) { o.History = tc.options })
			var want []string
			for i := range records {
				status := "READY"
				if i%50 == 0 {
					status = "SCHEDULED"
				}
				run := server.AddRun(reportlibrarytest.Run{Status: status, Content: reportlibrarytest.Text("")})
				want = append(want, run.CreatedDate+run.RunIdentifier)
			}
			got, err := client.History(t.Context(), HistoryRequest{})
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, record := range got {
				all = append(all, record.CreatedDate+record.ReportRunIdentifier)
			}
			if !slices.Equal(all, want) {
				t.Errorf("%d records instead of the %d of the server", len(all), len(want))
			}
			if requests := len(server.Requests()); requests != tc.requests {
				t.Errorf("%d requests instead of %d", requests, tc.requests)
			}
		})
	}
}

// TestHistoryPaging plays servers that a fake would have to be bent for.
func TestHistoryPaging(t *testing.T) {
	t.Parallel()
	all := historyOf(250)
	// serve is an honest server with pages of 100, but for its total.
	serve := func(records []Record, offset, total int) historyPage {
		first := min(offset, len(records))
		page := records[first:min(first+100, len(records))]
		return historyPage{records: page, received: len(page), total: total}
	}
	for name, tc := range map[string]struct {
		page     func(request, offset int) historyPage
		want     []Record
		requests int
	}{
		"honest":    {func(_, offset int) historyPage { return serve(all, offset, 250) }, all, 3},
		"no total":  {func(_, offset int) historyPage { return serve(all, offset, -1) }, all, 4},
		"total 0":   {func(_, offset int) historyPage { return serve(all, offset, 0) }, all, 4},
		"too small": {func(_, offset int) historyPage { return serve(all, offset, 120) }, all, 4},
		"too large": {func(_, offset int) historyPage { return serve(all, offset, 300) }, all, 5},
		"of the page": {
			func(_, offset int) historyPage {
				page := serve(all, offset, 0)
				page.total = page.received
				return page
			}, all[:100], 1,
		},
		"everything at once": {func(_, _ int) historyPage { return historyPage{all, 250, 250} }, all, 1},
		"one at a time": {
			func(_, offset int) historyPage { return historyPage{all[offset : offset+1], 1, 250} }, all, 250,
		},
		"empty":           {func(_, _ int) historyPage { return historyPage{total: 0} }, nil, 1},
		"nothing at all":  {func(_, _ int) historyPage { return historyPage{total: -1} }, nil, 1},
		"empty but total": {func(_, _ int) historyPage { return historyPage{total: 7} }, nil, 2},
		"lines without a record": {
			func(_, offset int) historyPage {
				page := serve(all[:199], offset, 200)
				if offset == 100 {
					page.received++
				}
				return page
			}, all[:199], 2,
		},
		"a page twice": {
			func(request, offset int) historyPage {
				if request == 2 {
					offset = 0
				}
				return serve(all, offset, 250)
			}, all, 4,
		},
		"an empty page": {
			func(request, offset int) historyPage {
				if request == 2 {
					offset = 1000
				}
				return serve(all, offset, 250)
			}, all, 4,
		},
		"the last page for all beyond it": {
			func(_, offset int) historyPage { return serve(all, min(offset, 200), -1) }, all, 4,
		},
		"grows by a record at the front": {
			func(request, offset int) historyPage {
				if request == 1 {
					return serve(all[1:201], offset, 200)
				}
				return serve(all[:201], offset, 201)
			}, all[1:201], 3,
		},
		"an overlap at the end": {
			func(request, _ int) historyPage {
				if request == 1 {
					return historyPage{all[:100], 100, 101}
				}
				return historyPage{all[99:100], 1, 101}
			}, all[:100], 3,
		},
		"grows at the end": {
			func(request, offset int) historyPage {
				return serve(all[:min(250, 50+request*100)], offset, min(250, 50+request*100))
			}, all, 3,
		},
		"shrinks": {
			func(request, offset int) historyPage {
				if request < 3 {
					return serve(all, offset, 250)
				}
				return serve(all[:180], offset, 180)
			}, all[:200], 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			got, err := HistoryRequest{}.collect(func(offset int) (historyPage, error) {
				requests++
				return tc.page(requests, offset), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tc.want) || len(got) > 0 && !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%d records instead of %d, or others", len(got), len(tc.want))
			}
			if requests != tc.requests {
				t.Errorf("%d requests instead of %d", requests, tc.requests)
			}
		})
	}
}

func TestHistoryNeverEndless(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		page     func(offset int) historyPage
		requests int
	}{
		"the same page for ever": {func(int) historyPage { return historyPage{historyOf(100), 100, 1000} }, 3},
		"always another record": {
			func(offset int) historyPage {
				return historyPage{[]Record{{ReportRunIdentifier: fmt.Sprint(offset)}}, 1, offset + 1000}
			}, maxHistoryPages,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			_, err := HistoryRequest{}.collect(func(offset int) (historyPage, error) {
				requests++
				return tc.page(offset), nil
			})
			if _, ok := errors.AsType[*HistoryError](err); !ok || requests != tc.requests {
				t.Errorf("%v after %d requests instead of a *HistoryError after %d", err, requests, tc.requests)
			}
		})
	}
}

func TestHistoryCountsEqualSchedulesOnce(t *testing.T) {
	t.Parallel()
	weekly := Record{ReportIdentifier: "a", Schedule: "WEEKLY", Status: StatusScheduled, SplitReportCount: new(int64)}
	again := weekly
	again.SplitReportCount = new(int64)
	other := weekly
	other.CreatedByUserID = "1"
	run := Record{ReportIdentifier: "a", ReportRunIdentifier: "r", Status: StatusGenerating}
	ready := run
	ready.Status = StatusReady
	pages := []historyPage{{[]Record{weekly, other, run}, 3, 6}, {[]Record{again, ready, {ReportIdentifier: "b"}}, 3, 6}}
	got, err := HistoryRequest{}.collect(func(offset int) (historyPage, error) { return pages[offset/3], nil })
	if want := []Record{weekly, other, run, {ReportIdentifier: "b"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v instead of %v", got, err, want)
	}
}

func TestHistoryQuery(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		req  HistoryRequest
		want url.Values
	}{
		"no condition": {HistoryRequest{}, url.Values{"limit": {"100"}}},
		"lists": {
			HistoryRequest{
				ReportDisplayNames: []string{"A", "B"}, Schedules: []string{"WEEKLY", "MONTHLY"},
				Statuses: []string{"READY"}, ReportTypes: []string{"orders", "fqdn"}, Search: "x,y",
			},
			url.Values{
				"limit": {"100"}, "report_display_name": {"A,B"}, "schedule": {"WEEKLY,MONTHLY"},
				"status": {"READY"}, "report_type": {"orders,fqdn"}, "search": {"x,y"},
			},
		},
		"few results":          {HistoryRequest{MaxResults: 7, Statuses: []string{"READY"}}, url.Values{"limit": {"7"}, "status": {"READY"}}},
		"many results":         {HistoryRequest{MaxResults: 1000}, url.Values{"limit": {"100"}}},
		"our own condition":    {HistoryRequest{MaxResults: 7, ReportIdentifier: "a"}, url.Values{"limit": {"100"}}},
		"a name with a comma":  {HistoryRequest{MaxResults: 7, ReportDisplayNames: []string{"A", "B, C"}}, url.Values{"limit": {"100"}}},
		"a name with a margin": {HistoryRequest{ReportDisplayNames: []string{" A"}}, url.Values{"limit": {"100"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tc.req.query(); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%v instead of %v", got, tc.want)
			}
		})
	}
}

// awkwardNames are display names that an encoding or a comparison could spoil.
var awkwardNames = []string{
	"Monthly orders", "Orders, monthly", `The "big" one`, "100% & more", "a+b=c?#", "Prüfbericht", "証明書 🔐", "back\\slash/slash", "%2C", " margin ",
	"Orders", "orders, monthly",
}

func TestHistoryFindsAwkwardNames(t *testing.T) {
	t.Parallel()
	for _, splitFirst := range []bool{false, true} {
		server, client := newHistoryServer(t, func(o *reportlibrarytest.Options) { o.History.SplitBeforeDecoding = splitFirst })
		for _, name := range awkwardNames {
			server.AddRun(reportlibrarytest.Run{DisplayName: name})
		}
		for _, name := range awkwardNames {
			got, err := client.History(t.Context(), HistoryRequest{ReportDisplayNames: []string{name}})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0].ReportDisplayName != name {
				t.Errorf("looking for %q, split first %t: found %v", name, splitFirst, got)
			}
		}
		for i, request := range server.Requests() {
			filtered := !strings.Contains(awkwardNames[i], ",") && strings.TrimSpace(awkwardNames[i]) == awkwardNames[i]
			if got := request.Query.Has("report_display_name"); got != filtered {
				t.Errorf("the server was told the name %q: %t", awkwardNames[i], got)
			}
		}
	}
}

func TestHistoryComparesNamesInNFC(t *testing.T) {
	t.Parallel()
	record := Record{ReportDisplayName: "Pru\u0308fbericht"}
	if !record.isNamed("Pr\u00fcfbericht") || record.isNamed("Prufbericht") {
		t.Error("names are not compared in NFC")
	}
}

func TestHistoryFilters(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	a := server.AddRun(reportlibrarytest.Run{DisplayName: "A", Schedule: "WEEKLY"})
	b := server.AddRun(reportlibrarytest.Run{DisplayName: "B", Type: "domains", Status: "FAILED"})
	c := server.AddRun(reportlibrarytest.Run{DisplayName: "B", Type: "users", Schedule: "MONTHLY"})
	for _, how := range []string{"", "splits before decoding", "deaf"} {
		server.Configure(func(o *reportlibrarytest.Options) { o.History.SplitBeforeDecoding = how == "splits before decoding" })
		if how == "deaf" { // a server that knows no filter but answers as if it did
			server.Script(reportlibrarytest.History, reportlibrarytest.AsIf(clearQuery).Forever())
		}
		for name, tc := range map[string]struct {
			req  HistoryRequest
			want []reportlibrarytest.Run
		}{
			"name":             {HistoryRequest{ReportDisplayNames: []string{"B"}}, []reportlibrarytest.Run{b, c}},
			"names":            {HistoryRequest{ReportDisplayNames: []string{"B", "A"}}, []reportlibrarytest.Run{a, b, c}},
			"other case":       {HistoryRequest{ReportDisplayNames: []string{"b"}}, nil},
			"schedules":        {HistoryRequest{Schedules: []string{"WEEKLY", "MONTHLY"}}, []reportlibrarytest.Run{a, c}},
			"statuses":         {HistoryRequest{Statuses: []string{"FAILED", "GENERATING"}}, []reportlibrarytest.Run{b}},
			"types":            {HistoryRequest{ReportTypes: []string{"orders", "domains"}}, []reportlibrarytest.Run{a, b}},
			"identifier":       {HistoryRequest{ReportIdentifier: strings.ToUpper(c.ReportIdentifier)}, []reportlibrarytest.Run{b, c}},
			"some results":     {HistoryRequest{MaxResults: 2}, []reportlibrarytest.Run{a, b}},
			"of an identifier": {HistoryRequest{MaxResults: 1, ReportIdentifier: b.ReportIdentifier}, []reportlibrarytest.Run{b}},
		} {
			got, err := client.History(t.Context(), tc.req)
			if err != nil {
				t.Fatal(err)
			}
			var found, want []string
			for _, record := range got {
				found = append(found, record.ReportRunIdentifier)
			}
			for _, run := range tc.want {
				want = append(want, run.RunIdentifier)
			}
			if !slices.Equal(found, want) {
				t.Errorf("%s (server %q): %v instead of %v", name, how, found, want)
			}
		}
	}
}

func clearQuery(query url.Values) { clear(query) }

func TestHistoryErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer  reportlibrarytest.Answer
		problem ContentProblem
		reason  string
		snippet string
	}{
		"HTML":          {reportlibrarytest.HTML(200, "Log in"), ContentUnexpected, "the answer is not the expected JSON object", "Log in"},
		"truncated":     {reportlibrarytest.Status(200, `{"page":{"total":1},"report_hist`), ContentTruncated, "the answer ends before its JSON does", "report_hist"},
		"two objects":   {reportlibrarytest.Status(200, `{}{}`), ContentUnexpected, "the answer is not the expected JSON object", "{}{}"},
		"an array":      {reportlibrarytest.Status(200, `[]`), ContentUnexpected, "the answer is not the expected JSON object", "[]"},
		"null":          {reportlibrarytest.Status(200, `null`), ContentUnexpected, "the answer is not the expected JSON object", "null"},
		"another":       {reportlibrarytest.Status(200, `{"code":"oops"}`), ContentUnexpected, "the answer is not the expected JSON object", "oops"},
		"no list":       {reportlibrarytest.Status(200, `{"report_history":{"a":1}}`), ContentUnexpected, "the answer is not the expected JSON object", "report_history"},
		"no records":    {reportlibrarytest.Status(200, `{"report_history":[1]}`), ContentUnexpected, "the answer is not the expected JSON object", "report_history"},
		"empty":         {reportlibrarytest.Empty(), ContentEmpty, "the answer is empty", ""},
		"masked":        {reportlibrarytest.Status(200, "key "+reportlibrarytest.DefaultAPIKey), ContentUnexpected, "the answer is not the expected JSON object", "key ***"},
		"a lot of JSON": {reportlibrarytest.Status(200, `{"report_history":[`+strings.Repeat(" ", maxJSONBytes)+`]}`), ContentTooLarge, "the answer has more than 67108864 bytes", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, client := newHistoryServer(t)
			server.Script(nil, tc.answer.With("X-Request-Id", "req-1"))
			_, err := client.History(t.Context(), HistoryRequest{})
			contentErr, ok := errors.AsType[*ContentError](err)
			if !ok {
				t.Fatalf("%v is no *ContentError", err)
			}
			if contentErr.Problem != tc.problem || contentErr.Reason != tc.reason || contentErr.RequestID != "req-1" ||
				!strings.Contains(contentErr.Snippet, tc.snippet) || tc.snippet == "" && contentErr.Snippet != "" {
				t.Errorf("got %#v", contentErr)
			}
		})
	}
}

func TestHistoryRetriesWhatBrokeOff(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	server.AddRun(reportlibrarytest.Run{})
	server.Script(nil, reportlibrarytest.Truncated(20), reportlibrarytest.Status(503, ""))
	got, err := client.History(t.Context(), HistoryRequest{})
	if err != nil || len(got) != 1 || len(server.Requests()) != 3 {
		t.Errorf("%v, %v after %d requests", got, err, len(server.Requests()))
	}
	server.Script(nil, reportlibrarytest.InvalidRequest("filter"))
	_, err = client.History(t.Context(), HistoryRequest{})
	if apiErr, ok := errors.AsType[*APIError](err); !ok || apiErr.Code != "invalid_request" {
		t.Errorf("%v is no *APIError invalid_request", err)
	}
}

func TestHistoryWithoutContentIsEmpty(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]reportlibrarytest.Answer{
		"204":       reportlibrarytest.NoContent204(),
		"words":     reportlibrarytest.NoContentWords(),
		"null list": reportlibrarytest.Status(200, `{"page":{"total":0},"report_history":null}`),
		"no list":   reportlibrarytest.Status(200, `{"page":{"total":"0"}}`),
		"no page":   reportlibrarytest.Status(200, "\xef\xbb\xbf {\"report_history\":[]}\n"),
	} {
		server, client := newHistoryServer(t)
		server.Script(nil, answer)
		got, err := client.History(t.Context(), HistoryRequest{})
		if err != nil || got == nil || len(got) != 0 || len(server.Requests()) != 1 {
			t.Errorf("%s: %v, %v after %d requests", name, got, err, len(server.Requests()))
		}
	}
}

func TestHistoryIsCancelled(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	server.Script(nil, reportlibrarytest.Hold(nil))
	go func() {
		_ = server.WaitRequests(ctx, 1)
		cancel()
	}()
	if _, err := client.History(ctx, HistoryRequest{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
}

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
	for name, tc := range map[string]struct {
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
	} {
		object, err := decodeObject([]byte(`{"page":{"total":1},"report_history":[{`+tc.record+`}]}`), asIs)
		if err != nil {
			t.Fatal(name, err)
		}
		page, err := decodeHistoryPage(object, asIs)
		if err != nil || page.received != 1 || page.total != 1 || !reflect.DeepEqual(page.records, []Record{tc.want}) {
			t.Errorf("%s: %+v, %v instead of %+v", name, page, err, tc.want)
		}
	}
}

func TestHistoryDecodesWhatTheFakeSends(t *testing.T) {
	t.Parallel()
	for _, form := range []reportlibrarytest.FieldForm{reportlibrarytest.Absent, reportlibrarytest.Null, reportlibrarytest.EmptyString} {
		server, client := newHistoryServer(t, func(o *reportlibrarytest.Options) {
			o.History.MissingRunIdentifier, o.History.MissingDate, o.ExtraFields, o.UserIDAsString = form, form, true, form == reportlibrarytest.Null
			o.RewriteJSON = func(_ *http.Request, answer map[string]any) {
				answer["report_history"] = append([]any{nil}, answer["report_history"].([]any)...)
			}
		})
		server.AddRun(reportlibrarytest.Run{Status: "SCHEDULED"})
		server.AddRun(reportlibrarytest.Run{Status: "GENERATING", StartDate: reportlibrarytest.Omit})
		got, err := client.History(t.Context(), HistoryRequest{})
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
			t.Errorf("%q is %v, %t instead of %q", date, end, ok, want)
		}
	}
}

// FuzzHistoryPage checks that no answer makes the decoder fail in an untyped way, or lose a line.
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
		object, err := decodeObject(data, asIs)
		if err == nil {
			var page historyPage
			if page, err = decodeHistoryPage(object, asIs); err == nil {
				if page.received < len(page.records) || page.total < -1 {
					t.Errorf("%d records of %d lines, total %d", len(page.records), page.received, page.total)
				}
				return
			}
		}
		if _, ok := errors.AsType[*ContentError](err); !ok {
			t.Errorf("%v is no *ContentError", err)
		}
	})
}
