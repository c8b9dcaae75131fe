package archive

import (
	"slices"
	"strings"
)

// Discovery contains the runs of a history that are not archived.
type Discovery struct {
	Runs []Run `json:"runs,omitempty"` // READY runs with files that are not archived, sorted by their end
	// Unusable are READY runs with an implausible identifier or number of parts.
	Unusable []Run `json:"unusable,omitempty"`
}

// Item is a file that is not archived.
type Item struct {
	Key  Key
	Run  Run
	Part *int64
	Name string // relative to the folder
}

// Selection selects the runs to archive, and their format.
type Selection struct {
	// StartedAfter is a date or time in the API's format; earlier runs are left out. Empty means all runs.
	StartedAfter string
	Extension    string // the format's file name extension without the dot
}

// Discover compares the history of a report with the archived files. Archived files stay archived if the history
// repeats, reorders or no longer lists their runs. A run archived as a whole is not archived in parts.
func Discover(history []Run, archived Files) Discovery {
	folded := archived.folded()
	runs := map[string]bool{}
	for key := range archived {
		runs[strings.ToLower(key.Run())] = true
	}
	var found Discovery
	for _, run := range distinct(history) {
		_, whole := folded[strings.ToLower(run.ReportRunIdentifier)]
		switch {
		case run.Status != statusReady:
		case whole || run.Parts == 0 && runs[strings.ToLower(run.ReportRunIdentifier)]:
		case !run.usable():
			found.Unusable = append(found.Unusable, run)
		case len(missingKeys(run, folded)) > 0:
			found.Runs = append(found.Runs, run)
		}
	}
	return found
}

func missingKeys(run Run, folded map[string]Key) []Key {
	return slices.DeleteFunc(run.keys(), func(key Key) bool {
		_, archived := folded[key.fold()]
		return archived
	})
}

// Items returns the files to download in the order of runs and parts. It is a pure function, so that a plan and its
// apply get the same names.
func (d Discovery) Items(archived Files, selection Selection) []Item {
	folded := archived.folded()
	var items []Item
	for _, run := range d.Runs {
		if !run.startedAfter(selection.StartedAfter) {
			continue
		}
		for _, key := range missingKeys(run, folded) {
			items = append(items, Item{Key: key, Run: run, Part: key.Part()})
		}
	}
	nameItems(items, archived, selection.Extension)
	return items
}

// Without returns the discovery without the runs in archived.
func (d Discovery) Without(archived Files) Discovery {
	left := Discover(d.Runs, archived)
	left.Unusable = d.Unusable
	return left
}

// NewestFailed returns the newest run after startedAfter if it is FAILED, else nil.
func NewestFailed(history []Run, startedAfter string) *Run {
	var newest *Run
	for _, run := range history {
		ended := run.Status == statusReady || run.Status == statusFailed
		if ended && run.startedAfter(startedAfter) && (newest == nil || byStart(run, *newest) > 0) {
			newest = &run
		}
	}
	if newest == nil || newest.Status != statusFailed {
		return nil
	}
	return newest
}
