package reportlibrary

import (
	"encoding/json"
	"time"
)

// The statuses that the API documents for a record of the report history. There may be others.
const (
	StatusScheduled  = "SCHEDULED"
	StatusGenerating = "GENERATING"
	StatusReady      = "READY"
	StatusFailed     = "FAILED"
)

// Schedules lists every documented schedule of a report.
func Schedules() []string { return []string{"ON_DEMAND", "WEEKLY", "MONTHLY"} }

// Statuses lists every documented status of a record.
func Statuses() []string {
	return []string{StatusScheduled, StatusGenerating, StatusReady, StatusFailed}
}

// Record is a line of the report history: a run of a report, or the schedule of one. Strings are as the API wrote them,
// empty where it said nothing; dates have the form "2006-01-02 15:04:05" and no zone.
type Record struct {
	ReportDisplayName string
	ReportIdentifier  string
	// ReportRunIdentifier is empty in the record of a schedule.
	ReportRunIdentifier   string
	CreatedByUserID       string
	CreatedByUserName     string
	CreatedDate           string
	ReportType            string
	ReportTypeDisplayName string
	ReportStartDate       string
	ReportEndDate         string
	Schedule              string
	// Formats is nil where the API said nothing.
	Formats []string
	Status  string
	// ManuallyTriggered is nil where the API said nothing.
	ManuallyTriggered *bool
	// SplitReportCount is the number of parts of a split run, 0 for one that is not split, nil where the API said nothing.
	SplitReportCount *int64
}

// EndTime returns ReportEndDate as a time in UTC, which is what the API's dates are said to be in; not ok if there is
// none.
func (r Record) EndTime() (time.Time, bool) {
	for _, layout := range []string{time.DateTime, time.RFC3339} {
		if end, err := time.Parse(layout, r.ReportEndDate); err == nil {
			return end.UTC(), true
		}
	}
	return time.Time{}, false
}

// isRun reports whether the record is a run's and not a schedule's. A run that is GENERATING may have to wait for its
// identifier.
func (r Record) isRun() bool { return r.ReportRunIdentifier != "" || r.Status == StatusGenerating }

// unfinished reports whether a run may still become READY. A status that nobody documented counts as such until there
// is an end date.
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

// key is the same for records that are the same: a run whatever has become of it, a schedule by all that is known of
// it.
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
