package reportlibrary

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

const (
	// keptFor is the time for which DigiCert keeps a run.
	keptFor = 90 * 24 * time.Hour
	// justReady is the time after the end of a run in which its download may not be available yet. It also applies to an
	// end in the near future, because clocks differ.
	justReady = 5 * time.Minute
)

// Cause is the explanation of a failed request by the report history. It is the Err of an [Error].
type Cause struct {
	Kind   Kind   // replaces the kind of the error, unless it is empty
	Reason string // a sentence without a full stop; empty without an explanation
	// Parts is the number of parts of the run, for KindSplit and KindFewerParts; 0 if unknown.
	Parts     int64
	lines     []string // facts for [Error.Lines], such as reports with a similar name
	justReady bool     // the download may succeed soon
}

func (c *Cause) Error() string { return c.Reason }

// failedRequest contains the facts of a failed request that the history can explain.
type failedRequest struct {
	// report is the identifier of the report. If it is empty, name is the display name.
	report, name string
	// reportType and schedule restrict the reports of that name, unless empty.
	reportType, schedule string
	run                  string // empty for a request without a run
	format               Format
	sequence             *int64
	status               int
	code                 string
	empty                bool // set for a response without content, which an empty run has too
}

// cause returns the reason of the failure. history is incomplete unless complete is set.
func (f failedRequest) cause(history []Record, complete bool, now time.Time) *Cause {
	if run, ok := f.findRun(history); ok {
		return f.runCause(run, now)
	}
	if f.empty {
		return &Cause{}
	}
	reports := knownReports(history)
	same := slices.DeleteFunc(slices.Clone(reports), func(r knownReport) bool { return !f.isOf(r.newest) })
	swapped := f.swapped(history)
	switch {
	case len(same) == 0 && swapped != nil:
		return swapped
	case !complete && (len(same) == 0 || f.run != ""):
		return &Cause{lines: []string{"In the report history: not among its first " + plural(len(history), "record")}}
	case len(same) == 0:
		return f.unknownReport(reports)
	case f.run != "":
		return f.unknownRun(same[0], reports)
	case f.conditions() != "":
		return &Cause{
			Kind: KindOtherType, Reason: "the report exists, but not with " + f.conditions(), lines: reportLines(same, 0),
		}
	default:
		return &Cause{Reason: "the report history lists the report"}
	}
}

func (f failedRequest) isOf(r Record) bool {
	if f.name != "" {
		return r.isNamed(f.name)
	}
	return strings.EqualFold(r.ReportIdentifier, f.report)
}

// findRun returns the record of the run. It prefers a record of the named report, then a READY one, because the history
// can list a run twice.
func (f failedRequest) findRun(history []Record) (Record, bool) {
	best, bestScore := Record{}, 0
	for _, record := range history {
		if f.run == "" || !strings.EqualFold(record.ReportRunIdentifier, f.run) {
			continue
		}
		score := 1
		if f.isOf(record) {
			score += 2
		}
		if record.Status == StatusReady {
			score++
		}
		if score > bestScore {
			best, bestScore = record, score
		}
	}
	return best, bestScore > 0
}

// runCause returns the reason why a run in the history could not be downloaded.
func (f failedRequest) runCause(run Record, now time.Time) *Cause {
	cause := &Cause{lines: []string{"In the report history: " + run.runFacts()}}
	parts := int64(-1)
	if run.SplitReportCount != nil {
		parts = max(*run.SplitReportCount, 0)
	}
	asksForPart := strings.Contains(f.code, "split_report_sequence")
	formats := documentedFormats(run.Formats)
	otherFormat := len(formats) > 0 && f.format != FormatZIP && !slices.Contains(formats, string(f.format))
	end, hasEnd := run.EndTime()
	explain := func(kind Kind, format string, args ...any) {
		cause.Kind, cause.Reason = kind, fmt.Sprintf(format, args...)
	}
	switch {
	case !f.isOf(run):
		explain(KindOtherReport, "the run belongs to the report %s", run.reportText())
	case otherFormat && (run.Status == StatusReady || strings.HasPrefix(f.code, "report_format_inapplicable")):
		explain(KindFormat, "the report was created with the format %s, not %s", strings.Join(formats, ", "), f.format)
	case run.Status == StatusFailed:
		explain(KindRunFailed, "the run has status FAILED, so it has no file")
	case run.unfinished():
		explain(KindGenerating, "the run has status %s, so it has no file yet", shown(run.Status))
	case f.sequence == nil && (parts > 0 || asksForPart):
		cause.Parts = max(parts, 0)
		explain(KindSplit, "the run is split into %s, and the request names none", partsText(parts))
	case f.sequence != nil && parts == 0:
		explain(KindNotSplit, "the run is not split, so it has no part %d", *f.sequence)
	case f.sequence != nil && parts > 0 && *f.sequence >= parts:
		cause.Parts = parts
		explain(KindFewerParts, "the run is split into %s, so it has no part %d", partsText(parts), *f.sequence)
	case f.empty, f.status == http.StatusBadRequest:
	case hasEnd && now.Sub(end) > keptFor:
		explain(KindRunExpired, "the run ended on %s, more than 90 days ago", shown(run.ReportEndDate))
	default:
		explain(KindNotServed, "the report history lists the run as %s, but its file cannot be downloaded", shown(run.Status))
		cause.justReady = hasEnd && now.Sub(end).Abs() < justReady
	}
	return cause
}

func documentedFormats(formats []string) []string {
	var documented []string
	for _, format := range formats {
		if format = strings.ToUpper(format); slices.Contains(Formats(), Format(format)) {
			documented = append(documented, format)
		}
	}
	return documented
}

// swapped returns the cause if the report's identifier belongs to a run, else nil.
func (f failedRequest) swapped(history []Record) *Cause {
	i := slices.IndexFunc(history, func(r Record) bool {
		return f.report != "" && strings.EqualFold(r.ReportRunIdentifier, f.report)
	})
	if i < 0 {
		return nil
	}
	reason := fmt.Sprintf("%s identifies a run of the report %s, not a report", shown(f.report), history[i].reportText())
	if strings.EqualFold(history[i].ReportIdentifier, f.run) {
		reason += "; the two identifiers are swapped"
	}
	return &Cause{Kind: KindReportUnknown, Reason: reason, lines: reportLines(knownReports(history[i:i+1]), 0)}
}

// unknownReport returns the cause for a report that is not in the history, with suggestions.
func (f failedRequest) unknownReport(reports []knownReport) *Cause {
	cause := &Cause{Kind: KindReportUnknown}
	switch {
	case len(reports) == 0:
		cause.Reason = "the report history is empty"
	case f.name != "":
		cause.Reason = "the report history has no report named " + quoted(f.name)
		cause.lines = reportLines(closestByName(reports, f.name))
	default:
		cause.Reason = "the report history has no report with the identifier " + shown(f.report)
		cause.lines = reportLines(closestByIdentifier(reports, f.report))
	}
	return cause
}

func (f failedRequest) unknownRun(report knownReport, reports []knownReport) *Cause {
	name := quoted(report.newest.ReportDisplayName)
	cause := &Cause{
		Kind:   KindRunUnknown,
		Reason: fmt.Sprintf("the report %s has no run with the identifier %s", name, shown(f.run)),
	}
	if slices.ContainsFunc(reports, func(r knownReport) bool { return strings.EqualFold(r.identifier, f.run) }) {
		cause.Reason = shown(f.run) + " identifies a report, not a run"
	}
	runs, similar := closestRuns(report.runs, f.run)
	if cause.lines = closestLines("run", runs, similar, Record.runText); len(runs) == 0 {
		cause.lines = []string{"Existing runs: none"}
	}
	return cause
}

func (f failedRequest) conditions() string {
	var conditions []string
	if f.reportType != "" {
		conditions = append(conditions, "the type "+shown(f.reportType))
	}
	if f.schedule != "" {
		conditions = append(conditions, "the schedule "+shown(f.schedule))
	}
	return strings.Join(conditions, " and ")
}

// partsText returns the number of parts in words; n is -1 or 0 if unknown.
func partsText(n int64) string {
	switch {
	case n <= 0:
		return "parts"
	case n == 1:
		return "1 part, numbered 0"
	default:
		return fmt.Sprintf("%d parts, numbered 0 to %d", n, n-1)
	}
}

func shown(value string) string { return redact.VisibleLine(value, maxName) }

func quoted(value string) string { return `"` + shown(value) + `"` }
