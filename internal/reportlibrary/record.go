package reportlibrary

import (
	"encoding/json"
	"time"
)

// The documented statuses of a record. There may be others.
const (
	StatusScheduled  = "SCHEDULED"
	StatusGenerating = "GENERATING"
	StatusReady      = "READY"
	StatusFailed     = "FAILED"
)

// Schedules returns the documented schedules of a report.
func Schedules() []string { return []string{"ON_DEMAND", "WEEKLY", "MONTHLY"} }

// Statuses returns the documented statuses of a record.
func Statuses() []string {
	return []string{StatusScheduled, StatusGenerating, StatusReady, StatusFailed}
}

// Record is a line of the report history: a run or a schedule of a report. Strings are unchanged from the API; empty if
// missing. Dates have the form "2006-01-02 15:04:05" without a zone.
type Record struct {
	ReportDisplayName     string
	ReportIdentifier      string
	ReportRunIdentifier   string // empty for a schedule
	CreatedByUserID       string
	CreatedByUserName     string
	CreatedDate           string
	ReportType            string
	ReportTypeDisplayName string
	ReportStartDate       string
	ReportEndDate         string
	Schedule              string
	Formats               []string // nil if missing
	Status                string
	ManuallyTriggered     *bool  // nil if missing
	SplitReportCount      *int64 // the number of parts of a split run; 0 for an unsplit run, nil if missing
}

// EndTime parses ReportEndDate in UTC, the API's zone. ok is false if it is missing or invalid.
func (r Record) EndTime() (time.Time, bool) {
	for _, layout := range []string{time.DateTime, time.RFC3339} {
		if end, err := time.Parse(layout, r.ReportEndDate); err == nil {
			return end.UTC(), true
		}
	}
	return time.Time{}, false
}

// isRun reports whether the record is a run and not a schedule. A GENERATING run may not have its identifier yet.
func (r Record) isRun() bool { return r.ReportRunIdentifier != "" || r.Status == StatusGenerating }

// unfinished reports whether a run may still become READY. That includes a run of an undocumented status without an end
// date.
func (r Record) unfinished() bool {
	switch r.Status {
	case StatusScheduled, StatusGenerating:
		return true
	case StatusReady, StatusFailed:
		return false
	default:
		return r.ReportEndDate == ""
	}
}

// key identifies a record: a run by its identifier, a schedule by all of its fields.
func (r Record) key() string {
	if r.ReportRunIdentifier != "" {
		return r.ReportIdentifier + "\x00" + r.ReportRunIdentifier
	}
	all, _ := json.Marshal(r)
	return string(all)
}

func decodeRecord(o jsonObject) Record {
	return Record{
		ReportDisplayName:     o.text("report_display_name"),
		ReportIdentifier:      o.text("report_identifier"),
		ReportRunIdentifier:   o.text("report_run_identifier"),
		CreatedByUserID:       o.text("created_by_user_id"),
		CreatedByUserName:     o.text("created_by_user_name"),
		CreatedDate:           o.text("created_date"),
		ReportType:            o.text("report_type"),
		ReportTypeDisplayName: o.text("report_type_display_name"),
		ReportStartDate:       o.text("report_start_date"),
		ReportEndDate:         o.text("report_end_date"),
		Schedule:              o.text("schedule"),
		Formats:               o.texts("format"),
		Status:                o.text("status"),
		ManuallyTriggered:     o.boolean("manually_triggered"),
		SplitReportCount:      o.integer("split_report_count"),
	}
}
