package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// Objects in the details of a report, with the API's names. They are constants.
var (
	reportColumnTypes = map[string]attr.Type{"identifier": types.StringType}
	reportFilterTypes = map[string]attr.Type{
		"filter_identifier": types.StringType, "column_identifier": types.StringType, "values": textsType,
	}
	reportSourcesTypes = map[string]attr.Type{
		"division_filter_type": types.StringType, "divisions": textsType,
		"sub_account_filter_type": types.StringType, "sub_accounts": textsType,
	}
	reportMetadataTypes = map[string]attr.Type{
		"report_type": types.StringType,
		"columns":     types.ListType{ElemType: types.ObjectType{AttrTypes: reportColumnTypes}},
		"filters":     types.ListType{ElemType: types.ObjectType{AttrTypes: reportFilterTypes}},
		"sources":     types.ObjectType{AttrTypes: reportSourcesTypes},
	}
	repeatOnDateTypes = map[string]attr.Type{
		"date": types.StringType, "last_day_of_the_month": types.BoolType,
	}
	reportScheduleTypes = map[string]attr.Type{
		"frequency": types.StringType, "weekday_to_run": types.StringType, "weekday_frequency": types.StringType,
		"run_until": types.StringType, "repeat_every": types.StringType, "repeat_on": types.StringType,
		"repeat_on_date": types.ObjectType{AttrTypes: repeatOnDateTypes},
	}
)

func reportMetadataValue(metadata *reportlibrary.ReportMetadata) types.Object {
	if metadata == nil {
		return types.ObjectNull(reportMetadataTypes)
	}
	return types.ObjectValueMust(reportMetadataTypes, map[string]attr.Value{
		"report_type": textValue(metadata.ReportType),
		"columns": objectsValue(reportColumnTypes, metadata.Columns, func(column string) map[string]attr.Value {
			return map[string]attr.Value{"identifier": textValue(column)}
		}),
		"filters": objectsValue(reportFilterTypes, metadata.Filters,
			func(filter reportlibrary.ReportFilter) map[string]attr.Value {
				return map[string]attr.Value{
					"filter_identifier": textValue(filter.FilterIdentifier),
					"column_identifier": textValue(filter.ColumnIdentifier),
					"values":            textsValue(filter.Values),
				}
			}),
		"sources": reportSourcesValue(metadata.Sources),
	})
}

func reportSourcesValue(sources *reportlibrary.ReportSources) types.Object {
	if sources == nil {
		return types.ObjectNull(reportSourcesTypes)
	}
	return types.ObjectValueMust(reportSourcesTypes, map[string]attr.Value{
		"division_filter_type":    textValue(sources.DivisionFilterType),
		"divisions":               textsValue(sources.Divisions),
		"sub_account_filter_type": textValue(sources.SubAccountFilterType),
		"sub_accounts":            textsValue(sources.SubAccounts),
	})
}

func reportScheduleValue(schedule *reportlibrary.ReportSchedule) types.Object {
	if schedule == nil {
		return types.ObjectNull(reportScheduleTypes)
	}
	date := types.ObjectNull(repeatOnDateTypes)
	if schedule.RepeatOnDate != nil {
		date = types.ObjectValueMust(repeatOnDateTypes, map[string]attr.Value{
			"date":                  textValue(schedule.RepeatOnDate.Date),
			"last_day_of_the_month": types.BoolPointerValue(schedule.RepeatOnDate.LastDayOfTheMonth),
		})
	}
	return types.ObjectValueMust(reportScheduleTypes, map[string]attr.Value{
		"frequency":         textValue(schedule.Frequency),
		"weekday_to_run":    textValue(schedule.WeekdayToRun),
		"weekday_frequency": textValue(schedule.WeekdayFrequency),
		"run_until":         textValue(schedule.RunUntil),
		"repeat_every":      textValue(schedule.RepeatEvery),
		"repeat_on":         textValue(schedule.RepeatOn),
		"repeat_on_date":    date,
	})
}

// objectsValue returns null for a list that is missing in the response.
func objectsValue[T any](fields map[string]attr.Type, elements []T, value func(T) map[string]attr.Value) types.List {
	elementType := types.ObjectType{AttrTypes: fields}
	if elements == nil {
		return types.ListNull(elementType)
	}
	values := make([]attr.Value, len(elements))
	for i, element := range elements {
		values[i] = types.ObjectValueMust(fields, value(element))
	}
	return types.ListValueMust(elementType, values)
}
