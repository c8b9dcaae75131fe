package reportlibrary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"golang.org/x/text/unicode/norm"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

const (
	// maxClosest is the maximum number of reports or runs that a message suggests.
	maxClosest = 5
	// maxTypos is the maximum edit distance of two identifiers that count as similar. That of random ones is above 20.
	maxTypos = 4
	// maxCompared is the number of characters of a name that are compared.
	maxCompared = 80
	// maxFact is the maximum number of characters of a status, type or date in a line.
	maxFact = 30
)

// knownReport is a report in the history.
type knownReport struct {
	identifier string
	// newest is the record of the newest run, or of the schedule without runs.
	newest Record
	runs   []Record
}

// knownReports returns the reports in the order of their first records.
func knownReports(records []Record) []knownReport {
	var reports []knownReport
	known := map[string]int{}
	for _, record := range records {
		if record.ReportIdentifier == "" {
			continue
		}
		id := strings.ToLower(record.ReportIdentifier)
		at, ok := known[id]
		if !ok {
			at = len(reports)
			known[id] = at
			reports = append(reports, knownReport{identifier: record.ReportIdentifier, newest: record})
		}
		report := &reports[at]
		if record.isRun() {
			if len(report.runs) == 0 || byStart(record, report.newest) > 0 {
				report.newest = record
			}
			report.runs = append(report.runs, record)
		}
	}
	return reports
}

// ranked sorts by rank, then by compare, and computes each rank once.
func ranked[T any](elements []T, rank func(T) int, compare func(a, b T) int) []T {
	type entry struct {
		element T
		rank    int
	}
	entries := make([]entry, len(elements))
	for i, element := range elements {
		entries[i] = entry{element, rank(element)}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), compare(a.element, b.element))
	})
	sorted := make([]T, len(entries))
	for i, e := range entries {
		sorted[i] = e.element
	}
	return sorted
}

// closestByName sorts reports by the edit distance of their names to name, without case and surrounding white space. A
// name that contains the other one ranks high too.
func closestByName(reports []knownReport, name string) []knownReport {
	wanted := folded(name)
	return ranked(reports, func(r knownReport) int {
		got := folded(r.newest.ReportDisplayName)
		distance := levenshtein.Distance(wanted, got, nil)
		if distance > 1 && wanted != "" && got != "" && (strings.Contains(got, wanted) || strings.Contains(wanted, got)) {
			return 1
		}
		return distance
	}, byName)
}

// closestByIdentifier returns reports with a similar identifier first, then the others by name.
func closestByIdentifier(reports []knownReport, identifier string) []knownReport {
	return ranked(reports, func(r knownReport) int { return typos(identifier, r.identifier) }, byName)
}

// closestRuns returns runs with a similar identifier first, then the others, newest first.
func closestRuns(runs []Record, identifier string) []Record {
	return ranked(runs, func(r Record) int { return typos(identifier, r.ReportRunIdentifier) },
		func(a, b Record) int { return byStart(b, a) })
}

func byName(a, b knownReport) int {
	return cmp.Or(strings.Compare(folded(a.newest.ReportDisplayName), folded(b.newest.ReportDisplayName)),
		strings.Compare(a.identifier, b.identifier))
}

// typos returns the edit distance of two identifiers, or a constant if they are not similar.
func typos(a, b string) int {
	distance := levenshtein.Distance(folded(a), folded(b), levenshtein.NewParams().MaxCost(maxTypos))
	return min(distance, maxTypos+1)
}

// folded returns text in the form that is compared.
func folded(text string) string {
	return strings.ToLower(norm.NFC.String(redact.Cut(strings.TrimSpace(text), maxCompared)))
}

// reportLines describes the first reports, and adds the number of the others.
func reportLines(reports []knownReport) []string {
	var lines []string
	for _, report := range reports[:min(len(reports), maxClosest)] {
		lines = append(lines, "Existing report: "+report.text())
	}
	return append(lines, moreLine(len(reports), "report")...)
}

// moreLine returns a line with the number of elements beyond maxClosest.
func moreLine(n int, noun string) []string {
	if n <= maxClosest {
		return nil
	}
	return []string{fmt.Sprintf("… and %s more", plural(n-maxClosest, noun))}
}

// text identifies a report: its identifier, display name, type and schedule.
func (r knownReport) text() string {
	return strings.Join(append([]string{shown(r.identifier), quoted(r.newest.ReportDisplayName)}, r.kind()...), ", ")
}

// textWithRun describes the differences of reports with the same name: type, schedule, creator and newest run.
func (r knownReport) textWithRun() string {
	facts := append([]string{shown(r.identifier)}, r.kind()...)
	if creator := r.newest.CreatedByUserName; creator != "" {
		facts = append(facts, "created by "+redact.VisibleLine(creator, maxFact))
	}
	run := "no run"
	if len(r.runs) > 0 {
		run = "newest run " + r.newest.runFacts()
	}
	return strings.Join(append(facts, run), ", ")
}

// kind returns the type and the schedule if they are known.
func (r knownReport) kind() []string {
	var kind []string
	for _, fact := range []string{r.newest.ReportType, r.newest.Schedule} {
		if fact != "" {
			kind = append(kind, redact.VisibleLine(fact, maxFact))
		}
	}
	return kind
}

func (r Record) reportText() string {
	return quoted(r.ReportDisplayName) + ", " + shown(r.ReportIdentifier)
}

// runText identifies a run: its identifier, status and date.
func (r Record) runText() string {
	return cmp.Or(shown(r.ReportRunIdentifier), "no identifier yet") + ", " + r.runFacts()
}

func (r Record) runFacts() string {
	text := redact.VisibleLine(r.Status, maxFact)
	switch {
	case r.ReportEndDate != "":
		text += ", ended " + redact.VisibleLine(r.ReportEndDate, maxFact)
	case r.ReportStartDate != "":
		text += ", started " + redact.VisibleLine(r.ReportStartDate, maxFact)
	}
	return text
}
