package reportlibrary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// pagedHistory serves pages of at most granted records of a history of n runs, with the announced total, and counts the
// requests.
func pagedHistory(n, total, granted int) (func(context.Context, url.Values) (historyPage, error), *int) {
	requests := new(int)
	return func(_ context.Context, query url.Values) (historyPage, error) {
		*requests++
		offset, _ := strconv.Atoi(query.Get("offset"))
		limit, _ := strconv.Atoi(query.Get("limit"))
		limit = min(limit, granted)
		page := historyPage{total: total, limit: limit}
		for i := offset; i < min(offset+limit, n); i++ {
			page.records = append(page.records, Record{ReportIdentifier: ordersID, ReportRunIdentifier: fmt.Sprint(i)})
		}
		page.received = len(page.records)
		return page, nil
	}, requests
}

func TestHistoryLook_pages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		n, total int
		granted  int // 0 grants the requested limit
		run      int // -1 for one that is not listed
		requests int
		read     int
		complete bool
	}{
		"a page":                    {n: 30, total: 30, run: -1, requests: 1, read: 30, complete: true},
		"nothing":                   {n: 0, total: 0, run: -1, requests: 1, complete: true},
		"nothing, and no total":     {n: 0, total: -1, run: -1, requests: 1, complete: true},
		"a page without a total":    {n: 30, total: -1, run: -1, requests: 1, read: 30, complete: true},
		"three pages":               {n: 230, total: 230, run: -1, requests: 3, read: 230, complete: true},
		"full pages":                {n: 200, total: 200, run: -1, requests: 2, read: 200, complete: true},
		"full pages without totals": {n: 200, total: -1, run: -1, requests: 3, read: 200, complete: true},
		"totals of a page":          {n: 100, total: 100, run: -1, requests: 2, read: 100, complete: true},
		"found in the first page":   {n: 5000, total: 5000, run: 7, requests: 1, read: 100},
		"found in the second page":  {n: 5000, total: 5000, run: 107, requests: 2, read: 200},
		"smaller pages":             {n: 110, total: -1, granted: 50, run: -1, requests: 3, read: 110, complete: true},
		"large":                     {n: 50_000, total: 50_000, run: -1, requests: maxLookPages, read: 100 * maxLookPages},
		"ends early":                {n: 30, total: 99, run: -1, requests: 2, read: 30},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fetch, requests := pagedHistory(tt.n, tt.total, cmp.Or(tt.granted, historyLimit))
			records, complete, err := newHistoryLook().read(t.Context(),
				func(r Record) bool { return r.ReportRunIdentifier == strconv.Itoa(tt.run) }, fetch)
			if err != nil || len(records) != tt.read || complete != tt.complete || *requests != tt.requests {
				t.Errorf("got %d records, complete %t, %v after %d requests, want %d, %t after %d",
					len(records), complete, err, *requests, tt.read, tt.complete, tt.requests)
			}
		})
	}
}

// TestHistoryLook_isShared has many failures at once, and again later.
func TestHistoryLook_isShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		look := newHistoryLook()
		pages, requests := pagedHistory(130, 130, historyLimit)
		slow := func(ctx context.Context, query url.Values) (historyPage, error) {
			time.Sleep(time.Second)
			return pages(ctx, query)
		}
		ask := func(run int) {
			records, _, err := look.read(t.Context(),
				func(r Record) bool { return r.ReportRunIdentifier == strconv.Itoa(run) }, slow)
			if err != nil || len(records) == 0 {
				t.Errorf("got %d records, %v", len(records), err)
			}
		}
		var group sync.WaitGroup
		for i := range 100 {
			group.Go(func() { ask(i) })
		}
		group.Wait()
		if *requests != 1 {
			t.Errorf("got %d requests for 100 failures at once, want 1", *requests)
		}
		ask(125) // on the second page
		ask(999) // not at all
		if *requests != 2 {
			t.Errorf("got %d requests, want the second page alone", *requests)
		}
		time.Sleep(lookLife)
		ask(5)
		if *requests != 3 {
			t.Errorf("got %d requests, want another look after %s", *requests, lookLife)
		}
	})
}

// TestHistoryLook_failure doesn't make failures wait one after another, and doesn't hold one's end against the others.
func TestHistoryLook_failure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		look, requests := newHistoryLook(), 0
		silent := func(ctx context.Context, _ url.Values) (historyPage, error) {
			requests++
			<-ctx.Done()
			return historyPage{}, context.Cause(ctx)
		}
		nothing := func(Record) bool { return false }
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := look.read(short, nothing, silent); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		start := time.Now()
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if _, complete, err := look.read(t.Context(), nothing, silent); err == nil || complete {
					t.Error("got no error of a silent history")
				}
			})
		}
		group.Wait()
		wantElapsed(t, start, lookTimeout)
		if requests != 2 {
			t.Errorf("got %d requests, want one of the call that ended, and one for all others", requests)
		}
	})
}

// TestHistoryLook_pauseTooLong doesn't hold a pause that outlasts one caller's time against the others, but does hold
// one that outlasts the time of every look.
func TestHistoryLook_pauseTooLong(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{KindNoTimeLeft, KindRateLimited, KindPauseTooLong} {
		synctest.Test(t, func(t *testing.T) {
			look := newHistoryLook()
			pages, _ := pagedHistory(30, 30, historyLimit)
			requests := 0
			paused := func(pause time.Duration) func(context.Context, url.Values) (historyPage, error) {
				return func(ctx context.Context, query url.Values) (historyPage, error) {
					requests++
					if end, _ := ctx.Deadline(); time.Until(end) <= pause {
						return historyPage{}, newError(kind, "the pause is too long")
					}
					return pages(ctx, query)
				}
			}
			nothing := func(Record) bool { return false }
			short, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, _, err := look.read(short, nothing, paused(time.Second))
			wantKind(t, err, kind)
			patient, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if records, complete, err := look.read(patient, nothing, paused(time.Second)); err != nil || len(records) != 30 || !complete {
				t.Errorf("%s: got %d records, complete %t, %v, want the history", kind, len(records), complete, err)
			}

			look, requests = newHistoryLook(), 0
			for range 3 {
				_, _, err := look.read(patient, nothing, paused(time.Minute))
				wantKind(t, err, kind)
			}
			if requests != 1 {
				t.Errorf("%s: got %d requests, want 1 for a pause that is too long for every look", kind, requests)
			}
		})
	}
}

// TestDownload_sharedFailure has many failed downloads share a failed look, which the race detector watches.
func TestDownload_sharedFailure(t *testing.T) {
	t.Parallel()
	srv := reportlibrarytest.NewServer()
	t.Cleanup(srv.Close)
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.ReportNotFound.Forever())
	srv.Script(reportlibrarytest.History, reportlibrarytest.UserForbidden.Forever())
	c, _ := newTestClient(t, srv.URL())
	const downloads = 16
	failures := make(chan error, downloads)
	for range downloads {
		go func() {
			_, err := c.Download(deadline.Context(t), anyRequest, new(memoryFile))
			failures <- err
		}()
	}
	for range downloads {
		got := wantKind(t, <-failures, KindNotFound)
		want := []string{"In the report history: unknown, because reading it failed: the service responded with status 403: " +
			"user_forbidden: User does not have the required permission."}
		if !slices.Equal(got.Lines, want) || got.Op != OpDownload {
			t.Errorf("got %q of %q, want %q", got.Lines, got.Op, want)
		}
	}
	if got := len(srv.Requests()); got != downloads+1 {
		t.Errorf("got %d requests, want one for the history", got)
	}
}

// TestDownload_cause checks the cause and the requests of a failed download.
func TestDownload_cause(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		run    reportlibrarytest.Run
		change func(*DownloadRequest)
		script func(*reportlibrarytest.Server)
		kind   Kind
		reason string
		line   string
		others int // requests beside the download
	}{
		"split":       {run: reportlibrarytest.Run{SplitCount: 3}, kind: KindSplit, reason: "3 parts", others: 1},
		"generating":  {run: reportlibrarytest.Run{Status: "GENERATING"}, kind: KindGenerating, others: 1},
		"run unknown": {change: func(r *DownloadRequest) { r.ReportRunIdentifier = unknownRun }, kind: KindRunUnknown, others: 1},
		"no history": {
			script: func(s *reportlibrarytest.Server) {
				s.Script(reportlibrarytest.Downloads, reportlibrarytest.ReportNotFound)
				s.Script(reportlibrarytest.History, reportlibrarytest.UserForbidden)
			},
			kind: KindNotFound, line: "In the report history: unknown, because reading it failed: the service responded with status 403: user_forbidden", others: 1,
		},
		"wrong address": {
			script: func(s *reportlibrarytest.Server) { s.Script(nil, reportlibrarytest.ReportNotFound.Forever()) },
			kind:   KindNoService, reason: "does not have a report history either", others: 1,
		},
		"another server": {
			script: func(s *reportlibrarytest.Server) { s.Script(nil, reportlibrarytest.HTML(404, "Not here")) }, kind: KindNoService,
		},
		"conflict": {
			run: reportlibrarytest.Run{Status: "GENERATING"}, kind: KindGenerating, others: 1,
			script: func(s *reportlibrarytest.Server) {
				s.Script(reportlibrarytest.Downloads, reportlibrarytest.Status(409, "not yet"))
			},
		},
		"a status that says nothing of a run": {
			run: reportlibrarytest.Run{Status: "GENERATING"}, kind: KindUnexpectedStatus,
			script: func(s *reportlibrarytest.Server) {
				s.Script(reportlibrarytest.Downloads, reportlibrarytest.Status(418, "teapot"))
			},
		},
		"without content": {
			run: reportlibrarytest.Run{Status: "GENERATING"}, kind: KindGenerating, others: 1,
			script: func(s *reportlibrarytest.Server) {
				s.Script(reportlibrarytest.Downloads, reportlibrarytest.NoContent204())
			},
		},
		"rejected": {
			run: reportlibrarytest.Run{SplitCount: 2}, kind: KindSplit, others: 1,
			script: func(s *reportlibrarytest.Server) {
				s.Script(reportlibrarytest.Downloads, reportlibrarytest.InvalidRequest("split_report_sequence"))
			},
		},
		"wrong key": {
			script: func(s *reportlibrarytest.Server) { s.Script(nil, reportlibrarytest.AccessDeniedInvalidKey) }, kind: KindAuthentication,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := reportlibrarytest.NewServer()
			t.Cleanup(srv.Close)
			run := srv.AddRun(tt.run)
			if tt.script != nil {
				tt.script(srv)
			}
			req := requestFor(run)
			if tt.change != nil {
				tt.change(&req)
			}
			c, _ := newTestClient(t, srv.URL())
			_, err := download(t, c, req)
			got := wantKind(t, err, tt.kind)
			if got.Op != OpDownload || got.Status == 0 && name != "without content" {
				t.Errorf("got %+v, want what the service responded to the download", got)
			}
			if cause, ok := errors.AsType[*Cause](err); ok != (tt.others > 0) || ok && !strings.Contains(cause.Error(), tt.reason) {
				t.Errorf("got %v, want %q", cause, tt.reason)
			}
			if tt.line != "" && !strings.HasPrefix(got.Lines[0], tt.line) {
				t.Errorf("got %q, want %q", got.Lines, tt.line)
			}
			if got := len(srv.Requests()) - 1; got != tt.others {
				t.Errorf("got %d requests beside the download, want %d", got, tt.others)
			}
		})
	}
}

// TestFindRun_cause checks the cause and the requests of an unknown name.
func TestFindRun_cause(t *testing.T) {
	t.Parallel()
	srv := reportlibrarytest.NewServer()
	t.Cleanup(srv.Close)
	srv.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders"})
	run := srv.AddRun(reportlibrarytest.Run{DisplayName: "Domains", Type: "domains"})
	tests := map[string]struct {
		req    RunRequest
		kind   Kind
		reason string
		line   string
	}{
		"name":       {RunRequest{ReportDisplayName: "monthly Order"}, KindReportUnknown, `no report named "monthly Order"`, `"Monthly orders"`},
		"identifier": {RunRequest{ReportIdentifier: run.RunIdentifier}, KindReportUnknown, "identifies a run of the report", ""},
		"type":       {RunRequest{ReportDisplayName: "Domains", ReportType: "orders"}, KindOtherType, "not with the type orders", `"Domains", domains`},
	}
	for name, tt := range tests {
		c, _ := newTestClient(t, srv.URL()) // each with a look of its own
		srv.ResetRequests()
		_, err := c.FindRun(deadline.Context(t), tt.req)
		got := wantKind(t, err, tt.kind)
		if cause, ok := errors.AsType[*Cause](err); !ok || !strings.Contains(cause.Reason, tt.reason) || got.Op != OpRun {
			t.Errorf("%s: got %v, want %q", name, cause, tt.reason)
		}
		if tt.line != "" && (len(got.Lines) == 0 || !strings.Contains(got.Lines[0], tt.line)) {
			t.Errorf("%s: got %q, want %q", name, got.Lines, tt.line)
		}
		if n := len(srv.Requests()); n != 2 {
			t.Errorf("%s: got %d requests, want 2", name, n)
		}
	}
}

// TestCause_hostileHistory puts secrets, invisible characters and floods into the names of a history.
func TestCause_hostileHistory(t *testing.T) {
	t.Parallel()
	key := reportlibrarytest.DefaultAPIKey
	for name, value := range map[string]string{
		"key": key, "half keys": strings.Repeat(key[:len(key)-2]+"-", 9), "flood": strings.Repeat("x", 60_000),
		"escapes": strings.Repeat("\u202e\u200b\u009b2J\n", 100),
	} {
		srv := reportlibrarytest.NewServer()
		t.Cleanup(srv.Close)
		for i := range 9 {
			srv.AddRun(reportlibrarytest.Run{DisplayName: value, Type: value, Schedule: value, ReportIdentifier: fmt.Sprint(i, value)})
		}
		known := srv.AddRun(reportlibrarytest.Run{Status: value, StartDate: value, EndDate: value})
		c, _ := newTestClient(t, srv.URL())
		srv.Script(reportlibrarytest.Downloads, reportlibrarytest.ReportNotFound.Forever())
		foreign := anyRequest
		foreign.ReportRunIdentifier = known.RunIdentifier
		for _, req := range []DownloadRequest{anyRequest, foreign, requestFor(known)} {
			req.Format = FormatCSV
			_, err := download(t, c, req)
			cause, ok := errors.AsType[*Cause](err)
			if !ok {
				t.Fatalf("%s: got %v, want a cause", name, err)
			}
			text := textsOf(err) + cause.Reason
			if len(text) > 6000 || strings.Contains(text, key[:12]) || strings.ContainsAny(text, "\n\u202e\u200b\u009b") {
				t.Errorf("%s: got %d bytes: %.3000q", name, len(text), text)
			}
		}
	}
}

// TestReport_cause explains details that are not found.
func TestReport_cause(t *testing.T) {
	t.Parallel()
	for _, response := range []reportlibrarytest.Response{
		reportlibrarytest.ReportsNotFound, reportlibrarytest.InvalidRequest("report_identifier"),
	} {
		srv, run := newFake(t)
		srv.Script(reportlibrarytest.Details, response)
		c, _ := newTestClient(t, srv.URL())
		_, err := c.Report(deadline.Context(t), unknownID)
		got := wantKind(t, err, KindReportUnknown)
		if got.Status != response.StatusCode() || len(got.Lines) != 1 || !strings.Contains(got.Lines[0], run.ReportIdentifier) {
			t.Errorf("got %+v", got)
		}
		if n := len(srv.Requests()); n != 2 {
			t.Errorf("got %d requests, want 2", n)
		}
	}
}
