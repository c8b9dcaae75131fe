package reportlibrary

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// pendingError means that a later poll may find the run.
type pendingError struct {
	run      *Record // nil if there is none yet
	unlisted bool    // the history contains no record of the report
}

func (e *pendingError) Error() string { return "the newest run is not finished" }

// choose selects the run from the report's records. It returns a *pendingError if a later poll may find it.
func (req RunRequest) choose(records []Record) (RunChoice, error) {
	if req.ReportIdentifier == "" {
		if reports := knownReports(records); len(reports) > 1 {
			return RunChoice{}, ambiguous(reports)
		}
	}
	found := foundRecords{statuses: map[string]int{}}
	var runs []Record
	for _, record := range records {
		switch {
		case !record.isRun():
			found.schedules++
		case !req.startedAfter(record):
			found.earlier++
		default:
			found.statuses[record.Status]++
			runs = append(runs, record)
		}
	}
	if req.WaitForReady {
		switch {
		case len(runs) > 0:
			newest := slices.MaxFunc(runs, byStart)
			if newest.unfinished() {
				return RunChoice{}, &pendingError{run: &newest}
			}
			if newest.Status == StatusFailed {
				return RunChoice{}, runFailed(newest)
			}
		case req.StartedAfter != "":
			return RunChoice{}, &pendingError{unlisted: len(records) == 0}
		}
	}
	ready := slices.DeleteFunc(slices.Clone(runs), func(r Record) bool {
		return r.Status != StatusReady || r.ReportRunIdentifier == ""
	})
	switch {
	case len(records) == 0:
		return RunChoice{}, req.unlisted()
	case len(ready) == 0:
		return RunChoice{}, found.noRun()
	}
	choice := RunChoice{Run: slices.MaxFunc(ready, byEnd)}
	failed := slices.DeleteFunc(runs, func(r Record) bool {
		return r.Status != StatusFailed || byStart(r, choice.Run) <= 0
	})
	if len(failed) > 0 {
		newest := slices.MaxFunc(failed, byStart)
		choice.NewerFailed = &newest
	}
	return choice, nil
}

// startedAfter reports whether a run meets StartedAfter. Without a start date, a READY run does not, and another run
// does because it may have just begun.
func (req RunRequest) startedAfter(r Record) bool {
	switch {
	case req.StartedAfter == "":
		return true
	case r.ReportStartDate == "":
		return r.Status != StatusReady
	case len(req.StartedAfter) == len(time.DateOnly):
		return r.ReportStartDate >= req.StartedAfter
	default:
		return r.ReportStartDate > req.StartedAfter
	}
}

// byStart orders runs by start. A run without a start date is the newest, because it may have just been ordered.
func byStart(a, b Record) int {
	missing := func(r Record) int {
		if r.ReportStartDate == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(missing(a), missing(b)),
		strings.Compare(a.ReportStartDate, b.ReportStartDate),
		strings.Compare(a.ReportEndDate, b.ReportEndDate),
		strings.Compare(a.ReportRunIdentifier, b.ReportRunIdentifier),
	)
}

// byEnd orders READY runs. The identifier decides between equal ends, so that the choice is always the same.
func byEnd(a, b Record) int {
	return cmp.Or(
		strings.Compare(a.ReportEndDate, b.ReportEndDate),
		strings.Compare(a.ReportStartDate, b.ReportStartDate),
		strings.Compare(a.ReportRunIdentifier, b.ReportRunIdentifier),
	)
}
