package reportlibrary

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestHistoryReadsAllPages(t *testing.T) {
	t.Parallel()
	const records = 2350
	tests := map[string]struct {
		options  reportlibrarytest.HistoryOptions
		requests int
	}{
		"100 at a time":                  {reportlibrarytest.HistoryOptions{}, 24},
		"37 granted":                     {reportlibrarytest.HistoryOptions{MaxLimit: 37}, 64},
		"37 granted, another limit said": {reportlibrarytest.HistoryOptions{MaxLimit: 37, EchoRequestedLimit: true}, 64},
		"limits above 100 refused":       {reportlibrarytest.HistoryOptions{MaxLimit: 100, RefuseLargeLimit: true}, 24},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, client := newHistoryServer(t, func(o *reportlibrarytest.Options) { o.History = tt.options })
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
				t.Errorf("got %d records, want the %d of the server", len(all), len(want))
			}
			if requests := len(server.Requests()); requests != tt.requests {
				t.Errorf("got %d requests, want %d", requests, tt.requests)
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
	tests := map[string]struct {
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
	}
	for name, tt := range tests {
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
	tests := map[string]struct {
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
	}
	for name, tt := range tests {
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
