package reportlibrarytest

import "net/http"

// Report is the details of a report. Zero fields are served as DigiCert serves fields that do not apply: lists
// and objects as null, strings as "". Reports of runs need not be added: their details come from the first run.
type Report struct {
	ReportIdentifier  string
	DisplayName       string
	CreatedByUserID   int
	CreatedByUserName string
	CreatedDate       string

	Type    string
	Columns []string
	Filters []Filter
	// Divisions and SubAccounts are any JSON values, such as strings or numbers, because their type is not documented.
	DivisionFilterType   string
	Divisions            []any
	SubAccountFilterType string
	SubAccounts          []any

	Schedule    ReportSchedule
	NextRunDate string
	Format      string
	// Status is ACTIVE when empty.
	Status             string
	NotificationEmails []string
}

// Filter is a filter of a report.
type Filter struct {
	FilterIdentifier string   `json:"filter_identifier"`
	ColumnIdentifier string   `json:"column_identifier"`
	Values           []string `json:"values"`
}

// ReportSchedule is when a report runs.
type ReportSchedule struct {
	Frequency        string        `json:"frequency"`
	WeekdayToRun     string        `json:"weekday_to_run"`
	WeekdayFrequency string        `json:"weekday_frequency"`
	RunUntil         string        `json:"run_until"`
	RepeatEvery      string        `json:"repeat_every"`
	RepeatOn         string        `json:"repeat_on"`
	RepeatOnDate     *RepeatOnDate `json:"repeat_on_date"`
}

// RepeatOnDate is a day of the month.
type RepeatOnDate struct {
	Date              string `json:"date"`
	LastDayOfTheMonth bool   `json:"last_day_of_the_month"`
}

// AddReport adds the details of a report, or replaces them. An empty identifier is made from the display name, as for a
// Run.
func (s *Server) AddReport(report Report) Report {
	setDefault(&report.Type, "orders")
	setDefault(&report.DisplayName, "Monthly "+report.Type)
	setDefault(&report.ReportIdentifier, identifier("report", report.DisplayName))
	setDefault(&report.CreatedByUserID, 12345)
	setDefault(&report.CreatedByUserName, "John Doe")
	setDefault(&report.CreatedDate, "2026-01-01 19:00:00")
	setDefault(&report.Schedule.Frequency, "ON_DEMAND")
	setDefault(&report.Format, "CSV")
	setDefault(&report.Status, "ACTIVE")
	l := &s.library
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reports == nil {
		l.reports = make(map[string]Report)
	}
	l.reports[report.ReportIdentifier] = report
	return report
}

func (l *library) report(identifier string) (Report, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if report, ok := l.reports[identifier]; ok {
		return report, true
	}
	for _, e := range l.entries {
		if e.ReportIdentifier == identifier {
			return Report{
				ReportIdentifier: identifier, DisplayName: e.DisplayName, CreatedByUserID: e.CreatedByUserID,
				CreatedByUserName: e.CreatedByUserName, CreatedDate: e.CreatedDate, Type: e.Type,
				Schedule: ReportSchedule{Frequency: e.Schedule}, Format: e.Format, Status: "ACTIVE",
			}, true
		}
	}
	return Report{}, false
}

// serveDetails serves GET /report/{report_identifier}.
func (s *Server) serveDetails(w http.ResponseWriter, r *http.Request, o Options, identifier string) {
	report, ok := s.library.report(identifier)
	if !ok {
		ReportsNotFound.write(w)
		return
	}
	nameKey := "report_display_name"
	if o.DetailsDisplayName {
		nameKey = "display_name"
	}
	var columns []map[string]string
	for _, column := range report.Columns {
		columns = append(columns, map[string]string{"identifier": column})
	}
	details := map[string]any{
		nameKey: report.DisplayName, "report_identifier": report.ReportIdentifier,
		"created_by_user_id": o.userID(report.CreatedByUserID), "created_by_user_name": report.CreatedByUserName,
		"created_date": report.CreatedDate,
		"report_metadata": map[string]any{
			"report_type": report.Type, "columns": columns, "filters": report.Filters,
			"sources": map[string]any{
				"division_filter_type": report.DivisionFilterType, "divisions": report.Divisions,
				"sub_account_filter_type": report.SubAccountFilterType, "sub_accounts": report.SubAccounts,
			},
		},
		"schedule": report.Schedule, "next_run_date": report.NextRunDate, "format": []any{report.Format},
		"status": report.Status, "notification_emails": report.NotificationEmails,
	}
	if o.ExtraFields {
		details["is_shared"] = false
	}
	o.sendJSON(w, r, map[string]any{"report": details})
}
