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
	// ReportType and Schedule restrict the reports, unless empty.
	ReportType, Schedule string
	// StartedAfter is a date or a time in the API's format, or empty. Runs of that date match, but runs of exactly that
	// time do not. It is compared with the start of runs, whose zone is not documented.
	StartedAfter string
	WaitForReady bool // waits until the newest run is READY, or with StartedAfter the first run
	// FirstPause is the pause before the second poll; 0 means 5 seconds. Later pauses double, up to a minute.
	FirstPause time.Duration
}

// RunChoice is the result of FindRun.
type RunChoice struct {
	Run         Record
	NewerFailed *Record // the newest run that FAILED after Run started, or nil
}

// CheckStartedAfter returns an error unless s has the exact format of the API's dates, because they are compared as
// text.
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

// FindRun returns the selected run. With WaitForReady it polls until ctx's deadline, and continues after transient
// failures. The error is an *Error, which wraps a *[Cause] if the report is not found.
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
