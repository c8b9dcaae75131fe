package archive

import (
	"strconv"
	"strings"
	"time"
)

// shortIdentifier is the number of characters of a run identifier in a file name, unless two names would be equal.
const shortIdentifier = 8

// fileName returns "<date>-<length characters of the run identifier>[-part<n>].<extension>", a valid name on every
// system. It depends only on the history record.
func fileName(run Run, part *int64, extension string, length int) string {
	identifier := strings.ToLower(run.ReportRunIdentifier)
	identifier = identifier[:min(length, len(identifier))]
	name := dateOf(run) + "-" + strings.TrimRight(identifier, "-")
	if part != nil {
		name += "-part" + strconv.FormatInt(*part, 10)
	}
	return name + "." + extension
}

// dateOf returns the day of the run's end, else of its start, as "2006-01-02".
func dateOf(run Run) string {
	for _, text := range []string{run.ReportEndDate, run.ReportStartDate} {
		if date, ok := parseDate(text); ok {
			return date.Format(time.DateOnly)
		}
	}
	return "undated"
}

// nameItems gives each item a name that is unique among items and archived files, ignoring case. All items with the
// same name get more of their run identifiers, so that names do not depend on the order.
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
