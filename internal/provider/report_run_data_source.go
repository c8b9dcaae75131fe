package provider

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// defaultRunTimeout is long enough to wait for a run, which can take over an hour.
const defaultRunTimeout = 90 * time.Minute

// maxParts is the greatest plausible number of parts: a thousand million rows.
const maxParts = 10_000

var (
	_ datasource.DataSource                     = (*reportRunDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*reportRunDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*reportRunDataSource)(nil)
)

func newReportRunDataSource() datasource.DataSource { return &reportRunDataSource{} }

type reportRunDataSource struct {
	provider *configuredProvider
	// firstPause is the pause after the first poll; 0 means the client's default.
	firstPause time.Duration
}

type reportRunDataSourceModel struct {
	reportRecord
	StartedAfter  types.String   `tfsdk:"started_after"`
	WaitForReady  types.Bool     `tfsdk:"wait_for_ready"`
	ReportEndTime types.String   `tfsdk:"report_end_time"`
	Parts         types.Map      `tfsdk:"parts"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

func (d *reportRunDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_report_run"
}

func (d *reportRunDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds one run of a report: the newest with status `READY`, by `report_end_date`, then by " +
			"`report_start_date`. A newer run that is `FAILED` is a warning.\n\n" +
			"The report is named by either `report_identifier` or `report_display_name`. Two reports of one name are an error " +
			"that lists both identifiers.",
		Attributes: attributesFor(attribute.forDataSource, map[string]schema.Attribute{
			"report_identifier": argumentAndResult("Identifier of the report: 32 to 36 hex digits and hyphens. Exactly one of "+
				"it and `report_display_name` has to be set.", identifierValidator()),
			"report_display_name": argumentAndResult("Name of the report, compared exactly. Exactly one of it and "+
				"`report_identifier` has to be set.", stringvalidator.LengthAtLeast(1)),
			"report_type": argumentAndResult("Type of the report, such as `orders`. Set it to look at reports of this type "+
				"only.", reportTypeValidator()),
			"schedule": argumentAndResult("`ON_DEMAND`, `WEEKLY` or `MONTHLY`. Set it to look at reports with this schedule "+
				"only.", stringvalidator.OneOf(reportlibrary.Schedules()...)),
			"timeouts": readTimeout(ctx, "90m"),
		}, reportRecordAttributes(), []attribute{
			{
				name: "started_after", valueType: types.StringType,
				description: "Considers only runs that started on or after this date, such as `2026-11-01`, or after this time, " +
					"such as `2026-11-01 08:30:00`. It is compared with `report_start_date` as the API writes it, without a zone.",
				stringValidators: []validator.String{startedAfter{}},
			},
			{
				name: "wait_for_ready", valueType: types.BoolType,
				description: "Waits while the newest run is `GENERATING`, and with `started_after` also for a first run, " +
					"until `timeouts.read`. Polls after 5 seconds, then at growing intervals of up to 60 seconds, and once more " +
					"before the timeout. A poll that fails because of the network, a status 5xx or 429 does not end the wait. If " +
					"the newest run is or becomes `FAILED`, or the history does not list the report within 2 minutes, that is an " +
					"error. Without it, the newest run that is `READY` now is " +
					"chosen. " +
					"Defaults to `false`.",
			},
			{
				name: "report_end_time", valueType: types.StringType, computed: true,
				description: "`report_end_date` as RFC 3339 in UTC, the zone that DigiCert's dates are said to be in, for " +
					"functions such as `timecmp`; null if it is not a date.",
			},
			{
				name: "parts", valueType: types.MapType{ElemType: types.Int64Type}, computed: true,
				description: "The parts of the run, for `for_each`, so that `split_report_sequence = each.value` serves every " +
					"run: `{\"0\" = null}` for a run that is not split, `{\"0\" = 0, \"1\" = 1}` for one in two parts.",
			},
		}),
	}
}

func (d *reportRunDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("report_identifier"), path.MatchRoot("report_display_name")),
	}
}

func (d *reportRunDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.provider = configured
}

func (d *reportRunDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data reportRunDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	timeout, diags := data.Timeouts.Read(ctx, defaultRunTimeout)
	resp.Diagnostics.Append(diags...)
	client, diags := d.provider.reportLibrary()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(d.provider.loggingContext(ctx), timeout)
	defer cancel()

	question, request := data.errorContext(), data.request()
	request.FirstPause = d.firstPause
	choice, err := client.FindRun(ctx, request)
	if err != nil {
		resp.Diagnostics.Append(question.diagnostic(err, client))
		return
	}
	if count := choice.Run.SplitReportCount; count != nil && *count > maxParts {
		resp.Diagnostics.AddError("Response Not Understood", fmt.Sprintf(
			"The report history lists %d parts for the run, more than a report can have.", *count))
		return
	}
	if choice.NewerFailed != nil {
		resp.Diagnostics.Append(newerFailedDiagnostic(*choice.NewerFailed, question, client))
	}
	data.setRun(choice.Run)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

func (data *reportRunDataSourceModel) request() reportlibrary.RunRequest {
	return reportlibrary.RunRequest{
		ReportIdentifier:  data.ReportIdentifier.ValueString(),
		ReportDisplayName: data.ReportDisplayName.ValueString(),
		ReportType:        data.ReportType.ValueString(),
		Schedule:          data.Schedule.ValueString(),
		StartedAfter:      data.StartedAfter.ValueString(),
		WaitForReady:      data.WaitForReady.ValueBool(),
	}
}

// errorContext returns the facts of the request for a diagnostic.
func (data *reportRunDataSourceModel) errorContext() errorContext {
	q := errorContext{}
	for _, argument := range []struct {
		label, name string
		value       types.String
	}{
		{"Report", "report_identifier", data.ReportIdentifier}, {"Report", "report_display_name", data.ReportDisplayName},
		{"Type", "", data.ReportType}, {"Schedule", "", data.Schedule}, {"Started after", "", data.StartedAfter},
	} {
		if argument.value.IsNull() {
			continue
		}
		if argument.name != "" {
			q.subject = path.Root(argument.name)
		}
		q.lines = append(q.lines, argument.label+": "+argument.value.ValueString())
	}
	return q
}

// setRun sets the attributes of the chosen run. Arguments keep the user's spelling.
func (data *reportRunDataSourceModel) setRun(run reportlibrary.Record) {
	arguments := data.reportRecord
	data.reportRecord = newReportRecord(run)
	for result, argument := range map[*types.String]types.String{
		&data.ReportIdentifier: arguments.ReportIdentifier, &data.ReportDisplayName: arguments.ReportDisplayName,
		&data.ReportType: arguments.ReportType, &data.Schedule: arguments.Schedule,
	} {
		if !argument.IsNull() {
			*result = argument
		}
	}
	data.ReportEndTime = types.StringNull()
	if end, ok := run.EndTime(); ok {
		data.ReportEndTime = types.StringValue(end.Format(time.RFC3339))
	}
	data.Parts = partsValue(data.SplitReportCount.ValueInt64())
}

// partsValue maps the parts of a run to their numbers. The only part of an unsplit run has the number null.
func partsValue(count int64) types.Map {
	parts := map[string]attr.Value{}
	for part := range count {
		parts[strconv.FormatInt(part, 10)] = types.Int64Value(part)
	}
	if len(parts) == 0 {
		parts["0"] = types.Int64Null()
	}
	return types.MapValueMust(types.Int64Type, parts)
}

// argumentAndResult is an optional attribute that contains the result if it is not set.
func argumentAndResult(description string, check validator.String) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: description, Validators: []validator.String{check},
	}
}

// startedAfter validates a date or a time in the API's format.
type startedAfter struct{}

func (v startedAfter) Description(context.Context) string {
	return `must be a date such as "2026-11-01" or a time such as "2026-11-01 08:30:00"`
}

func (v startedAfter) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v startedAfter) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	runStringCheck(v, req, resp)
}

func (v startedAfter) check(value string) (string, string) {
	if reportlibrary.CheckStartedAfter(value) == nil {
		return "", ""
	}
	return "Invalid Date", fmt.Sprintf(
		"%q is not a date as DigiCert writes it. Write a date such as %q or a time such as %q, without a zone.",
		value, "2026-11-01", "2026-11-01 08:30:00")
}
