package reportlibrary

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
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
			got, err := client.History(deadline.Context(t), HistoryRequest{})
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

// readPages reads a history whose pages come from page, called with the number of the request, from 1.
func readPages(req HistoryRequest, page func(request, offset int) (historyPage, error)) ([]Record, error) {
	reader := &historyReader{pause: func(int, string) error { return nil }}
	reader.fetch = func(query url.Values) (historyPage, error) {
		offset, err := strconv.Atoi(query.Get("offset"))
		if err != nil {
			return historyPage{}, err
		}
		return page(reader.requests, offset)
	}
	return reader.read(req)
}

// pageOf is the page of at most 100 records at offset.
func pageOf(records []Record, offset, total int) historyPage {
	first := min(offset, len(records))
	page := records[first:min(first+100, len(records))]
	return historyPage{records: page, received: len(page), total: total}
}

func TestHistoryPaging(t *testing.T) {
	t.Parallel()
	all := historyOf(250)
	for name, tt := range map[string]struct {
		page     func(request, offset int) historyPage
		want     []Record
		requests int
	}{
		"total right":     {func(_, offset int) historyPage { return pageOf(all, offset, 250) }, all, 3},
		"no total":        {func(_, offset int) historyPage { return pageOf(all, offset, -1) }, all, 5},
		"total 0":         {func(_, offset int) historyPage { return pageOf(all, offset, 0) }, all, 5},
		"total too small": {func(_, offset int) historyPage { return pageOf(all, offset, 120) }, all, 5},
		"total of the page": {
			func(_, offset int) historyPage {
				page := pageOf(all, offset, 0)
				page.total = page.received
				return page
			}, all, 5,
		},
		"total of the page, few granted": {
			func(_, offset int) historyPage {
				page := pageOf(all, offset, 0)
				page.records = page.records[:min(30, len(page.records))]
				page.received, page.total, page.limit = len(page.records), len(page.records), 30
				return page
			}, all, 11,
		},
		"a multiple of the limit": {func(_, offset int) historyPage { return pageOf(all[:200], offset, 200) }, all[:200], 3},
		"limit ignored":           {func(_, _ int) historyPage { return historyPage{records: all, received: 250, total: 250} }, all, 1},
		"few records, offset ignored, no total": {
			func(_, _ int) historyPage { return pageOf(all[:20], 0, -1) }, all[:20], 3,
		},
		"one at a time": {
			func(_, offset int) historyPage {
				return historyPage{records: all[offset : offset+1], received: 1, total: 250}
			}, all, 250,
		},
		"empty":                 {func(_, _ int) historyPage { return historyPage{total: 0} }, []Record{}, 1},
		"empty without a total": {func(_, _ int) historyPage { return historyPage{total: -1} }, []Record{}, 2},
		"first page empty once": {
			func(request, offset int) historyPage {
				if request == 1 {
					return historyPage{total: -1}
				}
				return pageOf(all, offset, 250)
			}, all, 4,
		},
		"lines without a record": {
			func(_, offset int) historyPage {
				page := pageOf(all[:199], offset, 200)
				if offset == 100 {
					page.received++
				}
				return page
			}, all[:199], 3,
		},
		"a line twice in a page": {
			func(_, _ int) historyPage {
				return historyPage{records: []Record{all[0], all[1], all[0]}, received: 3, total: 3}
			}, all[:2], 1,
		},
		"a page twice": {
			func(request, offset int) historyPage {
				if request == 2 {
					offset = 0
				}
				return pageOf(all, offset, 250)
			}, all, 4,
		},
		"an empty page twice": {
			func(request, offset int) historyPage {
				if request == 2 || request == 3 {
					return historyPage{total: -1}
				}
				return pageOf(all, offset, 250)
			}, all, 5,
		},
		"an empty page with total 0": {
			func(request, offset int) historyPage {
				if request == 2 {
					return historyPage{total: 0}
				}
				return pageOf(all, offset, 250)
			}, all, 4,
		},
		"an empty page without any total": {
			func(request, offset int) historyPage {
				if request == 2 {
					return historyPage{total: -1}
				}
				return pageOf(all, offset, -1)
			}, all, 6,
		},
		"the last page for all beyond it": {
			func(_, offset int) historyPage { return pageOf(all, min(offset, 200), -1) }, all, 5,
		},
		"grows at the front": {
			func(request, offset int) historyPage {
				if request == 1 {
					return pageOf(all[1:201], offset, 200)
				}
				return pageOf(all[:201], offset, 201)
			}, all[:201], 6,
		},
		"grows at the end": {
			func(request, offset int) historyPage {
				records := all[:min(250, 50+request*100)]
				return pageOf(records, offset, len(records))
			}, all, 3,
		},
		"shrinks at the front": {
			func(request, offset int) historyPage {
				if request == 1 {
					return pageOf(all, offset, 250)
				}
				return pageOf(all[30:], offset, 220)
			}, all[30:], 9,
		},
		"shrinks at the end": {
			func(request, offset int) historyPage {
				if request < 3 {
					return pageOf(all, offset, 250)
				}
				return pageOf(all[:180], offset, 180)
			}, all[:180], 7,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			got, err := readPages(HistoryRequest{}, func(request, offset int) (historyPage, error) {
				requests = request
				return tt.page(request, offset), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %d records, want %d, or others", len(got), len(tt.want))
			}
			if requests != tt.requests {
				t.Errorf("got %d requests, want %d", requests, tt.requests)
			}
		})
	}
}

// TestHistoryIncomplete has services whose pages never add up: a part of the history must not be returned.
func TestHistoryIncomplete(t *testing.T) {
	t.Parallel()
	all := historyOf(250)
	damaged := newError(KindResponse, "the response is empty")
	for name, tt := range map[string]struct {
		page     func(request, offset int) (historyPage, error)
		want     string
		requests int
	}{
		"ends early": {
			func(_, offset int) (historyPage, error) { return pageOf(all[:200], offset, 500), nil },
			"the pages end after 200 records, though the service announced 500", 15,
		},
		"ends early without content": {
			func(_, offset int) (historyPage, error) {
				if offset > 0 {
					return historyPage{total: -1}, nil
				}
				return pageOf(all, offset, 250), nil
			}, "the pages end after 100 records, though the service announced 250", 12,
		},
		"total forgotten at the end": {
			func(_, offset int) (historyPage, error) {
				if offset > 0 {
					return historyPage{total: 0}, nil
				}
				return pageOf(all, offset, 250), nil
			}, "the pages end after 100 records, though the service announced 250", 12,
		},
		"empty though announced": {
			func(_, _ int) (historyPage, error) { return historyPage{total: 7}, nil },
			"the pages end after 0 records, though the service announced 7", 9,
		},
		"one page always empty": {
			func(_, offset int) (historyPage, error) {
				if offset == 100 {
					return historyPage{total: 250}, nil
				}
				return pageOf(all, offset, 250), nil
			}, "the pages end after 100 records, though the service announced 250", 12,
		},
		"one page always damaged": {
			func(_, offset int) (historyPage, error) {
				if offset == 100 {
					return historyPage{}, damaged
				}
				return pageOf(all, offset, 250), nil
			}, "the response is empty", 4,
		},
		"offset ignored": {
			func(_, _ int) (historyPage, error) { return pageOf(all, 0, 250), nil },
			"the pages repeat earlier records after 100 records, though the service announced 250", 12,
		},
		"offset ignored without a total": {
			func(_, _ int) (historyPage, error) { return pageOf(all, 0, -1), nil },
			"the pages repeat earlier records after 100 records, though more may follow", 12,
		},
		"an overlap": {
			func(_, offset int) (historyPage, error) { return pageOf(all, offset/2, 250), nil },
			"the pages repeat earlier records after 200 records, though the service announced 250", 9,
		},
		"always another record": {
			func(_, offset int) (historyPage, error) {
				return historyPage{records: []Record{{ReportRunIdentifier: fmt.Sprint(offset)}}, received: 1, total: offset + 1000}, nil
			}, "the history has no end after 10000 pages", maxHistoryPages,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			got, err := readPages(HistoryRequest{}, func(request, offset int) (historyPage, error) {
				requests = request
				return tt.page(request, offset)
			})
			if got != nil || err == nil || err.Error() != tt.want {
				t.Errorf("got %d records and error %v, want %q", len(got), err, tt.want)
			}
			if requests != tt.requests {
				t.Errorf("got %d requests, want %d", requests, tt.requests)
			}
		})
	}
}

// TestHistoryTotalOfEverything has a service that filters records but announces the total of all.
func TestHistoryTotalOfEverything(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	for range 7 {
		server.AddRun(reportlibrarytest.Run{DisplayName: "A"})
	}
	want := server.AddRun(reportlibrarytest.Run{DisplayName: "B"})
	server.Configure(func(o *reportlibrarytest.Options) {
		o.History.Total = func(int, url.Values) int { return 8 }
	})
	got, err := client.History(deadline.Context(t), HistoryRequest{ReportDisplayNames: []string{"B"}})
	if err != nil || len(got) != 1 || got[0].ReportRunIdentifier != want.RunIdentifier {
		t.Errorf("got %v, %v, want the run %s", got, err, want.RunIdentifier)
	}
	got, err = client.History(deadline.Context(t), HistoryRequest{Search: "B"})
	if !isKind(err, KindInconsistent) {
		t.Errorf("a search: got %v, %v, want an error of kind %s", got, err, KindInconsistent)
	}
}

func TestHistoryPausesBeforeItReadsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := newTestClient(t, "http://fake.test", func(c *Config) {
			c.Retry = Retry{MinWait: time.Second, MaxWait: time.Minute}
		})
		started := time.Now()
		if err := client.pauseHistory(t.Context(), 2, "no news"); err != nil {
			t.Error(err)
		}
		if got := time.Since(started); got < time.Second || got > 4*time.Second {
			t.Errorf("got a pause of %s, want 1 s to 4 s", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := client.pauseHistory(ctx, 1, "no news"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the cause of the context's end", err)
		}
	})
}

func TestHistoryCountsEqualSchedulesOnce(t *testing.T) {
	t.Parallel()
	weekly := Record{ReportIdentifier: "a", Schedule: "WEEKLY", Status: StatusScheduled, SplitReportCount: new(int64)}
	again := weekly
	again.SplitReportCount = new(int64)
	other := weekly
	other.CreatedByUserID = "1"
	run := Record{ReportIdentifier: "a", ReportRunIdentifier: "r", Status: StatusGenerating}
	pages := []historyPage{
		{records: []Record{weekly, other, again}, received: 3, total: 6},
		{records: []Record{run, {ReportIdentifier: "b"}, {ReportIdentifier: "c"}}, received: 3, total: 6},
	}
	got, err := readPages(HistoryRequest{}, func(_, offset int) (historyPage, error) { return pages[offset/3], nil })
	want := []Record{weekly, other, run, {ReportIdentifier: "b"}, {ReportIdentifier: "c"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

// TestHistoryCountsARunOnce has a run that is on two pages, with the status of the moment.
func TestHistoryCountsARunOnce(t *testing.T) {
	t.Parallel()
	run := Record{ReportIdentifier: "a", ReportRunIdentifier: "r", Status: StatusGenerating}
	ready := run
	ready.Status = StatusReady
	pages := []historyPage{{records: []Record{run}, received: 1, total: -1}, {records: []Record{ready}, received: 1, total: -1}}
	got, err := readPages(HistoryRequest{}, func(_, offset int) (historyPage, error) { return pages[min(offset, 1)], nil })
	if want := []Record{run}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
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
			got, err := client.History(deadline.Context(t), tc.req)
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, client := newHistoryServer(t)
			server.Script(nil, tc.response.With("X-Request-Id", "req-1"))
			_, err := client.History(deadline.Context(t), HistoryRequest{})
			got := wantKind(t, err, tc.kind)
			if got.Message != tc.message || got.RequestID != "req-1" || got.Op != OpHistory ||
				!strings.Contains(got.Snippet, tc.snippet) || tc.snippet == "" && got.Snippet != "" {
				t.Errorf("got %#v", got)
			}
		})
	}
}

func TestHistoryRetriesWhatBrokeOff(t *testing.T) {
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
		page, err := readHistoryPage(jsonBodyOf(`{"page":{"total":1},"report_history":[{` + tc.record + `}]}`))
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
			t.Errorf("%q is %v, %t instead of %q", date, end, ok, want)
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
