package reportlibrary

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// maxListed limits the elements of a list in a message, and maxName the characters of a name.
const (
	maxListed = 10
	maxName   = 100
)

// foundRecords counts records if no run is READY.
type foundRecords struct {
	statuses  map[string]int // matching runs by status
	earlier   int            // runs that StartedAfter excludes
	schedules int            // records without a run
}

// noRun returns an error with the counts: "3 runs (2 FAILED, 1 GENERATING), 1 schedule".
func (f foundRecords) noRun() *Error {
	runs := 0
	var statuses []string
	for _, status := range slices.Sorted(maps.Keys(f.statuses)) {
		runs += f.statuses[status]
		statuses = append(statuses, fmt.Sprintf("%d %s", f.statuses[status], redact.VisibleLine(status, maxName)))
	}
	found := plural(runs, "run")
	if runs > 0 {
		found += " (" + redact.List(statuses, maxListed) + ")"
	}
	if f.earlier > 0 {
		found += ", " + plural(f.earlier, "earlier run")
	}
	if f.schedules > 0 {
		found += ", " + plural(f.schedules, "schedule")
	}
	kind := KindNoRun
	if runs == 0 && f.earlier > 0 {
		kind = KindNoNewRun
	}
	return newError(kind, "no run has status READY; the report history has %s", found)
}

func runFailed(run Record) *Error {
	e := newError(KindRunFailed, "the newest run has status FAILED, so no wait makes it READY")
	e.Lines = run.Lines()
	return e
}

func ambiguous(reports []knownReport) *Error {
	e := newError(KindAmbiguous, "%d reports have this display name", len(reports))
	for _, report := range slices.SortedFunc(slices.Values(reports), byName) {
		e.Lines = append(e.Lines, "Report: "+report.textWithRun())
	}
	return e
}

func (req RunRequest) unlisted() *Error {
	return newError(KindReportUnknown, "the report history has no such report")
}

// notReady returns the error for a deadline before the run was READY. run is nil if there is none yet, and last is the
// failure of the last poll, or nil.
func notReady(run *Record, elapsed time.Duration, last error) *Error {
	text, lines := "there is no run yet", []string{"Status: none yet"}
	if run != nil {
		text, lines = "the newest run is still "+redact.VisibleLine(run.Status, maxName), run.Lines()
	}
	e := newError(KindRunNotReady, "after %s %s", httpclient.RoundDuration(elapsed), text)
	if last != nil {
		e.Message += fmt.Sprintf("; the last poll failed: %v", last)
		e.Err = last
	}
	e.Elapsed, e.Lines = elapsed, lines
	return e
}

// Lines describes a run for a message.
func (r Record) Lines() []string {
	lines := []string{
		"Run: " + redact.VisibleLine(r.ReportRunIdentifier, maxName), "Status: " + redact.VisibleLine(r.Status, maxName),
	}
	if r.ReportStartDate != "" {
		lines = append(lines, "Started: "+redact.VisibleLine(r.ReportStartDate, maxName))
	}
	return lines
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
