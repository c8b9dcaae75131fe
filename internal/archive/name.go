package archive

import (
	"strconv"
	"strings"
	"time"
)

// shortIdentifier is how much of a run identifier is in a file name, unless two names would be the same.
const shortIdentifier = 8

// fileName returns the name of a file: "<date>-<length characters of the run identifier>[-part<n>].<extension>". Every
// system accepts it. It depends on the history record alone.
func fileName(run Run, part *int64, extension string, length int) string {
	identifier := strings.ToLower(run.ReportRunIdentifier)
	identifier = identifier[:min(length, len(identifier))]
	name := dateOf(run) + "-" + strings.TrimRight(identifier, "-")
	if part != nil {
		name += "-part" + strconv.FormatInt(*part, 10)
	}
	return name + "." + extension
}

// dateOf returns the day on which the run ended, else the day on which it started, as "2006-01-02".
func dateOf(run Run) string {
	for _, text := range []string{run.ReportEndDate, run.ReportStartDate} {
		if date, ok := parseDate(text); ok {
			return date.Format(time.DateOnly)
		}
	}
	return "undated"
}

// nameItems gives each item a name that no other item and no archived file has, whatever the case. Items that would
// share a name get more of their run identifiers, all of them, so that the names do not depend on the order.
func nameItems(items []Item, archived Files, extension string) {
	taken := map[string]bool{}
	for _, file := range archived {
		taken[strings.ToLower(file.Name)] = true
	}
	open := make([]int, len(items))
	for i := range items {
		open[i] = i
	}
	for length := shortIdentifier; len(open) > 0 && length <= longestIdentifier; length++ {
		count := map[string]int{}
		for _, i := range open {
			items[i].Name = fileName(items[i].Run, items[i].Part, extension, length)
			count[items[i].Name]++
		}
		var shared []int
		for _, i := range open {
			if name := items[i].Name; count[name] > 1 || taken[name] {
				shared = append(shared, i)
			}
		}
		for name := range count {
			taken[name] = true
		}
		open = shared
	}
}
