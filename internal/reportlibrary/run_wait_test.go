package reportlibrary

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// poll is the result of one poll of the history.
type poll struct {
	records []Record
	err     error
	// takes is how long the poll takes.
	takes time.Duration
}

// wait runs a wait for results that follow one another, the last of them repeatedly, and returns the seconds after the
// start at which it polled.
func wait(ctx context.Context, log *slog.Logger, req RunRequest, polls ...poll) (RunChoice, []int, error) {
	req.WaitForReady = true
	started := time.Now()
	var at []int
	choice, err := newRunWait(req, log).run(ctx, func() ([]Record, error) {
		at = append(at, int(time.Since(started)/time.Second))
		result := polls[min(len(at), len(polls))-1]
		select {
		case <-time.After(result.takes):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		return result.records, result.err
	})
	return choice, at, err
}

func TestRunWait(t *testing.T) {
	t.Parallel()
	old, generating, ready := newRun("a", "READY 01 02"), newRun("b", "GENERATING 03 -"), newRun("b", "READY 03 04")
	pending := poll{records: []Record{old, generating}}
	done := poll{records: []Record{old, ready}}
	fail := func(err error) poll { return poll{err: err} }
	status := func(code int) poll { return fail(&Error{Status: code, Attempts: 5, Passing: true}) }
	cut := &Error{Kind: KindTransfer, Message: "unexpected EOF", Passing: true}
	tests := map[string]struct {
		req   RunRequest
		polls []poll
		// minutes is the time until the deadline; 0 means 2.
		minutes int
		want    string // the run's identifier, or the error
		at      []int
	}{
		"growing pauses": {polls: []poll{pending, pending, pending, pending, pending, done}, want: "b", at: []int{0, 5, 15, 35, 75, 119}},
		"first pause":    {req: RunRequest{FirstPause: 50 * time.Second}, polls: []poll{pending, pending, done}, want: "b", at: []int{0, 50, 110}},
		"turns FAILED": {
			polls: []poll{pending, {records: []Record{old, newRun("b", "FAILED 03 03")}}},
			want:  "the newest run has status FAILED, so no wait makes it READY", at: []int{0, 5},
		},
		"a newer one comes": {
			polls: []poll{
				pending, {records: []Record{old, generating, newRun("c", "GENERATING 04 -")}},
				{records: []Record{old, generating, newRun("c", "READY 04 05")}},
			}, want: "c", at: []int{0, 5, 15},
		},
		"a first one comes": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{{records: []Record{old}}, pending, done},
			want: "b", at: []int{0, 5, 15},
		},
		"vanishes for a moment": {polls: []poll{pending, {}, done}, want: "b", at: []int{0, 5, 15}},
		"vanishes": {
			polls: []poll{pending, {}}, at: []int{0, 5, 15, 35, 75, 119},
			want: "after 1m59s the newest run is still GENERATING; the last poll failed: the report history has no such report",
		},
		"vanishes for a moment after minutes": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{pending, pending, pending, pending, pending, pending, {}, done},
			minutes: 5, want: "b", at: []int{0, 5, 15, 35, 75, 135, 195, 255},
		},
		"vanishes after minutes": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{{}, pending, {}}, minutes: 5,
			want: "after 4m59s the newest run is still GENERATING; the last poll failed: the report history has no such report",
			at:   []int{0, 5, 15, 35, 75, 135, 195, 255, 299},
		},
		"listed late after minutes of 503": {
			req:     RunRequest{StartedAfter: "2026-11-02"},
			polls:   []poll{status(503), status(503), status(503), status(503), status(503), status(503), {}, done},
			minutes: 5, want: "b", at: []int{0, 5, 15, 35, 75, 135, 195, 255},
		},
		"never listed after 503": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{status(503), status(503), status(503), {}, status(503), {}},
			minutes: 5, want: "the report history has no such report", at: []int{0, 5, 15, 35, 75, 135, 195},
		},
		"never listed": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{{}}, minutes: 5,
			want: "the report history has no such report", at: []int{0, 5, 15, 35, 75, 135},
		},
		"not listed in time": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{{}},
			want: "the report history has no such report", at: []int{0, 5, 15, 35, 75, 119},
		},
		"listed late": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{{}, {}, pending, done}, want: "b", at: []int{0, 5, 15, 35},
		},
		"too late": {
			polls: []poll{pending}, want: "after 1m59s the newest run is still GENERATING", at: []int{0, 5, 15, 35, 75, 119},
		},
		"none in time": {
			req: RunRequest{StartedAfter: "2026-11-02"}, polls: []poll{{records: []Record{old}}},
			want: "after 1m59s there is no run yet", at: []int{0, 5, 15, 35, 75, 119},
		},
		"a slow service has its last poll earlier": {
			polls: []poll{{records: pending.records, takes: 3 * time.Second}},
			want:  "after 1m57s the newest run is still GENERATING", at: []int{0, 8, 21, 44, 87, 114},
		},
		"a very slow one 10 seconds before": {
			polls: []poll{{records: pending.records, takes: 40 * time.Second}, {records: pending.records, takes: time.Second}},
			want:  "after 1m51s the newest run is still GENERATING", at: []int{0, 45, 56, 77, 110},
		},
		"the deadline cuts a poll off": {
			polls: []poll{pending, {takes: time.Hour}}, want: "after 2m0s the newest run is still GENERATING", at: []int{0, 5},
		},

		"503 in between":         {polls: []poll{pending, status(503), status(503), done}, want: "b", at: []int{0, 5, 15, 35}},
		"429 in between":         {polls: []poll{pending, status(429), done}, want: "b", at: []int{0, 5, 15}},
		"no connection":          {polls: []poll{pending, fail(cut), done}, want: "b", at: []int{0, 5, 15}},
		"HTML in between":        {polls: []poll{pending, fail(newError(KindResponse, "HTML")), done}, want: "b", at: []int{0, 5, 15}},
		"history in between":     {polls: []poll{pending, fail(newError(KindInconsistent, "odd")), done}, want: "b", at: []int{0, 5, 15}},
		"a long pause asked for": {polls: []poll{pending, fail(&Error{Kind: KindRateLimited, Wait: time.Hour, Status: 429}), done}, want: "b", at: []int{0, 5, 15}},
		"the rate limit":         {polls: []poll{pending, fail(&Error{Kind: KindPauseTooLong, Wait: time.Hour, Message: "the rate limit"}), done}, want: "b", at: []int{0, 5, 15}},
		"503 at first":           {polls: []poll{status(503), pending, done}, want: "b", at: []int{0, 5, 15}},
		"history at first":       {polls: []poll{fail(newError(KindInconsistent, "odd")), done}, want: "b", at: []int{0, 5}},
		"503 until the end": {
			polls: []poll{pending, status(503)}, at: []int{0, 5, 15, 35, 75, 119},
			want: "after 1m59s the newest run is still GENERATING; the last poll failed: after 5 attempts over 0s; last: the service responded with status 503",
		},
		"503 throughout": {
			polls: []poll{status(503)}, at: []int{0, 5, 15, 35, 75, 119},
			want: "after 5 attempts over 0s; last: the service responded with status 503",
		},
		"no connection at first": {polls: []poll{fail(cut), done}, want: "unexpected EOF", at: []int{0}},
		"HTML at first":          {polls: []poll{fail(newError(KindResponse, "HTML")), done}, want: "HTML", at: []int{0}},
		"401 in between":         {polls: []poll{pending, fail(&Error{Status: 401}), done}, want: "the service responded with status 401", at: []int{0, 5}},
		"404 in between":         {polls: []poll{pending, fail(&Error{Status: 404}), done}, want: "the service responded with status 404", at: []int{0, 5}},
		"a certificate": {
			polls: []poll{pending, fail(newError(KindHostname, "wrong host")), done},
			want:  "wrong host", at: []int{0, 5},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(cmp.Or(tt.minutes, 2))*time.Minute)
				defer cancel()
				choice, at, err := wait(ctx, slog.New(slog.DiscardHandler), tt.req, tt.polls...)
				got := choice.Run.ReportRunIdentifier
				if err != nil {
					got = err.Error()
				}
				if got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if !slices.Equal(at, tt.at) {
					t.Errorf("polled at seconds %d, want %d", at, tt.at)
				}
			})
		})
	}
}

func TestRunWaitPausesAtMostAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		polls := slices.Repeat([]poll{{records: []Record{newRun("b", "GENERATING 03 -")}}}, 7)
		_, got, err := wait(t.Context(), slog.New(slog.DiscardHandler), RunRequest{}, append(polls, poll{records: []Record{newRun("b", "READY 03 04")}})...)
		if want := []int{0, 5, 15, 35, 75, 135, 195, 255}; err != nil || !slices.Equal(got, want) {
			t.Errorf("polled at seconds %d, %v, want %d", got, err, want)
		}
	})
}

func TestRunWaitErrorHasTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		busy := &Error{Status: http.StatusServiceUnavailable, Passing: true}
		_, _, err := wait(ctx, slog.New(slog.DiscardHandler), RunRequest{}, poll{records: []Record{newRun("b", "GENERATING 03 -")}}, poll{err: busy})
		got := wantKind(t, err, KindRunNotReady)
		if got.Lines[0] != "Run: b" || got.Elapsed != 59*time.Second || got.Err != busy {
			t.Errorf("got %#v, want the run and the last failure", got)
		}
	})
}

func TestRunWaitIsCancelledAtOnce(t *testing.T) {
	t.Parallel()
	for name, takes := range map[string]time.Duration{"in a pause": 0, "in a poll": 7 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(21*time.Second, cancel)
				started := time.Now()
				_, _, err := wait(ctx, slog.New(slog.DiscardHandler), RunRequest{}, poll{records: []Record{newRun("b", "GENERATING 03 -")}, takes: takes})
				if got := time.Since(started); !errors.Is(err, context.Canceled) || got != 21*time.Second {
					t.Errorf("got %v after %s, want context.Canceled after 21 s", err, got)
				}
			})
		})
	}
}

// TestRunWaitIsCancelledAtTheLastPoll cancels when no time is left for another poll.
func TestRunWaitIsCancelledAtTheLastPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), shortestLastPoll)
		defer cancel()
		choice, err := newRunWait(RunRequest{WaitForReady: true}, slog.New(slog.DiscardHandler)).run(ctx, func() ([]Record, error) {
			cancel()
			return []Record{newRun("b", "GENERATING 03 -")}, nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %+v, %v, want context.Canceled", choice, err)
		}
	})
}

func TestRunWaitLogsItsProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		req := RunRequest{ReportIdentifier: "A", StartedAfter: "2026-11-02"}
		_, _, err := wait(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), req, poll{err: newError(KindInconsistent, "odd")},
			poll{}, poll{records: []Record{newRun("b", "GENERATING 03 -")}}, poll{records: []Record{newRun("b", "READY 03 04")}})
		if err != nil {
			t.Fatal(err)
		}
		const line = `level=INFO msg="waiting for a report run" report_identifier=A report_display_name="" status=`
		want := []string{
			line + `unknown waited=0s next_poll_in=5s poll_failed=odd`, line + `"none yet" waited=5s next_poll_in=10s`,
			line + `GENERATING waited=15s next_poll_in=20s`, "",
		}
		got := strings.Split(log.String(), "\n")
		if len(got) != len(want) {
			t.Fatalf("got %d lines, want %d:\n%s", len(got), len(want), &log)
		}
		for i := range want {
			if !strings.HasSuffix(got[i], want[i]) {
				t.Errorf("line %d: got %s, want …%s", i+1, got[i], want[i])
			}
		}
	})
}
