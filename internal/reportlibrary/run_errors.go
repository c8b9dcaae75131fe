package reportlibrary

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// maxListed is how many elements of a list a message names, and maxName how many characters of a name it shows.
const (
	maxListed = 10
	maxName   = 100
)

// NoRunError says that no run is READY, and what there is instead.
type NoRunError struct {
	// Statuses counts the runs that meet the request by their status.
	Statuses map[string]int
	// Earlier counts the runs that StartedAfter excludes.
	Earlier int
	// Schedules counts the records without a run.
	Schedules int
}

// Error implements error.
func (e *NoRunError) Error() string { return "no run is READY: found " + e.Found() }

// Found says in words what there is: "3 runs (2 FAILED, 1 GENERATING), 1 schedule".
func (e *NoRunError) Found() string {
	runs := 0
	var statuses []string
	for _, status := range slices.Sorted(maps.Keys(e.Statuses)) {
		runs += e.Statuses[status]
		statuses = append(statuses, fmt.Sprintf("%d %s", e.Statuses[status], redact.VisibleLine(status, maxName)))
	}
	found := plural(runs, "run")
	if runs > 0 {
		found += " (" + redact.List(statuses, maxListed) + ")"
	}
	if e.Earlier > 0 {
		found += ", " + plural(e.Earlier, "earlier run")
	}
	if e.Schedules > 0 {
		found += ", " + plural(e.Schedules, "schedule")
	}
	return found
}

// RunFailedError says that the newest run FAILED while it was waited for, or before.
type RunFailedError struct {
	Run Record
}

// Error implements error.
func (e *RunFailedError) Error() string { return "the newest run is FAILED" }

// AmbiguousReportError says that several reports have the display name.
type AmbiguousReportError struct {
	// ReportIdentifiers are sorted.
	ReportIdentifiers []string
}

// Error implements error.
func (e *AmbiguousReportError) Error() string {
	return fmt.Sprintf("%d reports have this display name: %s",
		len(e.ReportIdentifiers), redact.List(e.ReportIdentifiers, maxListed))
}

// WaitError reports that the deadline came before a run was READY.
type WaitError struct {
	// Run is the run that was waited for; nil if there was none yet.
	Run *Record
	// Elapsed is how long the wait took.
	Elapsed time.Duration
	// Last is the failure of the last poll; nil if the history was read.
	Last error
	// Never reports whether no poll could read the history.
	Never bool
}

// Error implements error.
func (e *WaitError) Error() string {
	text := fmt.Sprintf("after %s ", roundDuration(e.Elapsed))
	switch {
	case e.Never:
		return fmt.Sprintf("%sthe report history could not be read: %v", text, e.Last)
	case e.Run == nil:
		text += "there is no run yet"
	default:
		text += "the newest run is still " + redact.VisibleLine(e.Run.Status, maxName)
	}
	if e.Last != nil {
		text += fmt.Sprintf("; the last poll failed: %v", e.Last)
	}
	return text
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
