package reportlibrary

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
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

func TestHistoryQuery(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
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
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.req.query(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
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
			got, err := client.History(deadline.Context(t), HistoryRequest{ReportDisplayNames: []string{name}})
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
		if how == "deaf" { // a server that ignores filters but reports them as applied
			server.Script(reportlibrarytest.History, reportlibrarytest.AsIf(clearQuery).Forever())
		}
		tests := map[string]struct {
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
		}
		for name, tt := range tests {
			got, err := client.History(deadline.Context(t), tt.req)
			if err != nil {
				t.Fatal(err)
			}
			var found, want []string
			for _, record := range got {
				found = append(found, record.ReportRunIdentifier)
			}
			for _, run := range tt.want {
				want = append(want, run.RunIdentifier)
			}
			if !slices.Equal(found, want) {
				t.Errorf("%s (server %q): got %v, want %v", name, how, found, want)
			}
		}
	}
}

func clearQuery(query url.Values) { clear(query) }

func TestHistoryErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response reportlibrarytest.Response
		kind     Kind
		message  string
		snippet  string
	}{
		"HTML":          {reportlibrarytest.HTML(200, "Log in"), KindResponse, "the response is not the expected JSON object", "Log in"},
		"truncated":     {reportlibrarytest.Status(200, `{"page":{"total":1},"report_hist`), KindResponseEnd, "the response ends before its JSON does", "report_hist"},
		"two objects":   {reportlibrarytest.Status(200, `{}{}`), KindResponse, "the response is not the expected JSON object", "{}{}"},
		"an array":      {reportlibrarytest.Status(200, `[]`), KindResponse, "the response is not the expected JSON object", "[]"},
		"null":          {reportlibrarytest.Status(200, `null`), KindResponse, "the response is not the expected JSON object", "null"},
		"another":       {reportlibrarytest.Status(200, `{"code":"oops"}`), KindResponse, "the response is not the expected JSON object", "oops"},
		"no list":       {reportlibrarytest.Status(200, `{"report_history":{"a":1}}`), KindResponse, "the response is not the expected JSON object", "report_history"},
		"no records":    {reportlibrarytest.Status(200, `{"report_history":[1]}`), KindResponse, "the response is not the expected JSON object", "report_history"},
		"empty":         {reportlibrarytest.Empty(), KindResponse, "the response is empty", ""},
		"masked":        {reportlibrarytest.Status(200, "key "+reportlibrarytest.DefaultAPIKey), KindResponse, "the response is not the expected JSON object", "key ***"},
		"a lot of JSON": {reportlibrarytest.Status(200, `{"report_history":[`+strings.Repeat(" ", maxJSONBytes)+`]}`), KindResponse, "the response has more than 33554432 bytes", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, client := newHistoryServer(t)
			server.Script(nil, tt.response.With("X-Request-Id", "req-1"))
			_, err := client.History(deadline.Context(t), HistoryRequest{})
			got := wantKind(t, err, tt.kind)
			if got.Message != tt.message || got.RequestID != "req-1" || got.Op != OpHistory ||
				!strings.Contains(got.Snippet, tt.snippet) || tt.snippet == "" && got.Snippet != "" {
				t.Errorf("got %#v", got)
			}
		})
	}
}

func TestHistoryRetriesBrokenTransfers(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	server.AddRun(reportlibrarytest.Run{})
	server.Script(nil, reportlibrarytest.Truncated(20), reportlibrarytest.Status(503, ""))
	got, err := client.History(deadline.Context(t), HistoryRequest{})
	if err != nil || len(got) != 1 || len(server.Requests()) != 3 {
		t.Errorf("%v, %v after %d requests", got, err, len(server.Requests()))
	}
	server.Script(nil, reportlibrarytest.InvalidRequest("filter"))
	_, err = client.History(deadline.Context(t), HistoryRequest{})
	if apiErr, ok := errors.AsType[*Error](err); !ok || !apiErr.HasCode("invalid_request") {
		t.Errorf("%v is no *Error invalid_request", err)
	}
}

func TestHistoryWithoutContentIsEmpty(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]reportlibrarytest.Response{
		"204":       reportlibrarytest.NoContent204(),
		"words":     reportlibrarytest.NoContentWords(),
		"null list": reportlibrarytest.Status(200, `{"page":{"total":0},"report_history":null}`),
		"no list":   reportlibrarytest.Status(200, `{"page":{"total":"0"}}`),
		"no page":   reportlibrarytest.Status(200, "\xef\xbb\xbf {\"report_history\":[]}\n"),
	} {
		server, client := newHistoryServer(t)
		server.Script(nil, response.Forever())
		got, err := client.History(deadline.Context(t), HistoryRequest{})
		if err != nil || got == nil || len(got) != 0 {
			t.Errorf("%s: got %v, %v, want an empty history", name, got, err)
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
