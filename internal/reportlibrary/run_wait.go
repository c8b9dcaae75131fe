package reportlibrary

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// The pauses between two polls of the history.
const (
	firstRunPause   = 5 * time.Second
	longestRunPause = 60 * time.Second
)

// longestUnlisted is how long a wait goes on while the history has no record of the report: one that has just been
// created may be listed a moment later, a misspelled name never.
const longestUnlisted = 2 * time.Minute

// The last poll starts before the deadline by twice the time that the slowest one took, within these bounds, because it
// has to end before the deadline too.
const (
	shortestLastPoll = time.Second
	longestLastPoll  = 10 * time.Second
)

// runWait polls the history until the newest run is READY.
type runWait struct {
	req     RunRequest
	log     *slog.Logger
	started time.Time
	pause   time.Duration
	slowest time.Duration
	// awaited is the run that was pending at the last successful poll; nil if there was none yet.
	awaited *Record
	// unlisted reports whether the last successful poll found no record of the report.
	unlisted bool
	// polled reports whether a poll has succeeded.
	polled bool
	// failure is the error of the last poll; nil if it succeeded.
	failure error
}

func newRunWait(req RunRequest, log *slog.Logger) *runWait {
	return &runWait{req: req, log: log, started: time.Now(), pause: cmp.Or(req.FirstPause, firstRunPause)}
}

// run polls list until the run is READY, an error is final, or ctx ends; the error for its deadline is of
// KindRunNotReady.
func (w *runWait) run(ctx context.Context, list func() ([]Record, error)) (RunChoice, error) {
	for {
		choice, err := w.poll(list)
		pending, stillPending := errors.AsType[*pendingError](err)
		switch {
		case err == nil:
			return choice, nil
		case stillPending:
			w.polled, w.awaited, w.failure, w.unlisted = true, pending.run, nil, pending.unlisted
			if w.unlisted && time.Since(w.started) >= longestUnlisted {
				return RunChoice{}, w.req.unlisted()
			}
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
			return RunChoice{}, w.expired(ctx, err)
		case ctx.Err() != nil || !w.passing(err):
			return RunChoice{}, err
		default:
			w.failure = err
		}
		pause, ok := w.nextPause(ctx)
		if !ok {
			return RunChoice{}, w.expired(ctx, nil)
		}
		w.logPause(ctx, pause)
		select {
		case <-ctx.Done():
			return RunChoice{}, w.expired(ctx, context.Cause(ctx))
		case <-time.After(pause):
		}
		w.pause = max(w.pause, min(2*w.pause, longestRunPause))
	}
}

// poll reads the history once; a *pendingError means that the wait goes on.
func (w *runWait) poll(list func() ([]Record, error)) (RunChoice, error) {
	started := time.Now()
	records, err := list()
	w.slowest = max(w.slowest, time.Since(started))
	if err != nil {
		return RunChoice{}, err
	}
	return w.req.choose(records)
}

// passing reports whether the next poll may succeed where this one failed. A connection that fails at the first poll is
// final, because the address may be wrong; a service that is busy is not.
func (w *runWait) passing(err error) bool {
	e, ok := asError(err)
	switch {
	case !ok:
		return false
	case isKind(e, KindInconsistent, KindPauseTooLong, KindNoTimeLeft):
		return true // the service may ask for a longer pause than the wait has left
	case e.Status != 0 && e.Kind != KindProxy:
		return e.Passing
	default:
		return w.polled && (e.Passing || isResponseProblem(e))
	}
}

// nextPause returns the pause before the next poll; not ok if the last one before the deadline has been made.
func (w *runWait) nextPause(ctx context.Context) (time.Duration, bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return w.pause, true
	}
	left := time.Until(deadline) - min(max(2*w.slowest, shortestLastPoll), longestLastPoll)
	return min(w.pause, left), left > 0
}

// expired returns the error of a wait that ctx has ended, or that has no time for another poll. Where the deadline cut
// the last poll off, that is not a failure of the poll.
func (w *runWait) expired(ctx context.Context, cause error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return cause
	}
	last := w.failure
	if last == nil && !w.polled {
		last = cause
	}
	switch {
	case !w.polled:
		return last // nothing is known of a run
	case w.unlisted && last == nil:
		return w.req.unlisted()
	}
	return notReady(w.awaited, time.Since(w.started), last)
}

func (w *runWait) logPause(ctx context.Context, pause time.Duration) {
	status := "none yet"
	switch {
	case w.awaited != nil:
		status = w.awaited.Status
	case !w.polled:
		status = "unknown"
	}
	args := []any{
		"report_identifier", w.req.ReportIdentifier, "report_display_name", w.req.ReportDisplayName, "status", status,
		"waited", httpclient.RoundDuration(time.Since(w.started)), "next_poll_in", pause,
	}
	if w.failure != nil {
		args = append(args, "poll_failed", w.failure)
	}
	w.log.InfoContext(ctx, "waiting for a report run", args...)
}
