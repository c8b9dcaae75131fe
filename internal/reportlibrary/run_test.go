package reportlibrary

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// newRun makes a record of report A from "status start end"; a dash is a date that is missing.
func newRun(id, line string) Record {
	words := strings.Fields(line)
	date := func(word string) string {
		if word == "-" {
			return ""
		}
		return "2026-11-" + word + " 08:00:00"
	}
	return Record{
		ReportIdentifier: "A", ReportRunIdentifier: id, Status: words[0],
		ReportStartDate: date(words[1]), ReportEndDate: date(words[2]),
	}
}

func TestChooseRun(t *testing.T) {
	t.Parallel()
	schedule := Record{ReportIdentifier: "A", Status: StatusScheduled}
	for name, tc := range map[string]struct {
		req         RunRequest
		runs        []string // "id status start end"
		want        string   // identifier of the run, or the error
		newerFailed string
	}{
		"newest end":           {runs: []string{"a READY 01 02", "b READY 03 04", "c READY 02 03"}, want: "b"},
		"end before start":     {runs: []string{"a READY 01 09", "b READY 03 04"}, want: "a"},
		"start decides":        {runs: []string{"a READY 02 04", "b READY 03 04", "c READY 01 04"}, want: "b"},
		"identifier decides":   {runs: []string{"b READY 03 04", "a READY 03 04"}, want: "b"},
		"no end is oldest":     {runs: []string{"a READY 09 -", "b READY 01 02"}, want: "b"},
		"older READY":          {runs: []string{"a READY 01 02", "b GENERATING 03 -"}, want: "a"},
		"newer FAILED":         {runs: []string{"a READY 01 02", "b FAILED 03 03", "c FAILED 04 04"}, want: "a", newerFailed: "c"},
		"older FAILED":         {runs: []string{"a READY 03 04", "b FAILED 02 05"}, want: "a"},
		"FAILED without dates": {runs: []string{"a READY 03 04", "b FAILED - -"}, want: "a", newerFailed: "b"},
		"none": {
			runs: []string{"a FAILED 01 02", "b GENERATING 02 -", "c FAILED 02 03"},
			want: "no run is READY: found 3 runs (2 FAILED, 1 GENERATING), 1 schedule",
		},
		"none at all": {want: "no run is READY: found 0 runs, 1 schedule"},
		"unknown status": {
			runs: []string{"a \x1b[31mARCHIVED 01 02"}, want: "no run is READY: found 1 run (1 [31mARCHIVED), 1 schedule",
		},

		"after a date":        {req: RunRequest{StartedAfter: "2026-11-03"}, runs: []string{"a READY 03 03", "b READY 02 09"}, want: "a"},
		"after a time":        {req: RunRequest{StartedAfter: "2026-11-03 07:59:59"}, runs: []string{"a READY 03 03"}, want: "a"},
		"not at the time":     {req: RunRequest{StartedAfter: "2026-11-03 08:00:00"}, runs: []string{"a READY 03 03"}, want: "no run is READY: found 0 runs, 1 earlier run, 1 schedule"},
		"READY without start": {req: RunRequest{StartedAfter: "2026-11-03"}, runs: []string{"a READY - 09"}, want: "no run is READY: found 0 runs, 1 earlier run, 1 schedule"},

		"wait for GENERATING":        {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b GENERATING 03 -"}, want: "pending b"},
		"wait without dates":         {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b GENERATING - -"}, want: "pending b"},
		"wait for SCHEDULED":         {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b SCHEDULED 03 -"}, want: "pending b"},
		"wait for unknown":           {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b QUEUED 03 -"}, want: "pending b"},
		"don't wait for unknown":     {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b CANCELED 03 04"}, want: "a"},
		"don't wait for older":       {req: RunRequest{WaitForReady: true}, runs: []string{"a GENERATING 01 -", "b READY 03 04"}, want: "b"},
		"don't wait for FAILED":      {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b FAILED 03 03"}, want: "failed b"},
		"don't wait for nothing":     {req: RunRequest{WaitForReady: true}, want: "no run is READY: found 0 runs, 1 schedule"},
		"wait for one after":         {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a READY 01 02"}, want: "pending none"},
		"wait after without dates":   {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a GENERATING - -"}, want: "pending a"},
		"failed after without dates": {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a FAILED - -"}, want: "failed a"},
		"ready after":                {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a READY 05 05", "b FAILED 04 04"}, want: "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records := []Record{schedule}
			for _, run := range tc.runs {
				id, line, _ := strings.Cut(run, " ")
				records = append(records, newRun(id, line))
			}
			choice, err := tc.req.choose(records)
			got := choice.Run.ReportRunIdentifier
			if err != nil {
				got = err.Error()
			}
			if pending, ok := errors.AsType[*pendingError](err); ok {
				got = "pending none"
				if pending.run != nil {
					got = "pending " + pending.run.ReportRunIdentifier
				}
			}
			if failed, ok := errors.AsType[*RunFailedError](err); ok {
				got = "failed " + failed.Run.ReportRunIdentifier
			}
			if got != tc.want {
				t.Errorf("got %q instead of %q", got, tc.want)
			}
			failed := ""
			if choice.NewerFailed != nil {
				failed = choice.NewerFailed.ReportRunIdentifier
			}
			if failed != tc.newerFailed {
				t.Errorf("a newer failed run %q instead of %q", failed, tc.newerFailed)
			}
		})
	}
}

func TestChooseRunWithoutIdentifier(t *testing.T) {
	t.Parallel()
	generating, ready := newRun("", "GENERATING - -"), newRun("", "READY 01 02")
	_, err := RunRequest{WaitForReady: true}.choose([]Record{newRun("a", "READY 01 02"), generating})
	if _, ok := errors.AsType[*pendingError](err); !ok {
		t.Errorf("%v: a run that is GENERATING is not waited for before it has an identifier", err)
	}
	_, err = RunRequest{}.choose([]Record{ready})
	if _, ok := errors.AsType[*NoRunError](err); !ok {
		t.Errorf("%v: a run that can't be downloaded was chosen", err)
	}
}

func TestChooseRunInAnyOrder(t *testing.T) {
	t.Parallel()
	records := []Record{
		{ReportIdentifier: "A", Status: StatusScheduled}, {ReportIdentifier: "A", Status: StatusReady, ReportEndDate: "2027-01-01 00:00:00"},
		newRun("a", "READY 01 02"), newRun("b", "READY 05 06"), newRun("c", "READY 04 06"), newRun("d", "FAILED 03 03"),
		newRun("e", "FAILED 07 07"), newRun("f", "GENERATING 08 -"), newRun("g", "GENERATING - -"),
	}
	random := rand.New(rand.NewPCG(6, 2026))
	for range 200 {
		random.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		before := slices.Clone(records)
		choice, err := RunRequest{}.choose(records)
		if err != nil || choice.Run.ReportRunIdentifier != "b" || choice.NewerFailed.ReportRunIdentifier != "e" {
			t.Fatalf("%v, %v from %v", choice, err, before)
		}
		_, err = RunRequest{WaitForReady: true}.choose(records)
		if pending, ok := errors.AsType[*pendingError](err); !ok || pending.run.ReportRunIdentifier != "g" {
			t.Fatalf("%v instead of waiting for g", err)
		}
		if !reflect.DeepEqual(records, before) {
			t.Fatal("the records were changed")
		}
	}
}

func TestChooseRunOfOneReport(t *testing.T) {
	t.Parallel()
	a, b := newRun("a", "READY 01 02"), newRun("b", "READY 01 03")
	b.ReportIdentifier = "B"
	_, err := RunRequest{ReportDisplayName: "x"}.choose([]Record{b, a, b})
	ambiguous, ok := errors.AsType[*AmbiguousReportError](err)
	if !ok || !slices.Equal(ambiguous.ReportIdentifiers, []string{"A", "B"}) ||
		err.Error() != "2 reports have this display name: A, B" {
		t.Errorf("%v is no *AmbiguousReportError of A and B", err)
	}
	if _, err = (RunRequest{ReportIdentifier: "a"}).choose([]Record{a}); err != nil {
		t.Error(err)
	}
}

// await calls awaitRun with histories that follow one another; the last one stays.
func await(ctx context.Context, log *slog.Logger, req RunRequest, histories ...[]Record) (RunChoice, int, error) {
	looks := 0
	choice, err := (&Client{log: log}).awaitRun(ctx, req, func() ([]Record, error) {
		looks++
		return histories[min(looks, len(histories))-1], ctx.Err()
	})
	return choice, looks, err
}

func TestAwaitRunPausesGrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		var looks []time.Duration
		client := &Client{log: slog.New(slog.DiscardHandler)}
		choice, err := client.awaitRun(t.Context(), RunRequest{WaitForReady: true}, func() ([]Record, error) {
			looks = append(looks, time.Since(started)/time.Second)
			status := "GENERATING 03 -"
			if len(looks) == 8 {
				status = "READY 03 04"
			}
			return []Record{newRun("a", "READY 01 02"), newRun("b", status)}, nil
		})
		if err != nil || choice.Run.ReportRunIdentifier != "b" {
			t.Errorf("%v, %v instead of the run that was waited for", choice, err)
		}
		if want := []time.Duration{0, 5, 15, 35, 75, 135, 195, 255}; !slices.Equal(looks, want) {
			t.Errorf("looked at seconds %d instead of %d", looks, want)
		}
	})
}

func TestAwaitRunEnds(t *testing.T) {
	t.Parallel()
	old, pending := newRun("a", "READY 01 02"), newRun("b", "GENERATING 03 -")
	for name, tc := range map[string]struct {
		req       RunRequest
		histories [][]Record
		want      string
		looks     int
		elapsed   time.Duration
	}{
		"turns FAILED": {
			RunRequest{}, [][]Record{{old, pending}, {old, newRun("b", "FAILED 03 03")}},
			"the newest run is FAILED", 2, 5 * time.Second,
		},
		"a newer one comes": {
			RunRequest{}, [][]Record{{old, pending}, {old, pending, newRun("c", "GENERATING 04 -")}, {old, pending, newRun("c", "READY 04 05")}},
			"c", 3, 15 * time.Second,
		},
		"a first one comes": {
			RunRequest{StartedAfter: "2026-11-02"}, [][]Record{{old}, {old, pending}, {old, newRun("b", "READY 03 04")}},
			"b", 3, 15 * time.Second,
		},
		"vanishes": {
			RunRequest{}, [][]Record{{pending}, {}}, "no run is READY: found 0 runs", 2, 5 * time.Second,
		},
		"too late": {
			RunRequest{}, [][]Record{{old, pending}}, "after 1m15s the newest run is still GENERATING", 5, 75 * time.Second,
		},
		"none in time": {
			RunRequest{StartedAfter: "2026-11-02"}, [][]Record{{old}}, "after 1m15s there is no run yet", 5, 75 * time.Second,
		},
		"first pause of one's own": {
			RunRequest{FirstPause: 50 * time.Second}, [][]Record{{old, pending}}, "after 1m50s the newest run is still GENERATING", 3, 110 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				tc.req.WaitForReady = true
				started := time.Now()
				choice, looks, err := await(ctx, slog.New(slog.DiscardHandler), tc.req, tc.histories...)
				got := choice.Run.ReportRunIdentifier
				if err != nil {
					got = err.Error()
				}
				if got != tc.want || looks != tc.looks || time.Since(started) != tc.elapsed {
					t.Errorf("%q after %d looks and %s instead of %q after %d and %s",
						got, looks, time.Since(started), tc.want, tc.looks, tc.elapsed)
				}
			})
		})
	}
}

func TestAwaitRunDeadlineDuringALook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		looks := 0
		_, err := (&Client{log: slog.New(slog.DiscardHandler)}).awaitRun(ctx, RunRequest{WaitForReady: true}, func() ([]Record, error) {
			if looks++; looks == 2 {
				<-ctx.Done()
				return nil, context.Cause(ctx)
			}
			return []Record{newRun("b", "GENERATING 03 -")}, nil
		})
		waitErr, ok := errors.AsType[*WaitError](err)
		if !ok || waitErr.Run.Status != StatusGenerating || waitErr.Elapsed != 8*time.Second {
			t.Errorf("%v is no *WaitError of 8 s with the run", err)
		}
	})
}

func TestAwaitRunIsCancelledAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(21*time.Second, cancel)
		started := time.Now()
		_, looks, err := await(ctx, slog.New(slog.DiscardHandler), RunRequest{WaitForReady: true}, []Record{newRun("b", "GENERATING 03 -")})
		if !errors.Is(err, context.Canceled) || looks != 3 || time.Since(started) != 21*time.Second {
			t.Errorf("%v after %d looks and %s", err, looks, time.Since(started))
		}
	})
}

func TestAwaitRunTellsItsProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		req := RunRequest{ReportIdentifier: "A", StartedAfter: "2026-11-02", WaitForReady: true}
		_, _, err := await(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), req,
			nil, []Record{newRun("b", "GENERATING 03 -")}, []Record{newRun("b", "READY 03 04")})
		if err != nil {
			t.Fatal(err)
		}
		const line = `level=INFO msg="waiting for a report run" report_identifier=A report_display_name="" status=`
		for i, want := range []string{
			line + `"none yet" waited=0s next_look_in=5s`, line + `GENERATING waited=5s next_look_in=10s`, "",
		} {
			if got := strings.Split(log.String(), "\n")[i]; !strings.HasSuffix(got, want) {
				t.Errorf("line %d of the log is %s instead of …%s", i+1, got, want)
			}
		}
	})
}

func TestFindRun(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	for _, name := range awkwardNames {
		server.AddRun(reportlibrarytest.Run{DisplayName: name})
	}
	for _, name := range awkwardNames {
		choice, err := client.FindRun(t.Context(), RunRequest{ReportDisplayName: name})
		if err != nil || choice.Run.ReportDisplayName != name {
			t.Errorf("looking for %q: %v, %v", name, choice.Run, err)
		}
	}
	weekly := server.AddRun(reportlibrarytest.Run{DisplayName: "Orders", Type: "domains", Schedule: "WEEKLY"})
	other := server.AddRun(reportlibrarytest.Run{DisplayName: "Orders", Type: "users", ReportIdentifier: strings.Repeat("a", 32)})
	for name, tc := range map[string]struct {
		req  RunRequest
		want string
	}{
		"type":       {RunRequest{ReportDisplayName: "Orders", ReportType: "domains"}, weekly.RunIdentifier},
		"schedule":   {RunRequest{ReportDisplayName: "Orders", Schedule: "WEEKLY"}, weekly.RunIdentifier},
		"identifier": {RunRequest{ReportIdentifier: strings.ToUpper(other.ReportIdentifier)}, other.RunIdentifier},
		"newest":     {RunRequest{ReportIdentifier: weekly.ReportIdentifier}, weekly.RunIdentifier},
	} {
		server.ResetRequests()
		choice, err := client.FindRun(t.Context(), tc.req)
		if err != nil || choice.Run.ReportRunIdentifier != tc.want || len(server.Requests()) != 1 {
			t.Errorf("%s: %+v, %v after %d requests", name, choice.Run, err, len(server.Requests()))
		}
	}
	_, err := client.FindRun(t.Context(), RunRequest{ReportDisplayName: "Orders"})
	if ambiguous, ok := errors.AsType[*AmbiguousReportError](err); !ok || len(ambiguous.ReportIdentifiers) != 2 {
		t.Errorf("%v is no *AmbiguousReportError of two reports", err)
	}
}

func TestFindRunWaits(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	var server *reportlibrarytest.Server
	server, client := newHistoryServer(t)
	ready := server.AddRun(reportlibrarytest.Run{})
	newest := server.AddRun(reportlibrarytest.Run{Status: "GENERATING"})
	server.Configure(func(o *reportlibrarytest.Options) {
		o.OnRequest = func(*http.Request) {
			if requests.Add(1) == 3 {
				server.SetRun(newest.RunIdentifier, func(run *reportlibrarytest.Run) { run.Status = "READY" })
			}
		}
	})
	choice, err := client.FindRun(t.Context(), RunRequest{
		ReportIdentifier: ready.ReportIdentifier, WaitForReady: true, FirstPause: time.Millisecond,
	})
	if err != nil || choice.Run.ReportRunIdentifier != newest.RunIdentifier || requests.Load() != 3 {
		t.Errorf("%+v, %v after %d requests", choice.Run, err, requests.Load())
	}
}

func TestCheckStartedAfter(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{
		"2026-11-24": true, "2026-11-24 08:00:00": true,
		"": false, "2026-11-31": false, "2026-1-2": false, "2026-11-24T08:00:00Z": false, "2026-11-24 08:00": false, "2026-11-24 24:00:00": false,
		"2026-11-24 08:00:00.5": false, "2026-11-24 8:00:00": false,
	} {
		if err := CheckStartedAfter(value); (err == nil) != ok {
			t.Errorf("%q: %v", value, err)
		}
	}
}
