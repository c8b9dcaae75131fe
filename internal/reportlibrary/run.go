package reportlibrary

import (
	"context"
	"fmt"
	"time"
)

// RunRequest selects the newest READY run of a report.
type RunRequest struct {
	// ReportIdentifier or ReportDisplayName names the report; the other is empty.
	ReportIdentifier, ReportDisplayName string
	// ReportType and Schedule are conditions if they are not empty.
	ReportType, Schedule string
	// StartedAfter is a date or a time as the API writes them, or empty. A date means from the start of that day, a time
	// means after it. It is compared with the start date of runs, whose zone is not documented.
	StartedAfter string
	// WaitForReady waits for the newest run to be READY, and under StartedAfter for the first one.
	WaitForReady bool
	// FirstPause is the pause before the second poll; the next ones double, up to a minute. 0 means 5 seconds.
	FirstPause time.Duration
}

// RunChoice is the run that was chosen.
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

// FindRun returns the requested run. With WaitForReady it polls until ctx's deadline; a passing failure in between does
// not end the wait.
//
// The error is an *Error. For a report that is not found it wraps a *[Cause].
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
	list := func() ([]Record, error) { return c.History(ctx, history) }
	choice, err := c.findRun(ctx, req, list)
	err = c.failed(ctx, OpRun, err)
	if e, ok := asError(err); ok && e.Kind == KindReportUnknown {
		err = c.explained(e, c.findCause(ctx, failedRequest{
			report: req.ReportIdentifier, name: req.ReportDisplayName, reportType: req.ReportType, schedule: req.Schedule,
		}))
	}
	return choice, err
}

func (c *Client) findRun(ctx context.Context, req RunRequest, list func() ([]Record, error)) (RunChoice, error) {
	if req.WaitForReady {
		return newRunWait(req, c.http.Log()).run(ctx, list)
	}
	records, err := list()
	if err != nil {
		return RunChoice{}, err
	}
	return req.choose(records)
}
