package reportlibrary

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The reports and runs of the test history.
const (
	ordersID    = "aaaaaaaa-0000-4000-8000-000000000001"
	domainsID   = "bbbbbbbb-0000-4000-8000-000000000002"
	ordersRun   = "11111111-1111-4111-8111-111111111111"
	domainsRun  = "22222222-2222-4222-8222-222222222222"
	unknownRun  = "99999999-9999-4999-8999-999999999999"
	unknownID   = "cccccccc-0000-4000-8000-000000000003"
	testNow     = "2026-11-25 12:00:00"
	readyAtNoon = "2026-11-25 11:58:00"
)

// newHistory returns the history of two reports, with the changed run of the first.
func newHistory(change func(*Record)) []Record {
	run := Record{
		ReportDisplayName: "Monthly orders", ReportIdentifier: ordersID, ReportRunIdentifier: ordersRun, ReportType: "orders",
		ReportStartDate: "2026-11-01 08:00:00", ReportEndDate: "2026-11-01 09:00:00", Schedule: "MONTHLY",
		Formats: []string{"CSV"}, Status: StatusReady, SplitReportCount: new(int64),
	}
	if change != nil {
		change(&run)
	}
	return []Record{
		{
			ReportDisplayName: "Domains", ReportIdentifier: domainsID, ReportRunIdentifier: domainsRun, ReportType: "domains",
			Schedule: "WEEKLY", Status: StatusReady, ReportStartDate: "2026-11-02 08:00:00", ReportEndDate: "2026-11-02 09:00:00",
		},
		{ReportDisplayName: "Monthly orders", ReportIdentifier: ordersID, Schedule: "MONTHLY", Status: StatusScheduled},
		run,
	}
}

func TestFailedRequest_cause(t *testing.T) {
	t.Parallel()
	now, err := time.Parse(time.DateTime, testNow)
	if err != nil {
		t.Fatal(err)
	}
	parts := func(n int64) func(*Record) { return func(r *Record) { r.SplitReportCount = &n } }
	status := func(status string) func(*Record) { return func(r *Record) { r.Status = status } }
	ended := func(date string) func(*Record) { return func(r *Record) { r.ReportEndDate = date } }
	tests := map[string]struct {
		change  func(*failedRequest)
		run     func(*Record)
		partial bool
		kind    Kind
		reason  string
		lines   string // joined with a semicolon, or a part of them
		parts   int64
		again   bool
	}{
		"report unknown": {
			change: func(f *failedRequest) { f.report = unknownID }, run: func(r *Record) { r.ReportRunIdentifier = unknownRun[:8] },
			kind: KindReportUnknown, reason: "the report history has no report with the identifier " + unknownID,
			lines: "Existing report: " + domainsID + `, "Domains", domains, WEEKLY;Existing report: ` + ordersID + `, "Monthly orders", orders, MONTHLY`,
		},
		"report mistyped": {
			change: func(f *failedRequest) {
				f.report, f.run = strings.Replace(strings.ToUpper(ordersID), "1", "7", 1), unknownRun
			},
			kind: KindReportUnknown, reason: "no report with the identifier", lines: "Similar report: " + ordersID + `, "Monthly orders", orders, MONTHLY;Existing report: ` + domainsID,
		},
		"report of a run": {
			change: func(f *failedRequest) { f.report, f.run = domainsRun, "" }, kind: KindReportUnknown,
			reason: domainsRun + ` identifies a run of the report "Domains", ` + domainsID + ", not a report",
		},
		"swapped": {
			change: func(f *failedRequest) { f.report, f.run = ordersRun, ordersID }, kind: KindReportUnknown, reason: "; the two identifiers are swapped",
			lines: "Existing report: " + ordersID + `, "Monthly orders", orders, MONTHLY`,
		},
		"another report's run": {
			change: func(f *failedRequest) { f.report = domainsID }, kind: KindOtherReport,
			reason: `the run belongs to the report "Monthly orders", ` + ordersID, lines: "In the report history: READY, ended 2026-11-01 09:00:00",
		},
		"run of an unknown report": {
			change: func(f *failedRequest) { f.report = unknownID }, kind: KindOtherReport, reason: `the run belongs to the report "Monthly orders"`,
		},
		"run unknown": {
			change: func(f *failedRequest) { f.run = unknownRun }, kind: KindRunUnknown,
			reason: `the report "Monthly orders" has no run with the identifier ` + unknownRun,
			lines:  "Existing run: " + ordersRun + ", READY, ended 2026-11-01 09:00:00",
		},
		"report without runs": {
			change: func(f *failedRequest) { f.run = unknownRun },
			run:    func(r *Record) { r.ReportRunIdentifier, r.Status = "", StatusScheduled },
			kind:   KindRunUnknown, reason: "has no run with the identifier", lines: "Existing runs: none",
		},
		"run is a report": {
			change: func(f *failedRequest) { f.run = strings.ToUpper(ordersID) }, kind: KindRunUnknown,
			reason: strings.ToUpper(ordersID) + " identifies a report, not a run", lines: "Existing run: " + ordersRun,
		},
		"run in capitals": {
			change: func(f *failedRequest) { f.report, f.run = strings.ToUpper(ordersID), strings.ToUpper(f.run) },
			run:    status(StatusFailed), kind: KindRunFailed, reason: "the run has status FAILED, so it has no file",
		},
		"not in the part that was read": {
			change: func(f *failedRequest) { f.run = unknownRun }, partial: true, lines: "In the report history: not among its first 3 records",
		},
		"report not in the part that was read": {
			change: func(f *failedRequest) { f.report, f.run = unknownID, "" }, partial: true, lines: "In the report history: not among its first 3 records",
		},
		"found in the part that was read": {run: status(StatusFailed), partial: true, kind: KindRunFailed},

		"generating": {
			run: func(r *Record) { r.Status, r.ReportEndDate = StatusGenerating, "" }, kind: KindGenerating,
			reason: "the run has status GENERATING, so it has no file yet", lines: "In the report history: GENERATING, started 2026-11-01 08:00:00",
		},
		"generating, without content": {
			change: func(f *failedRequest) { f.status, f.empty = 0, true }, run: status(StatusGenerating), kind: KindGenerating,
		},
		"another status": {
			run: func(r *Record) { r.Status, r.ReportEndDate = "QUEUED\u202e", "" }, kind: KindGenerating, reason: `status QUEUED\u202e,`,
		},
		"split": {
			change: func(f *failedRequest) { f.sequence, f.status = nil, 400 }, run: parts(3), kind: KindSplit, parts: 3,
			reason: "the run is split into 3 parts, numbered 0 to 2, and the request names none",
		},
		"split into one": {
			change: func(f *failedRequest) { f.sequence = nil }, run: parts(1), kind: KindSplit, parts: 1, reason: "into 1 part, numbered 0, and",
		},
		"split into a number of parts that is not known": {
			change: func(f *failedRequest) {
				f.status, f.code = 400, "missing_mandatory_field: split_report_sequence"
			},
			run: func(r *Record) { r.SplitReportCount = nil }, kind: KindSplit, reason: "the run is split into parts, and",
		},
		"not split": {
			change: func(f *failedRequest) { f.sequence = new(int64(2)) }, kind: KindNotSplit, reason: "the run is not split, so it has no part 2",
		},
		"part 0 of a run that is not split": {
			change: func(f *failedRequest) {
				f.sequence, f.status, f.code = new(int64), 400, "invalid_request: split_report_sequence"
			},
			kind: KindNotSplit, reason: "so it has no part 0",
		},
		"fewer parts": {
			change: func(f *failedRequest) { f.sequence = new(int64(3)) }, run: parts(3), kind: KindFewerParts, parts: 3,
			reason: "the run is split into 3 parts, numbered 0 to 2, so it has no part 3",
		},
		"last part": {
			change: func(f *failedRequest) { f.sequence = new(int64(2)) }, run: parts(3), kind: KindNotServed,
		},
		"another format": {
			change: func(f *failedRequest) { f.format, f.status, f.code = FormatJSON, 400, "report_format_inapplicable" }, kind: KindFormat,
			reason: "the report was created with the format CSV, not JSON",
		},
		"another format of a run that is not finished": {
			change: func(f *failedRequest) { f.format = FormatJSON }, run: status(StatusGenerating), kind: KindGenerating,
		},
		"another format of a FAILED run": {
			change: func(f *failedRequest) { f.format, f.status, f.code = FormatJSON, 400, "report_format_inapplicable" },
			run:    status(StatusFailed), kind: KindFormat,
		},
		"ZIP, which every report has": {change: func(f *failedRequest) { f.format = FormatZIP }, kind: KindNotServed},
		"unknown format":              {run: func(r *Record) { r.Formats = []string{"XLSX"} }, kind: KindNotServed},
		"expired": {
			run: ended("2026-08-27 11:59:59"), kind: KindRunExpired, reason: "the run ended on 2026-08-27 11:59:59, more than 90 days ago",
			lines: "In the report history: READY, ended 2026-08-27 11:59:59",
		},
		"not expired": {run: ended("2026-08-27 12:00:01"), kind: KindNotServed},

		"READY since a moment ago": {
			run: ended(readyAtNoon), kind: KindNotServed, again: true,
			reason: "the report history lists the run as READY, but its file cannot be downloaded",
		},
		"READY since long ago":       {run: ended("2026-11-25 11:54:59"), kind: KindNotServed},
		"READY by a fast clock":      {run: ended("2026-11-25 12:04:59"), kind: KindNotServed, again: true},
		"READY in another time zone": {run: ended("2026-11-25 19:00:00"), kind: KindNotServed},
		"READY without a date":       {run: ended(""), kind: KindNotServed},
		"READY and rejected":         {change: func(f *failedRequest) { f.status = 400 }, run: ended(readyAtNoon), lines: "In the report history: READY"},
		"READY and empty":            {change: func(f *failedRequest) { f.empty = true }, run: ended(readyAtNoon), lines: "In the report history: READY"},
		"not listed and empty":       {change: func(f *failedRequest) { f.empty, f.run = true, unknownRun }},

		"name unknown": {
			change: byNameOf("monthly order"), kind: KindReportUnknown, reason: `the report history has no report named "monthly order"`,
			lines: "Similar report: " + ordersID + `, "Monthly orders", orders, MONTHLY;Existing report: ` + domainsID,
		},
		"part of a name": {change: byNameOf("orders"), kind: KindReportUnknown, lines: "Similar report: " + ordersID},
		"name of another type": {
			change: func(f *failedRequest) { byNameOf("Domains")(f); f.reportType, f.schedule = "orders", "MONTHLY" }, kind: KindOtherType,
			reason: "the report exists, but not with the type orders and the schedule MONTHLY", lines: "Existing report: " + domainsID + `, "Domains", domains, WEEKLY`,
		},
		"identifier of another type": {
			change: func(f *failedRequest) { f.run, f.reportType = "", "users" }, kind: KindOtherType, reason: "not with the type users",
		},
		"listed by now": {change: byNameOf("Domains"), reason: "the report history lists the report"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := failedRequest{report: ordersID, run: ordersRun, format: FormatCSV, status: 404, code: "report_not_found"}
			if tt.change != nil {
				tt.change(&f)
			}
			got := f.cause(newHistory(tt.run), !tt.partial, now)
			if got.Kind != tt.kind || !strings.Contains(got.Reason, tt.reason) || tt.reason == "" && tt.kind == "" && got.Reason != "" {
				t.Errorf("got %q, %q, want %q, %q", got.Kind, got.Reason, tt.kind, tt.reason)
			}
			if lines := strings.Join(got.lines, ";"); !strings.HasPrefix(lines, tt.lines) {
				t.Errorf("got the lines %q, want %q", lines, tt.lines)
			}
			if got.Parts != tt.parts || got.justReady != tt.again {
				t.Errorf("got %d parts, again %t, want %d, %t", got.Parts, got.justReady, tt.parts, tt.again)
			}
		})
	}
}

// byNameOf makes a failed request one for a report of this name.
func byNameOf(name string) func(*failedRequest) {
	return func(f *failedRequest) { *f = failedRequest{name: name} }
}

func TestFailedRequest_causeWithoutHistory(t *testing.T) {
	t.Parallel()
	got := failedRequest{report: ordersID, run: ordersRun, status: 404}.cause(nil, true, time.Now())
	if got.Kind != KindReportUnknown || got.Reason != "the report history is empty" || got.lines != nil {
		t.Errorf("got %+v", got)
	}
}

// TestFailedRequest_causeOfARepeatedRun lists a run twice, as a history may that changes while it is read.
func TestFailedRequest_causeOfARepeatedRun(t *testing.T) {
	t.Parallel()
	generating := newHistory(func(r *Record) { r.Status = StatusGenerating })
	foreign := newHistory(func(r *Record) { r.ReportIdentifier = unknownID })
	history := slices.Concat(generating, newHistory(nil), foreign)
	reversed := slices.Clone(history)
	slices.Reverse(reversed)
	for _, history := range [][]Record{history, reversed} {
		got := failedRequest{report: ordersID, run: ordersRun, format: FormatCSV, status: 404}.cause(history, true, time.Time{})
		if got.Kind != KindNotServed {
			t.Errorf("got %q, want that of the READY run", got.Kind)
		}
	}
}

func TestClosest(t *testing.T) {
	t.Parallel()
	var history []Record
	for i, name := range []string{"Domains", "Monthly orders (EU)", "Orders 2026", "Users", "Monthly 0rders", "Audit\u202e", "FQDN"} {
		history = append(history, Record{ReportDisplayName: name, ReportIdentifier: fmt.Sprintf("%032x", 1<<(8*i))})
	}
	got := unknownLines(failedRequest{name: "MONTHLY ORDERS "}, history)
	want := []string{"Similar report: Monthly 0rders", "Similar report: Monthly orders (EU)", "Existing report: Users"}
	for i, line := range want {
		label, name, _ := strings.Cut(line, ": ")
		if !strings.HasPrefix(got[i], label+": ") || !strings.Contains(got[i], `"`+name+`"`) {
			t.Errorf("got %q in place %d, want %q", got[i], i, line)
		}
	}
	if len(got) != maxClosest+1 || got[maxClosest] != "… and 2 reports more" {
		t.Errorf("got %q", got)
	}
	all := strings.Join(unknownLines(failedRequest{name: "audit"}, history), "\n")
	if first, _, _ := strings.Cut(all, "\n"); !strings.Contains(first, `"Audit\u202e"`) {
		t.Errorf("got %q first", first)
	}
	mistyped := failedRequest{report: strings.Replace(history[3].ReportIdentifier, "1", "f", 1)}
	if got := unknownLines(mistyped, history); !strings.Contains(got[0], "Users") || !strings.Contains(got[1], "Audit") {
		t.Errorf("got %q, want Users, then the others by name", got)
	}
}

func unknownLines(f failedRequest, history []Record) []string {
	return f.cause(history, true, time.Now()).lines
}

// TestClosest_manyRuns lists the newest runs, and a mistyped one before them.
func TestClosest_manyRuns(t *testing.T) {
	t.Parallel()
	var history []Record
	for i := range 9 {
		history = append(history, Record{
			ReportIdentifier: ordersID, ReportRunIdentifier: strings.Repeat(fmt.Sprint(i), 32), Status: StatusReady,
			ReportStartDate: fmt.Sprintf("2026-11-0%d 08:00:00", i+1),
		})
	}
	got := unknownLines(failedRequest{report: ordersID, run: "x" + strings.Repeat("0", 31)}, history)
	for i, id := range []string{"0", "8", "7", "6", "5"} {
		label := "Existing run: "
		if id == "0" {
			label = "Similar run: "
		}
		if !strings.HasPrefix(got[i], label+strings.Repeat(id, 32)) {
			t.Errorf("got %q in place %d, want the run of %s", got[i], i, id)
		}
	}
	if got[5] != "… and 4 runs more" || len(got) != 6 {
		t.Errorf("got %q", got)
	}
}

// TestAmbiguous distinguishes reports of one name.
func TestAmbiguous(t *testing.T) {
	t.Parallel()
	history := newHistory(func(r *Record) { r.CreatedByUserName = "John Doe" })
	older := history[2]
	older.ReportRunIdentifier, older.ReportStartDate, older.Status = unknownRun, "2026-10-01 08:00:00", StatusFailed
	history = append([]Record{{}, older}, append(history[1:],
		Record{ReportIdentifier: unknownID, ReportType: "orders", Status: StatusScheduled})...)
	got := ambiguous(knownReports(history[1:])).Lines
	want := []string{
		"Report: " + unknownID + ", orders, no run",
		"Report: " + ordersID + ", orders, MONTHLY, created by John Doe, newest run READY, ended 2026-11-01 09:00:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func BenchmarkFailedRequest_cause(b *testing.B) {
	var history []Record
	for i := range maxPageRecords {
		history = append(history, Record{ReportDisplayName: fmt.Sprintf("Report %d of a group", i), ReportIdentifier: fmt.Sprintf("%032x", i)})
	}
	for b.Loop() {
		failedRequest{name: "Repart 77 of a group"}.cause(history, true, time.Time{})
	}
}
