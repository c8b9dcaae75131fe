package reportlibrary

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
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
	tests := map[string]struct {
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
			want: "no run has status READY; the report history has 3 runs (2 FAILED, 1 GENERATING), 1 schedule",
		},
		"none at all": {want: "no run has status READY; the report history has 0 runs, 1 schedule"},
		"unknown status": {
			runs: []string{"a \x1b[31mARCHIVED 01 02"}, want: "no run has status READY; the report history has 1 run (1 \\u001b[31mARCHIVED), 1 schedule",
		},

		"after a date":        {req: RunRequest{StartedAfter: "2026-11-03"}, runs: []string{"a READY 03 03", "b READY 02 09"}, want: "a"},
		"after a time":        {req: RunRequest{StartedAfter: "2026-11-03 07:59:59"}, runs: []string{"a READY 03 03"}, want: "a"},
		"not at the time":     {req: RunRequest{StartedAfter: "2026-11-03 08:00:00"}, runs: []string{"a READY 03 03"}, want: "no run has status READY; the report history has 0 runs, 1 earlier run, 1 schedule"},
		"READY without start": {req: RunRequest{StartedAfter: "2026-11-03"}, runs: []string{"a READY - 09"}, want: "no run has status READY; the report history has 0 runs, 1 earlier run, 1 schedule"},

		"wait for GENERATING":        {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b GENERATING 03 -"}, want: "pending b"},
		"wait without dates":         {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b GENERATING - -"}, want: "pending b"},
		"wait for SCHEDULED":         {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b SCHEDULED 03 -"}, want: "pending b"},
		"wait for unknown":           {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b QUEUED 03 -"}, want: "pending b"},
		"don't wait for unknown":     {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b CANCELED 03 04"}, want: "a"},
		"don't wait for older":       {req: RunRequest{WaitForReady: true}, runs: []string{"a GENERATING 01 -", "b READY 03 04"}, want: "b"},
		"don't wait for FAILED":      {req: RunRequest{WaitForReady: true}, runs: []string{"a READY 01 02", "b FAILED 03 03"}, want: "failed b"},
		"don't wait for nothing":     {req: RunRequest{WaitForReady: true}, want: "no run has status READY; the report history has 0 runs, 1 schedule"},
		"wait for one after":         {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a READY 01 02"}, want: "pending none"},
		"wait after without dates":   {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a GENERATING - -"}, want: "pending a"},
		"failed after without dates": {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a FAILED - -"}, want: "failed a"},
		"ready after":                {req: RunRequest{WaitForReady: true, StartedAfter: "2026-11-05"}, runs: []string{"a READY 05 05", "b FAILED 04 04"}, want: "a"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records := []Record{schedule}
			for _, run := range tt.runs {
				id, line, _ := strings.Cut(run, " ")
				records = append(records, newRun(id, line))
			}
			choice, err := tt.req.choose(records)
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
			if isKind(err, KindRunFailed) {
				got = "failed " + strings.TrimPrefix(as[*Error](t, err).Lines[0], "Run: ")
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			failed := ""
			if choice.NewerFailed != nil {
				failed = choice.NewerFailed.ReportRunIdentifier
			}
			if failed != tt.newerFailed {
				t.Errorf("newer failed run: got %q, want %q", failed, tt.newerFailed)
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
	if !isKind(err, KindNoRun) {
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
			t.Fatalf("got %v, want a wait for g", err)
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
	got := wantKind(t, err, KindAmbiguous)
	if !slices.Equal(got.Lines, []string{
		"Report: A, newest run READY, ended 2026-11-02 08:00:00", "Report: B, newest run READY, ended 2026-11-03 08:00:00",
	}) || got.Message != "2 reports have this display name" {
		t.Errorf("got %+v", got)
	}
	if _, err = (RunRequest{ReportIdentifier: "a"}).choose([]Record{a}); err != nil {
		t.Error(err)
	}
}

func TestFindRun(t *testing.T) {
	t.Parallel()
	server, client := newHistoryServer(t)
	for _, name := range awkwardNames {
		server.AddRun(reportlibrarytest.Run{DisplayName: name})
	}
	for _, name := range awkwardNames {
		choice, err := client.FindRun(deadline.Context(t), RunRequest{ReportDisplayName: name})
		if err != nil || choice.Run.ReportDisplayName != name {
			t.Errorf("looking for %q: %v, %v", name, choice.Run, err)
		}
	}
	weekly := server.AddRun(reportlibrarytest.Run{DisplayName: "Orders", Type: "domains", Schedule: "WEEKLY"})
	other := server.AddRun(reportlibrarytest.Run{DisplayName: "Orders", Type: "users", ReportIdentifier: strings.Repeat("a", 32)})
	tests := map[string]struct {
		req  RunRequest
		want string
	}{
		"type":       {RunRequest{ReportDisplayName: "Orders", ReportType: "domains"}, weekly.RunIdentifier},
		"schedule":   {RunRequest{ReportDisplayName: "Orders", Schedule: "WEEKLY"}, weekly.RunIdentifier},
		"identifier": {RunRequest{ReportIdentifier: strings.ToUpper(other.ReportIdentifier)}, other.RunIdentifier},
		"newest":     {RunRequest{ReportIdentifier: weekly.ReportIdentifier}, weekly.RunIdentifier},
	}
	for name, tt := range tests {
		server.ResetRequests()
		choice, err := client.FindRun(deadline.Context(t), tt.req)
		if err != nil || choice.Run.ReportRunIdentifier != tt.want || len(server.Requests()) != 1 {
			t.Errorf("%s: %+v, %v after %d requests", name, choice.Run, err, len(server.Requests()))
		}
	}
	_, err := client.FindRun(deadline.Context(t), RunRequest{ReportDisplayName: "Orders"})
	if got := wantKind(t, err, KindAmbiguous); len(got.Lines) != 2 || got.Op != OpRun {
		t.Errorf("got %+v, want two reports", got)
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
	choice, err := client.FindRun(deadline.Context(t), RunRequest{
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
