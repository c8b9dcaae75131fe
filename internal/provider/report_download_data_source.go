package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ datasource.DataSource              = (*reportDownloadDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*reportDownloadDataSource)(nil)
)

func newReportDownloadDataSource() datasource.DataSource { return &reportDownloadDataSource{} }

type reportDownloadDataSource struct {
	provider *configuredProvider
}

type reportDownloadDataSourceModel struct {
	reportArguments
	contentFacts
	reportContent
	IncludeContent  types.Bool     `tfsdk:"include_content"`
	MaxContentBytes types.Int64    `tfsdk:"max_content_bytes"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

func (d *reportDownloadDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_report_download"
}

func (d *reportDownloadDataSource) Schema(
	ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Downloads a report run and returns the hashes of its content. It saves no file.\n\nIt is " +
			"read at every plan, so it needs the run and the API key at every plan: for runs past their 90 days, and for " +
			"pipelines that must plan offline, keep a `digicert_report_file` instead. `terraform destroy -refresh=false` " +
			"skips data sources.",
		Attributes: attributesFor(attribute.forDataSource, map[string]schema.Attribute{
			"timeouts": readTimeout(ctx, "30m"),
		}, reportArgumentAttributes(), contentFactAttributes(), reportContentAttributes(), []attribute{
			{
				name: "include_content", valueType: types.BoolType,
				description: "Returns the content itself too, in `content` and `content_base64`. It is stored in the state " +
					"then. Defaults to `false`.",
			},
			maxContentBytesAttribute(),
		}),
	}
}

func (d *reportDownloadDataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	d.provider = configured
}

func (d *reportDownloadDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	var data reportDownloadDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	timeout, diags := data.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(d.provider.loggingContext(ctx), timeout)
	defer cancel()

	var limit int64
	if data.IncludeContent.ValueBool() {
		limit = int64Or(data.MaxContentBytes, defaultMaxContentBytes)
	}
	data.contentFacts, data.reportContent, diags = d.provider.fetch(
		ctx, data.reportArguments, limit, path.Root("timeouts").AtName("read"))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}
