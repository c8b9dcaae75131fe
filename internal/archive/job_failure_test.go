package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
)

func TestJob_failuresLoseNoFile(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 5 {
		x.add(readyRun(n + 1))
	}
	failed := Key(runID(3))
	x.source.errs[failed] = errExpired
	outcome := x.apply()
	if outcome.Archived != 4 || len(outcome.Failures) != 1 {
		t.Fatalf("got %+v", outcome)
	}
	if got := outcome.Failures[0]; got.Key != failed || !errors.Is(got.Err, errExpired) || got.Restore || got.EndDate == "" {
		t.Errorf("got %+v", got)
	}
	x.checkSums()
	x.source.errs, x.source.requests = nil, nil
	if outcome := x.apply(); outcome.Archived != 1 || outcome.Record.Sequence != 2 || !slices.Equal(x.source.requests, []Key{failed}) {
		t.Errorf("got %+v after the requests %q", outcome, x.source.requests)
	}
	x.checkSums()
}

func TestJob_givesUpAfterManyFailures(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 100 {
		run := readyRun(n + 1)
		x.history = append(x.history, run)
	}
	outcome := x.apply()
	notTried := 0
	for _, failure := range outcome.Failures {
		if errors.Is(failure.Err, ErrNotTried) {
			notTried++
		}
	}
	if len(outcome.Failures) != 100 || len(x.source.requests) > patience+downloads || notTried != 100-len(x.source.requests) {
		t.Errorf("got %d failures after %d requests, %d not tried", len(outcome.Failures), len(x.source.requests), notTried)
	}
	if len(x.names()) > 0 {
		t.Errorf("left are %q", x.names())
	}
}

func TestJob_cancelledApplyRecordsArchivedFiles(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 20 {
		x.add(readyRun(n + 1))
	}
	cause := errors.New("interrupted by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	x.source.during = func(key Key) {
		if key == Key(runID(12)) { // at least four have ended by then
			cancel(cause)
		}
	}
	outcome, err := x.job(stamped).Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	x.record = outcome.Record
	if outcome.Archived < 12-downloads || len(outcome.Failures) == 0 || outcome.Archived+len(outcome.Failures) != 20 {
		t.Errorf("got %d archived and %d failures", outcome.Archived, len(outcome.Failures))
	}
	for _, failure := range outcome.Failures {
		if !errors.Is(failure.Err, cause) && !errors.Is(failure.Err, context.Canceled) {
			t.Errorf("got %v", failure.Err)
		}
	}
	x.checkSums()
}

// TestJob_killedAtAnyMoment stops an apply after each of its steps on the disk, and has the next one go on.
func TestJob_killedAtAnyMoment(t *testing.T) {
	t.Parallel()
	all := []string{"2026-02-01-00000002.csv", "2026-03-01-00000003.csv", "0002.pending", "0002.json", "0002.sha256", "0002.sha256.tsr"}
	for steps := range len(all) + 1 {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			t.Parallel()
			x := archived(t, 1, stamped)
			before := x.record
			x.add(readyRun(2))
			x.add(readyRun(3))
			outcome, err := x.job(stamped).Run(t.Context()) // the process does not end in the normal way
			if err != nil {
				t.Fatal(err)
			}
			manifest := x.read("0002.json")
			x.remove(all[steps:]...)
			x.source.requests, x.source.during, x.stamper.count = nil, nil, 0

			x.record = before
			resumed, err := Resume(x.dir, x.record, testDraftKey)
			if err != nil {
				t.Fatal(err)
			}
			whole := steps >= 4 // the manifest was in place
			if (resumed.Sequence == 2) != whole {
				t.Errorf("got manifest %d", resumed.Sequence)
			}
			x.record = resumed
			x.apply(stamped)
			if whole && (x.read("0002.json") != manifest || len(x.source.requests) > 0) {
				t.Errorf("the manifest was written again, after the requests %q", x.source.requests)
			}
			if x.record.Sequence != 2 || len(x.record.Files) != 3 || x.record.Newest.Head() != outcome.Record.Newest.Head() {
				t.Errorf("got manifest %d of %d files", x.record.Sequence, len(x.record.Files))
			}
			wantNames(t, x.names(), append(all[:2:2], "2026-01-01-00000001.csv", "0001.json", "0001.sha256", "0001.sha256.tsr",
				"0002.json", "0002.sha256", "0002.sha256.tsr")...)
			x.checkSums()
			if read, err := ReadChain(t.Context(), x.dir, testReport); err != nil || read.Newest.Head() != x.record.Newest.Head() {
				t.Errorf("got the chain %d (%v)", read.Sequence, err)
			}
		})
	}
}

func TestJob_unwritableFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		// The superuser writes everywhere, and Windows knows no such mode; a folder that is a file stands for one that cannot
		// be written.
		x := newFixture(t)
		x.add(readyRun(1))
		job := x.job()
		if err := os.WriteFile(x.dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if outcome, err := job.Run(t.Context()); err == nil && len(outcome.Failures) == 0 {
			t.Errorf("got %+v", outcome)
		}
		return
	}
	x := archived(t, 1)
	x.add(readyRun(2))
	if err := os.Chmod(x.dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(x.dir, 0o700) })
	if outcome := x.apply(); len(outcome.Failures) != 1 || outcome.Record.Sequence != 1 {
		t.Errorf("got %+v", outcome)
	}
}
