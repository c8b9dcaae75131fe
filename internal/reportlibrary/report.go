package reportlibrary

import (
	"context"
	"strings"
)

// Report contains the details of a report. Strings are unchanged from the API; empty if missing. Lists are nil if
// missing.
type Report struct {
	ReportDisplayName string
	ReportIdentifier  string
	CreatedByUserID   string
	CreatedByUserName string
	CreatedDate       string
	Metadata          *ReportMetadata // nil if missing
	Schedule          *ReportSchedule // nil if missing
	NextRunDate       string
	Formats           []string
	// Status is ACTIVE for a report in use. Its values differ from those of [Record].
	Status             string
	NotificationEmails []string
}

// ReportMetadata describes the content of a report.
type ReportMetadata struct {
	ReportType string
	Columns    []string // column identifiers
	Filters    []ReportFilter
	Sources    *ReportSources // nil if missing
}

// ReportFilter is a condition on the rows of a report.
type ReportFilter struct {
	FilterIdentifier string
	ColumnIdentifier string
	Values           []string
}

// ReportSources are the parts of an account that a report covers. Listed values of any type are read as text.
type ReportSources struct {
	DivisionFilterType   string
	Divisions            []string
	SubAccountFilterType string
	SubAccounts          []string
}

// ReportSchedule is the schedule of a report's runs.
type ReportSchedule struct {
	Frequency        string
	WeekdayToRun     string
	WeekdayFrequency string
	RunUntil         string
	RepeatEvery      string
	RepeatOn         string
	RepeatOnDate     *RepeatOnDate // nil if missing
}

// RepeatOnDate is a day of the month.
type RepeatOnDate struct {
	Date              string
	LastDayOfTheMonth *bool // nil if missing
}

// Report returns the details of a report. The error is an *Error, which wraps a *[Cause] if the report is not found.
func (c *Client) Report(ctx context.Context, reportIdentifier string) (Report, error) {
	var report Report
	err := c.getJSON(ctx, []string{"report", reportIdentifier}, nil, maxDetailsBytes, func(body *jsonBody) error {
		response, err := body.object()
		if err != nil {
			return err
		}
		report, err = decodeReport(response)
		if err == nil && !strings.EqualFold(report.ReportIdentifier, reportIdentifier) {
			err = otherReport(report)
		}
		return err
	})
	if err != nil {
		err = c.failed(ctx, OpReport, err)
		if e, ok := asError(err); ok && isKind(e, KindNotFound, KindRejected) {
			err = c.explained(e, c.findCause(ctx, failedRequest{report: reportIdentifier, status: e.Status}))
		}
		return Report{}, err
	}
	c.http.Masker().Data(&report)
	return report, nil
}

func otherReport(report Report) error {
	return newError(KindResponse, "the details are those of another report, %q", report.ReportIdentifier)
}

func decodeReport(response jsonObject) (Report, error) {
	if response == nil {
		return Report{}, newError(KindResponse, "the response says that there is no content")
	}
	o := response.object("report")
	if o.text("report_identifier") == "" {
		return Report{}, response.unexpected()
	}
	report := Report{
		ReportDisplayName:  o.text("report_display_name"),
		ReportIdentifier:   o.text("report_identifier"),
		CreatedByUserID:    o.text("created_by_user_id"),
		CreatedByUserName:  o.text("created_by_user_name"),
		CreatedDate:        o.text("created_date"),
		Metadata:           decodeReportMetadata(o.object("report_metadata")),
		Schedule:           decodeReportSchedule(o.object("schedule")),
		NextRunDate:        o.text("next_run_date"),
		Formats:            o.texts("format"),
		Status:             o.text("status"),
		NotificationEmails: o.texts("notification_emails"),
	}
	if report.ReportDisplayName == "" {
		report.ReportDisplayName = o.text("display_name")
	}
	return report, nil
}

func decodeReportMetadata(o jsonObject) *ReportMetadata {
	if o == nil {
		return nil
	}
	metadata := &ReportMetadata{ReportType: o.text("report_type")}
	if columns := o.objects("columns", "identifier"); columns != nil {
		metadata.Columns = make([]string, len(columns))
		for i, column := range columns {
			metadata.Columns[i] = column.text("identifier")
		}
	}
	if filters := o.objects("filters", "filter_identifier"); filters != nil {
		metadata.Filters = make([]ReportFilter, len(filters))
		for i, filter := range filters {
			metadata.Filters[i] = ReportFilter{
				FilterIdentifier: filter.text("filter_identifier"),
				ColumnIdentifier: filter.text("column_identifier"),
				Values:           filter.texts("values"),
			}
		}
	}
	if sources := o.object("sources"); sources != nil {
		metadata.Sources = &ReportSources{
			DivisionFilterType:   sources.text("division_filter_type"),
			Divisions:            sources.texts("divisions"),
			SubAccountFilterType: sources.text("sub_account_filter_type"),
			SubAccounts:          sources.texts("sub_accounts"),
		}
	}
	return metadata
}

func decodeReportSchedule(o jsonObject) *ReportSchedule {
	if o == nil {
		return nil
	}
	schedule := &ReportSchedule{
		Frequency:        o.text("frequency"),
		WeekdayToRun:     o.text("weekday_to_run"),
		WeekdayFrequency: o.text("weekday_frequency"),
		RunUntil:         o.text("run_until"),
		RepeatEvery:      o.text("repeat_every"),
		RepeatOn:         o.text("repeat_on"),
	}
	if date := o.object("repeat_on_date"); date != nil {
		schedule.RepeatOnDate = &RepeatOnDate{
			Date: date.text("date"), LastDayOfTheMonth: date.boolean("last_day_of_the_month"),
		}
	}
	return schedule
}
