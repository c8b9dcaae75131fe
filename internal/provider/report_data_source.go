package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

var (
	_ datasource.DataSource              = (*reportDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*reportDataSource)(nil)
)

func newReportDataSource() datasource.DataSource { return &reportDataSource{} }

type reportDataSource struct {
	provider *configuredProvider
}

type reportDataSourceModel struct {
	ReportIdentifier   types.String   `tfsdk:"report_identifier"`
	ReportDisplayName  types.String   `tfsdk:"report_display_name"`
	CreatedByUserID    types.String   `tfsdk:"created_by_user_id"`
	CreatedByUserName  types.String   `tfsdk:"created_by_user_name"`
	CreatedDate        types.String   `tfsdk:"created_date"`
	ReportMetadata     types.Object   `tfsdk:"report_metadata"`
	Schedule           types.Object   `tfsdk:"schedule"`
	NextRunDate        types.String   `tfsdk:"next_run_date"`
	Formats            types.List     `tfsdk:"formats"`
	Status             types.String   `tfsdk:"status"`
	NotificationEmails types.List     `tfsdk:"notification_emails"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

func (d *reportDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_report"
}

func (d *reportDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(name, description string) attribute {
		return attribute{name: name, valueType: types.StringType, computed: true, description: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the definition of one report: columns, filters, sources, schedule. A field that does " +
			"not apply to the report is null.",
		Attributes: attributesFor(attribute.forDataSource, map[string]schema.Attribute{
			"report_metadata": schema.ObjectAttribute{
				AttributeTypes: reportMetadataTypes, Computed: true,
				MarkdownDescription: "Columns, filters and sources, as the API has them: `report_type`; `columns`, each with its " +
					"`identifier`; `filters`, each with `filter_identifier`, `column_identifier` and `values`; and `sources`, with " +
					"`division_filter_type`, `divisions`, `sub_account_filter_type` and `sub_accounts`. Divisions and subaccounts " +
					"are strings, even if the API returns numbers.",
			},
			"schedule": schema.ObjectAttribute{
				AttributeTypes: reportScheduleTypes, Computed: true,
				MarkdownDescription: "When the report runs, as the API has it: `frequency`, `weekday_to_run`, " +
					"`weekday_frequency`, `run_until`, `repeat_every`, `repeat_on`, and `repeat_on_date` with `date` and the " +
					"boolean `last_day_of_the_month`. All others are strings.",
			},
			"timeouts": readTimeout(ctx, "30m"),
		}, []attribute{
			{
				name: "report_identifier", valueType: types.StringType, required: true,
				description:      "Identifier of the report, as the report history lists it: 32 to 36 hex digits and hyphens.",
				stringValidators: []validator.String{identifierValidator()},
			},
			text("report_display_name", "Name of the report."),
			text("created_by_user_id", "Identifier of the user who created the report: a string, whether the API writes it as "+
				"a string or as a number."),
			text("created_by_user_name", "Name of the user who created the report."),
			text("created_date", "When the report was created, as the API writes it: `2026-01-13 02:15:48`, without a zone."),
			text("next_run_date", "When the report runs next, a date such as `2026-12-01`; null if it does not."),
			{
				name: "formats", valueType: textsType, computed: true,
				description: "Formats that the report was created with; the API's array `format`, which has one.",
			},
			text("status", "`ACTIVE` for a report in use. The report history has other values."),
			{
				name: "notification_emails", valueType: textsType, computed: true,
				description: "Addresses that DigiCert notifies of new runs.",
			},
		}),
	}
}

func (d *reportDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.provider = configured
}

func (d *reportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data reportDataSourceModel
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

	report, err := client.Report(ctx, data.ReportIdentifier.ValueString())
	if err != nil {
		resp.Diagnostics.Append(errorContext{
			subject: path.Root("report_identifier"),
			lines:   []string{"Report: " + data.ReportIdentifier.ValueString()},
		}.diagnostic(err, client))
		return
	}
	data.setReport(report)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

// setReport sets the details of a report. The identifier keeps the user's spelling.
func (data *reportDataSourceModel) setReport(report reportlibrary.Report) {
	data.ReportDisplayName = textValue(report.ReportDisplayName)
	data.CreatedByUserID = textValue(report.CreatedByUserID)
	data.CreatedByUserName = textValue(report.CreatedByUserName)
	data.CreatedDate = textValue(report.CreatedDate)
	data.ReportMetadata = reportMetadataValue(report.Metadata)
	data.Schedule = reportScheduleValue(report.Schedule)
	data.NextRunDate = textValue(report.NextRunDate)
	data.Formats = textsValue(report.Formats)
	data.Status = textValue(report.Status)
	data.NotificationEmails = textsValue(report.NotificationEmails)
}
