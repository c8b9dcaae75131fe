package provider

import (
	"context"
	"math"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

var (
	_ datasource.DataSource              = (*reportHistoryDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*reportHistoryDataSource)(nil)
)

func newReportHistoryDataSource() datasource.DataSource { return &reportHistoryDataSource{} }

type reportHistoryDataSource struct {
	provider *configuredProvider
}

type reportHistoryDataSourceModel struct {
	ReportDisplayNames []string       `tfsdk:"report_display_names"`
	Schedules          []string       `tfsdk:"schedules"`
	Statuses           []string       `tfsdk:"statuses"`
	ReportTypes        []string       `tfsdk:"report_types"`
	Search             types.String   `tfsdk:"search"`
	ReportIdentifier   types.String   `tfsdk:"report_identifier"`
	MaxResults         types.Int64    `tfsdk:"max_results"`
	Records            types.List     `tfsdk:"records"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func (d *reportHistoryDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_report_history"
}

func (d *reportHistoryDataSource) Schema(
	ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the report history: the runs of reports, and the records of their schedules. It reads " +
			"as many pages of 100 records as it takes. For the newest run of one report there is `digicert_report_run`.",
		Attributes: attributesFor(attribute.forDataSource, map[string]schema.Attribute{
			"report_display_names": textsArgument("Names of reports, compared exactly. Defaults to all reports.",
				stringvalidator.LengthAtLeast(1)),
			"schedules": textsArgument("`ON_DEMAND`, `WEEKLY`, `MONTHLY`. Defaults to all of them.",
				stringvalidator.OneOf(reportlibrary.Schedules()...)),
			"statuses": textsArgument("`SCHEDULED` (the record of a schedule), `GENERATING`, `READY`, `FAILED`. Defaults to "+
				"all of them.", stringvalidator.OneOf(reportlibrary.Statuses()...)),
			"report_types": textsArgument("Types of reports, such as `orders`, `domains`, `balance-history`, `audit-logs`, "+
				"`organizations`, `fqdn` and `users`. Defaults to all types.", reportTypeValidator()),
			"timeouts": readTimeout(ctx, "30m"),
		}, []attribute{
			{
				name: "search", valueType: types.StringType,
				description:      "Text that DigiCert looks for in the names of reports.",
				stringValidators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			{
				name: "report_identifier", valueType: types.StringType,
				description: "Identifier of a report: 32 to 36 hex digits and hyphens. The API has no such filter, so the " +
					"provider reads the records that satisfy the other arguments, and filters them.",
				stringValidators: []validator.String{identifierValidator()},
			},
			{
				name: "max_results", valueType: types.Int64Type,
				description:     "Largest number of records to return. Defaults to all that there are.",
				int64Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
			},
			{
				name: "records", valueType: types.ListType{ElemType: reportRecordType()}, computed: true,
				description: "The records in the order of the API. Their fields are named as in the API, but for `formats`, " +
					"which is the API's array `format`. A field that the API leaves out or empty is null: " +
					"`report_run_identifier` in the record of a schedule, dates while a run is `GENERATING`. " +
					"`created_by_user_id` is a string. Dates look like `2026-01-13 09:15:48` and have no zone. `split_report_count` " +
					"is the number of parts, `0` for a run that is not split.",
			},
		}),
	}
}

func (d *reportHistoryDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.provider = configured
}

func (d *reportHistoryDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	var data reportHistoryDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	timeout, diags := data.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	client, diags := d.provider.reportLibrary()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(d.provider.loggingContext(ctx), timeout)
	defer cancel()

	records, err := client.History(ctx, data.request())
	if err != nil {
		resp.Diagnostics.Append(errorContext{}.diagnostic(err, client))
		return
	}
	values := make([]reportRecord, len(records))
	for i, record := range records {
		values[i] = newReportRecord(record)
	}
	data.Records, diags = types.ListValueFrom(ctx, reportRecordType(), values)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

func (data reportHistoryDataSourceModel) request() reportlibrary.HistoryRequest {
	return reportlibrary.HistoryRequest{
		ReportDisplayNames: data.ReportDisplayNames,
		Schedules:          data.Schedules,
		Statuses:           data.Statuses,
		ReportTypes:        data.ReportTypes,
		Search:             data.Search.ValueString(),
		ReportIdentifier:   data.ReportIdentifier.ValueString(),
		MaxResults:         int(data.MaxResults.ValueInt64()),
	}
}

// textsArgument is an optional list of strings. It rejects an empty list, which could mean all records or none.
func textsArgument(description string, element validator.String) schema.Attribute {
	return schema.ListAttribute{
		ElementType: types.StringType, Optional: true, MarkdownDescription: description,
		Validators: []validator.List{
			listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.ValueStringsAre(element),
		},
	}
}

// reportTypeValidator accepts any single word, because DigiCert may add types.
func reportTypeValidator() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^[^,\s]+$`), "must be one type, such as orders or audit-logs")
}
