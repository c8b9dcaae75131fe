package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

var (
	_ resource.Resource                = (*reportArchiveResource)(nil)
	_ resource.ResourceWithConfigure   = (*reportArchiveResource)(nil)
	_ resource.ResourceWithImportState = (*reportArchiveResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*reportArchiveResource)(nil)
)

const archiveTypeName = "digicert_report_archive"

// archiveTimeout limits an apply of an archive without timeouts.
const archiveTimeout = 90 * time.Minute

func newReportArchiveResource() resource.Resource { return &reportArchiveResource{} }

type reportArchiveResource struct {
	provider *configuredProvider
}

type reportArchiveModel struct {
	ReportIdentifier    types.String   `tfsdk:"report_identifier"`
	ReportFormat        types.String   `tfsdk:"report_format"`
	Directory           types.String   `tfsdk:"directory"`
	StartedAfter        types.String   `tfsdk:"started_after"`
	Timestamp           types.Bool     `tfsdk:"timestamp"`
	OnMissing           types.String   `tfsdk:"on_missing"`
	FilePermission      types.String   `tfsdk:"file_permission"`
	DirectoryPermission types.String   `tfsdk:"directory_permission"`
	MaxDownloadBytes    types.Int64    `tfsdk:"max_download_bytes"`
	AllowEmpty          types.Bool     `tfsdk:"allow_empty"`
	KeepFiles           types.Bool     `tfsdk:"keep_files"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
	archiveFacts
}

// archiveFacts are the computed attributes of an archive.
type archiveFacts struct {
	Runs               types.Map    `tfsdk:"runs"`
	Complete           types.Bool   `tfsdk:"complete"`
	NewestRunEndTime   types.String `tfsdk:"newest_run_end_time"`
	Sequence           types.Int64  `tfsdk:"sequence"`
	ManifestPath       types.String `tfsdk:"manifest_path"`
	SHA256SumsPath     types.String `tfsdk:"sha256sums_path"`
	TimestampPath      types.String `tfsdk:"timestamp_path"`
	SHA256             types.String `tfsdk:"sha256"`
	TimestampedAt      types.String `tfsdk:"timestamped_at"`
	TimestampSigner    types.String `tfsdk:"timestamp_signer"`
	TimestampExpiresAt types.String `tfsdk:"timestamp_expires_at"`
	ManifestJSON       types.String `tfsdk:"manifest_json"`
	SHA256Sums         types.String `tfsdk:"sha256sums"`
	TimestampBase64    types.String `tfsdk:"timestamp_base64"`
}

func (r *reportArchiveResource) Metadata(
	_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = archiveTypeName
}

func (r *reportArchiveResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = reportArchiveSchema(ctx)
}

func (r *reportArchiveResource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.provider = configured
}

func (r *reportArchiveResource) Create(
	ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse,
) {
	var plan reportArchiveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, archiveTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(r.provider.loggingContext(ctx), timeout)
	defer cancel()

	change := &archiveChange{provider: r.provider, plan: plan, timeout: "create"}
	change.create(ctx)
	resp.Diagnostics.Append(change.store(ctx, &resp.State, resp.Private)...)
}

func (r *reportArchiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state reportArchiveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	stored, diags := readArchivePrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	look := &archiveLook{provider: r.provider, state: state, before: state, stored: stored}
	look.look(r.provider.loggingContext(ctx))
	resp.Diagnostics.Append(look.store(ctx, &resp.State, resp.Private)...)
}

func (r *reportArchiveResource) Update(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse,
) {
	var plan, state reportArchiveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, archiveTimeout)
	resp.Diagnostics.Append(diags...)
	stored, diags := readArchivePrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(r.provider.loggingContext(ctx), timeout)
	defer cancel()

	change := &archiveChange{provider: r.provider, plan: plan, state: &state, stored: stored, timeout: "update"}
	change.update(ctx)
	resp.Diagnostics.Append(change.store(ctx, &resp.State, resp.Private)...)
}

func (r *reportArchiveResource) Delete(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse,
) {
	var state reportArchiveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	stored, diags := readArchivePrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || state.KeepFiles.ValueBool() {
		return
	}
	record, diags := state.record(stored)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, archiveTimeout)
	defer cancel()
	kept, err := archive.Remove(ctx, state.folder(), record)
	resp.Diagnostics.Append(removalDiagnostics(state, kept, err)...)
}
