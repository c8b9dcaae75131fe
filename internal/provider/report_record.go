package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// reportRecord is a record of the report history.
type reportRecord struct {
	ReportDisplayName     types.String `tfsdk:"report_display_name"`
	ReportIdentifier      types.String `tfsdk:"report_identifier"`
	ReportRunIdentifier   types.String `tfsdk:"report_run_identifier"`
	CreatedByUserID       types.String `tfsdk:"created_by_user_id"`
	CreatedByUserName     types.String `tfsdk:"created_by_user_name"`
	CreatedDate           types.String `tfsdk:"created_date"`
	ReportType            types.String `tfsdk:"report_type"`
	ReportTypeDisplayName types.String `tfsdk:"report_type_display_name"`
	ReportStartDate       types.String `tfsdk:"report_start_date"`
	ReportEndDate         types.String `tfsdk:"report_end_date"`
	Schedule              types.String `tfsdk:"schedule"`
	Formats               types.List   `tfsdk:"formats"`
	Status                types.String `tfsdk:"status"`
	ManuallyTriggered     types.Bool   `tfsdk:"manually_triggered"`
	SplitReportCount      types.Int64  `tfsdk:"split_report_count"`
}

var textsType = types.ListType{ElemType: types.StringType}

func reportRecordAttributes() []attribute {
	text := func(name, description string) attribute {
		return attribute{name: name, valueType: types.StringType, computed: true, description: description}
	}
	return []attribute{
		text("report_display_name", "Name of the report."),
		text("report_identifier", "Identifier of the report."),
		text("report_run_identifier", "Identifier of the run; null in the record of a schedule."),
		text("created_by_user_id", "Identifier of the user who created the report: a string, whether the API writes it as a "+
			"string or as a number."),
		text("created_by_user_name", "Name of the user who created the report."),
		text("created_date", "When the report was created, as the API writes it: `2026-01-13 02:15:48`, without a zone."),
		text("report_type", "Type of the report, such as `orders`."),
		text("report_type_display_name", "Type of the report in words, such as `Orders`."),
		text("report_start_date", "When the run started, as the API writes it: `2026-01-13 09:15:37`, without a zone. "+
			"Compare it only with other start dates."),
		text("report_end_date", "When the run ended, as the API writes it: `2026-01-13 09:15:48`, without a zone; null "+
			"while it has not."),
		text("schedule", "`ON_DEMAND`, `WEEKLY` or `MONTHLY`."),
		{
			name: "formats", valueType: textsType, computed: true,
			description: "Formats that the report was created with; the API's array `format`, which has one.",
		},
		text("status", "`SCHEDULED`, `GENERATING`, `READY` or `FAILED`."),
		{
			name: "manually_triggered", valueType: types.BoolType, computed: true,
			description: "Whether a user started the run.",
		},
		{
			name: "split_report_count", valueType: types.Int64Type, computed: true,
			description: "Number of parts of a split run; `0` for one that is not split.",
		},
	}
}

func reportRecordType() types.ObjectType {
	fields := map[string]attr.Type{}
	for _, a := range reportRecordAttributes() {
		fields[a.name] = a.valueType
	}
	return types.ObjectType{AttrTypes: fields}
}

func newReportRecord(r reportlibrary.Record) reportRecord {
	return reportRecord{
		ReportDisplayName:     textValue(r.ReportDisplayName),
		ReportIdentifier:      textValue(r.ReportIdentifier),
		ReportRunIdentifier:   textValue(r.ReportRunIdentifier),
		CreatedByUserID:       textValue(r.CreatedByUserID),
		CreatedByUserName:     textValue(r.CreatedByUserName),
		CreatedDate:           textValue(r.CreatedDate),
		ReportType:            textValue(r.ReportType),
		ReportTypeDisplayName: textValue(r.ReportTypeDisplayName),
		ReportStartDate:       textValue(r.ReportStartDate),
		ReportEndDate:         textValue(r.ReportEndDate),
		Schedule:              textValue(r.Schedule),
		Formats:               textsValue(r.Formats),
		Status:                textValue(r.Status),
		ManuallyTriggered:     types.BoolPointerValue(r.ManuallyTriggered),
		SplitReportCount:      types.Int64PointerValue(r.SplitReportCount),
	}
}

// textValue returns null for an empty text.
func textValue(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// textsValue returns null for a missing list.
func textsValue(texts []string) types.List {
	if texts == nil {
		return types.ListNull(types.StringType)
	}
	values := make([]attr.Value, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}
