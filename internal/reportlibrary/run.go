package reportlibrary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// The pauses between two looks at the history while a run is waited for.
const (
	firstRunPause   = 5 * time.Second
	longestRunPause = 60 * time.Second
)

// RunRequest says which run of a report is wanted: the newest that is READY.
type RunRequest struct {
	// ReportIdentifier or ReportDisplayName names the report; the other is empty.
	ReportIdentifier, ReportDisplayName string
	// ReportType and Schedule are conditions if they are not empty.
	ReportType, Schedule string
	// StartedAfter is a date or a time as the API writes them, or empty. A date means from the start of that day, a time
	// means after it. It is compared with the start date of runs, whose zone is not documented.
	StartedAfter string
	// WaitForReady waits for the newest run to be READY, and for a first one after StartedAfter.
	WaitForReady bool
	// FirstPause is the pause before the second look at the history; the next ones double, up to a minute. 0 means 5
	// seconds.
	FirstPause time.Duration
}

// RunChoice is the run that was found.
type RunChoice struct {
	Run Record
	// NewerFailed is the newest run that FAILED after Run started; nil if there is none.
	NewerFailed *Record
}

// CheckStartedAfter reports whether s can be a StartedAfter. It has to be written exactly as the API does: dates are
// compared as they are.
func CheckStartedAfter(s string) error {
	layout := time.DateTime
	if len(s) <= len(time.DateOnly) {
		layout = time.DateOnly
	}
	t, err := time.Parse(layout, s)
	if err == nil && t.Format(layout) != s {
		err = fmt.Errorf("%q is not written as %q", s, layout)
	}
	return err
}

// FindRun returns the run that is wanted, after having waited for it if need be.
//
// The error is one of [Client.History], or a *NoRunError, *AmbiguousReportError, *RunFailedError or *WaitError.
func (c *Client) FindRun(ctx context.Context, req RunRequest) (RunChoice, error) {
	history := HistoryRequest{ReportIdentifier: req.ReportIdentifier}
	for list, value := range map[*[]string]string{
		&history.ReportDisplayNames: req.ReportDisplayName,
		&history.ReportTypes:        req.ReportType,
		&history.Schedules:          req.Schedule,
	} {
		if value != "" {
			*list = []string{value}
		}
	}
	return c.awaitRun(ctx, req, func() ([]Record, error) { return c.History(ctx, history) })
}

// awaitRun chooses from what list returns, as often as it is worth it.
func (c *Client) awaitRun(ctx context.Context, req RunRequest, list func() ([]Record, error)) (RunChoice, error) {
	started := time.Now()
	pause := cmp.Or(req.FirstPause, firstRunPause)
	var awaited *pendingError
	for {
		records, err := list()
		if err != nil {
			if awaited != nil && errors.Is(err, context.DeadlineExceeded) {
				err = &WaitError{Run: awaited.run, Elapsed: time.Since(started)}
			}
			return RunChoice{}, err
		}
		choice, err := req.choose(records)
		if awaited, _ = errors.AsType[*pendingError](err); awaited == nil {
			return choice, err
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
			return RunChoice{}, &WaitError{Run: awaited.run, Elapsed: time.Since(started)}
		}
		status := "none yet"
		if awaited.run != nil {
			status = awaited.run.Status
		}
		c.log.InfoContext(ctx, "waiting for a report run", "report_identifier", req.ReportIdentifier,
			"report_display_name", req.ReportDisplayName, "status", status,
			"waited", roundDuration(time.Since(started)), "next_look_in", pause)
		select {
		case <-ctx.Done():
			return RunChoice{}, context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = max(pause, min(2*pause, longestRunPause))
	}
}
