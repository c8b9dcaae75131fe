package reportlibrary

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// Pauses between two polls.
const (
	firstRunPause   = 5 * time.Second
	longestRunPause = 60 * time.Second
)

// longestUnlisted limits the wait for a report without records, from the first poll that finds none. A new report is
// listed within moments and a misspelled name never.
const longestUnlisted = 2 * time.Minute

// The last poll starts before the deadline by twice the time of the slowest poll, within these bounds, so that it ends
// in time.
const (
	shortestLastPoll = time.Second
	longestLastPoll  = 10 * time.Second
)

// runWait polls the history until the newest run is READY.
type runWait struct {
	req           RunRequest
	log           *slog.Logger
	started       time.Time
	pause         time.Duration
	slowest       time.Duration
	awaited       *Record   // the pending run of the last poll that found the report, or nil
	polled        bool      // a poll has succeeded
	listed        bool      // a poll has found a record of the report
	unlistedSince time.Time // the first successful poll without one; zero if there was none
	failure       error     // the error of the last poll, or nil
}

func newRunWait(req RunRequest, log *slog.Logger) *runWait {
	return &runWait{req: req, log: log, started: time.Now(), pause: cmp.Or(req.FirstPause, firstRunPause)}
}

// run polls list until the run is READY, an error is final, or ctx ends. At the deadline the error has KindRunNotReady.
func (w *runWait) run(ctx context.Context, list func() ([]Record, error)) (RunChoice, error) {
	for {
		choice, err := w.poll(list)
		pending, stillPending := errors.AsType[*pendingError](err)
		switch {
		case err == nil:
			return choice, nil
		case stillPending:
			if err := w.pending(pending); err != nil {
				return RunChoice{}, err
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
			return RunChoice{}, w.expired(ctx, context.Cause(ctx))
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

// poll reads the history once. A *pendingError continues the wait.
func (w *runWait) poll(list func() ([]Record, error)) (RunChoice, error) {
	started := time.Now()
	records, err := list()
	w.slowest = max(w.slowest, time.Since(started))
	if err != nil {
		return RunChoice{}, err
	}
	return w.req.choose(records)
}

// pending records a poll without a finished run. The error is final: the report has been unlisted for too long.
func (w *runWait) pending(p *pendingError) error {
	w.polled, w.failure = true, nil
	switch {
	case !p.unlisted:
		w.listed, w.awaited = true, p.run
	case w.listed:
		w.failure = w.req.unlisted()
	case w.unlistedSince.IsZero():
		w.unlistedSince = time.Now()
	case time.Since(w.unlistedSince) >= longestUnlisted:
		return w.req.unlisted()
	}
	return nil
}

// passing reports whether the next poll may succeed. A failed connection is final at the first poll, because the
// address may be wrong; a busy service is not. A report that was listed is expected again.
func (w *runWait) passing(err error) bool {
	e, ok := asError(err)
	switch {
	case !ok:
		return false
	case isKind(e, KindReportUnknown):
		return w.listed
	case isKind(e, KindInconsistent, KindPauseTooLong, KindNoTimeLeft, KindRateLimited):
		return true // the requested pause may exceed the remaining time
	case e.Status != 0 && e.Kind != KindProxy:
		return e.Passing
	default:
		return w.polled && (e.Passing || isResponseProblem(e))
	}
}

// nextPause returns the pause before the next poll. ok is false after the last poll before the deadline.
func (w *runWait) nextPause(ctx context.Context) (time.Duration, bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return w.pause, true
	}
	left := time.Until(deadline) - min(max(2*w.slowest, shortestLastPoll), longestLastPoll)
	return min(w.pause, left), left > 0
}

// expired returns the error for the end of the wait. A poll that the deadline has interrupted does not count as failed.
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
		return last // no run is known
	case !w.listed && last == nil:
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
