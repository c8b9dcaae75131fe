package reportlibrarytest

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// Run is one record of the report history and, where it has a run identifier, the file behind it. AddRun fills in empty
// fields, the same on every machine.
type Run struct {
	// ReportIdentifier is made from the display name when empty: runs of one name belong to one report.
	ReportIdentifier string
	// RunIdentifier stays empty where Status is SCHEDULED: then the record is a schedule's.
	RunIdentifier string
	// DisplayName is made from Type when empty.
	DisplayName string
	// Type is orders (the default), domains, audit-logs, balance-history, organizations, fqdn, users, or anything.
	Type string
	// Format is the format of the report definition: CSV (the default), JSON, EXCEL or ZIP.
	Format string
	// Schedule is ON_DEMAND (the default), WEEKLY or MONTHLY.
	Schedule string
	// Status is READY (the default), SCHEDULED, GENERATING, FAILED, or anything, which then is served like READY.
	Status string
	// CreatedDate, StartDate and EndDate are as the API writes them, such as "2026-01-13 09:15:48", a day later for each
	// run added. Omit is none; EndDate stays empty until Status is neither SCHEDULED nor GENERATING.
	CreatedDate, StartDate, EndDate string
	// CreatedByUserName and CreatedByUserID are John Doe and 12345 when zero.
	CreatedByUserName string
	CreatedByUserID   int
	ManuallyTriggered bool

	// Content is the file; nil is a realistic small one.
	Content Content
	// Parts are the files of a split run, in place of Content.
	Parts []Content
	// SplitCount is split_report_count in the history; with neither Parts nor Content, that many small parts are made.
	SplitCount int
	// Delivery is how the file travels; nil is as the server's Options say.
	Delivery *Delivery
}

// entry is a run in the library. Its serial and revision identify a content.
type entry struct {
	Run
	serial, revision int
}

type library struct {
	mu      sync.Mutex
	entries []*entry
	reports map[string]Report
	serial  int
}

// defaultRows is the length of made-up content.
const defaultRows = 25

// AddRun adds a run after the others and returns it with everything filled in.
func (s *Server) AddRun(run Run) Run {
	l := &s.library
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serial++
	e := &entry{Run: run, serial: l.serial}
	e.complete()
	l.entries = append(l.entries, e)
	return e.Run
}

// SetRun changes the run with this identifier: its status, its dates, its content. Empty fields are filled in again
// afterwards. It panics if the run does not exist.
func (s *Server) SetRun(runIdentifier string, change func(*Run)) Run {
	l := &s.library
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if e.RunIdentifier == runIdentifier && runIdentifier != "" {
			change(&e.Run)
			e.revision++
			e.complete()
			return e.Run
		}
	}
	panic("reportlibrarytest: no run " + runIdentifier)
}

// RemoveRun forgets a run, as the service does after 90 days. Without such a run it does nothing.
func (s *Server) RemoveRun(runIdentifier string) {
	l := &s.library
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, e := range l.entries {
		if e.RunIdentifier == runIdentifier {
			l.entries = append(l.entries[:i:i], l.entries[i+1:]...)
			return
		}
	}
}

func (e *entry) complete() {
	setDefault(&e.Type, "orders")
	setDefault(&e.DisplayName, "Monthly "+e.Type)
	setDefault(&e.Format, "CSV")
	setDefault(&e.Schedule, "ON_DEMAND")
	setDefault(&e.Status, "READY")
	setDefault(&e.ReportIdentifier, identifier("report", e.DisplayName))
	if e.Status != "SCHEDULED" {
		setDefault(&e.RunIdentifier, identifier("run", fmt.Sprint(e.serial)))
	}
	start := time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, e.serial)
	setDefault(&e.CreatedDate, start.Add(-7*time.Hour).Format(time.DateTime))
	if e.Status != "SCHEDULED" {
		setDefault(&e.StartDate, start.Format(time.DateTime))
	}
	if e.Status != "SCHEDULED" && e.Status != "GENERATING" {
		setDefault(&e.EndDate, start.Add(11*time.Second).Format(time.DateTime))
	}
	setDefault(&e.CreatedByUserName, "John Doe")
	setDefault(&e.CreatedByUserID, 12345)
	if e.Content == nil && e.Parts == nil {
		seed := uint64(e.serial) << 16
		for i := range uint64(e.SplitCount) {
			e.Parts = append(e.Parts, Bytes(tableFor(e.Type, defaultRows, seed+i).Encode(e.Format)))
		}
		if e.SplitCount == 0 {
			e.Content = Bytes(tableFor(e.Type, defaultRows, seed).Encode(e.Format))
		}
	}
	setDefault(&e.SplitCount, len(e.Parts))
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// identifier is a made-up UUID, of version 8 as RFC 9562 has it.
func identifier(kind, of string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + of))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// find returns copies of a run and of nothing else, so that it may change while it is served.
func (l *library) find(report, run string) (e entry, reportKnown, runKnown bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, reportKnown = l.reports[report]
	for _, candidate := range l.entries {
		if candidate.ReportIdentifier != report {
			continue
		}
		reportKnown = true
		if candidate.RunIdentifier == run && run != "" {
			return *candidate, true, true
		}
	}
	return entry{}, reportKnown, false
}

// runs returns copies of all runs, in the order in which they were added.
func (l *library) runs() []Run {
	l.mu.Lock()
	defer l.mu.Unlock()
	runs := make([]Run, len(l.entries))
	for i, e := range l.entries {
		runs[i] = e.Run
	}
	return runs
}
