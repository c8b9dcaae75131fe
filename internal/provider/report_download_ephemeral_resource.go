package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ ephemeral.EphemeralResource              = (*reportDownloadEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithConfigure = (*reportDownloadEphemeralResource)(nil)
)

func newReportDownloadEphemeralResource() ephemeral.EphemeralResource {
	return &reportDownloadEphemeralResource{}
}

type reportDownloadEphemeralResource struct {
	provider *configuredProvider
}

type reportDownloadEphemeralResourceModel struct {
	reportArguments
	contentFacts
	reportContent
	MaxContentBytes types.Int64    `tfsdk:"max_content_bytes"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

func (e *reportDownloadEphemeralResource) Metadata(
	_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_report_download"
}

func (e *reportDownloadEphemeralResource) Schema(
	ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Downloads a report run and hands out its content without a trace in plan or state. " +
			"Requires Terraform 1.10 or OpenTofu 1.11. Terraform may open it more than once in a run, each time with a " +
			"download.",
		Attributes: attributesFor(attribute.forEphemeralResource, map[string]schema.Attribute{
			"timeouts": openTimeout(ctx),
		}, reportArgumentAttributes(), contentFactAttributes(), reportContentAttributes(),
			[]attribute{maxContentBytesAttribute()}),
	}
}

func (e *reportDownloadEphemeralResource) Configure(
	_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	e.provider = configured
}

func (e *reportDownloadEphemeralResource) Open(
	ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse,
) {
	var data reportDownloadEphemeralResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	timeout, diags := data.Timeouts.Open(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(e.provider.loggingContext(ctx), timeout)
	defer cancel()

	limit := int64Or(data.MaxContentBytes, defaultMaxContentBytes)
	data.contentFacts, data.reportContent, diags = e.provider.fetch(
		ctx, data.reportArguments, limit, path.Root("timeouts").AtName("open"))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &data)...)
}
