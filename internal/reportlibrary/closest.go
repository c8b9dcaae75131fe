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
	// similarShare is the number of characters of a name that allow one different character in a similar name.
	similarShare = 4
	// maxCompared is the number of characters of a name that are compared.
	maxCompared = 80
	// maxFact is the maximum number of characters of a status, type or date in a line.
	maxFact = 30
)

// knownReport is a report in the history.
type knownReport struct {
	identifier string
	newest     Record // the record of the newest run, or of the schedule without runs
	runs       []Record
}

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

// ranked sorts by rank, then by compare, and counts the elements with a rank of at most similar. It computes each rank
// once.
func ranked[T any](
	elements []T, rank func(T) int, similar int, compare func(a, b T) int,
) (sorted []T, numberSimilar int) {
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
	for _, e := range entries {
		sorted = append(sorted, e.element)
		if e.rank <= similar {
			numberSimilar++
		}
	}
	return sorted, numberSimilar
}

// closestByName sorts reports by the edit distance of their names to name, without case and surrounding white space,
// and counts the similar ones. A name that contains the other one is similar too.
func closestByName(reports []knownReport, name string) ([]knownReport, int) {
	wanted := folded(name)
	return ranked(reports, func(r knownReport) int {
		got := folded(r.newest.ReportDisplayName)
		distance := levenshtein.Distance(wanted, got, nil)
		if distance > 1 && wanted != "" && got != "" && (strings.Contains(got, wanted) || strings.Contains(wanted, got)) {
			return 1
		}
		return distance
	}, max(len(wanted)/similarShare, 1), byName)
}

// closestByIdentifier returns reports with a similar identifier first, then the others by name, and counts the former.
func closestByIdentifier(reports []knownReport, identifier string) ([]knownReport, int) {
	return ranked(reports, func(r knownReport) int { return typos(identifier, r.identifier) }, maxTypos, byName)
}

// closestRuns returns runs with a similar identifier first, then the others, newest first, and counts the former.
func closestRuns(runs []Record, identifier string) ([]Record, int) {
	return ranked(runs, func(r Record) int { return typos(identifier, r.ReportRunIdentifier) }, maxTypos,
		func(a, b Record) int { return byStart(b, a) })
}

func byName(a, b knownReport) int {
	return cmp.Or(strings.Compare(folded(a.newest.ReportDisplayName), folded(b.newest.ReportDisplayName)),
		strings.Compare(a.identifier, b.identifier))
}

// typos returns the edit distance of two identifiers, or a constant if they are not similar.
func typos(a, b string) int {
	return min(levenshtein.Distance(folded(a), folded(b), nil), maxTypos+1)
}

func folded(text string) string {
	return strings.ToLower(norm.NFC.String(redact.Cut(strings.TrimSpace(text), maxCompared)))
}

// reportLines describes the first reports, labels the similar ones, and adds the number of the others.
func reportLines(reports []knownReport, similar int) []string {
	return closestLines("report", reports, similar, knownReport.text)
}

// closestLines describes the first elements by text, see reportLines.
func closestLines[T any](noun string, elements []T, similar int, text func(T) string) []string {
	var lines []string
	for i, element := range elements[:min(len(elements), maxClosest)] {
		label := "Existing "
		if i < similar {
			label = "Similar "
		}
		lines = append(lines, label+noun+": "+text(element))
	}
	if more := len(elements) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %s more", plural(more, noun)))
	}
	return lines
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
