package provider

import (
	"cmp"
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

var (
	_ resource.Resource                     = (*reportFileResource)(nil)
	_ resource.ResourceWithConfigure        = (*reportFileResource)(nil)
	_ resource.ResourceWithConfigValidators = (*reportFileResource)(nil)
	_ resource.ResourceWithIdentity         = (*reportFileResource)(nil)
	_ resource.ResourceWithImportState      = (*reportFileResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*reportFileResource)(nil)
	_ resource.ResourceWithMoveState        = (*reportFileResource)(nil)
)

const (
	onMissingRestore = savedfile.OnMissingRestore
	onMissingIgnore  = savedfile.OnMissingIgnore
)

// defaultDirectoryPermission is the mode of created folders.
const defaultDirectoryPermission = "0700"

// The keys of the private state.
const (
	// keyFound stores the difference that Read found between disk and record.
	keyFound = "found"
	// keyModeIgnored means that the file system does not support modes.
	keyModeIgnored = "mode_ignored"
	// keyOwner identifies the resource as an owner of files, so that a removal keeps a file that another owner took.
	keyOwner = "owner"
)

const fileTypeName = "digicert_report_file"

func newReportFileResource() resource.Resource { return &reportFileResource{} }

type reportFileResource struct {
	provider *configuredProvider
}

func (r *reportFileResource) Metadata(
	_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = fileTypeName
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *reportFileResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Saves a report run as a local file, detects later changes, and repairs them: a plan " +
			"shows a missing or modified file as one change in place, and the next apply restores it, verified against the " +
			"recorded hash.",
		Attributes: attributesFor(attribute.forResource, reportFileOwnAttributes(ctx),
			reportArgumentAttributes(), contentFactAttributes(), []attribute{
				{
					name: "path", valueType: types.StringType, computed: true,
					description: "Path of the file: `filename` as written, or `directory` joined with the file's name by `/`. Never " +
						"made absolute. A backslash separates folders on every system, so that one state serves Windows and Linux.",
				},
				{
					name: "present", valueType: types.BoolType, computed: true,
					description: "Whether the file is on disk with the recorded content, and with the mode if `file_permission` " +
						"is set. Under `on_missing = \"ignore\"` a missing file does not change it.",
				},
				{
					name: "downloaded_at", valueType: types.StringType, computed: true,
					description: "When the content was downloaded, in RFC 3339 and UTC. Null for imported and moved files.",
				},
			}),
	}
}

func reportFileOwnAttributes(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"filename": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of the file. Missing folders are created. Exactly one of `filename` and `directory` " +
				"is required.",
			Validators: []validator.String{pathText{file: true}},
		},
		"directory": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Folder of the file, which is named after the report: the stem of `suggested_filename` " +
				"(or the report identifier), the first 8 characters of the run identifier, `part` and number for a part of a " +
				"split run, and the format's extension, as in `Monthly orders-2026-11-01-1a2b3c4d.csv`. A date in it is the " +
				"server's.",
			Validators: []validator.String{pathText{}},
		},
		"file_permission": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Mode of the file in octal, such as `\"0640\"`: exact, independent of the umask, and " +
				"watched: another mode on disk is a change. Without it the file is written with `0600` and its " +
				"mode is not watched afterwards. No effect on Windows.",
			Validators: []validator.String{fileModeValidator()},
		},
		"directory_permission": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(defaultDirectoryPermission),
			MarkdownDescription: "Mode of folders that are created, in octal; folders that exist stay as they are. " +
				"Defaults to `\"0700\"`. No " +
				"effect on Windows.",
			Validators: []validator.String{directoryModeValidator()},
		},
		"allow_empty": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Accepts an empty response as an empty report. Without it, a response without a body, or " +
				"with just the words `No content`, is an error. Defaults to `false`.",
		},
		"overwrite": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Replaces a file with other content that is already at a path which this resource has " +
				"not written. Without it that is an error. A file with the same content (for `ZIP`: the same " +
				"`members_sha256`) is adopted as it is, either way, with a warning. Defaults to `false`.",
		},
		"on_missing": schema.StringAttribute{
			Optional: true,
			Computed: true,
			Default:  stringdefault.StaticString(onMissingRestore),
			MarkdownDescription: "How a missing file is treated: `restore` plans to download it again, " +
				"`ignore` plans nothing, for pipelines that keep the files elsewhere. A modified file is restored either way. " +
				"Defaults to `restore`.",
			Validators: []validator.String{stringvalidator.OneOf(onMissingRestore, onMissingIgnore)},
		},
		"keep_files": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Never removes a file: on destroy, and when the path changes, the old one stays. " +
				"Defaults to `false`, which removes a file only if it still holds the recorded content.",
		},
		"timeouts": fileTimeouts(ctx),
	}
}

func (r *reportFileResource) Configure(
	_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse,
) {
	configured, diags := configuredFrom(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.provider = configured
}

func (r *reportFileResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.ExactlyOneOf(path.MatchRoot("filename"), path.MatchRoot("directory")),
	}
}

func (r *reportFileResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan reportFileModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(r.provider.loggingContext(ctx), timeout)
	defer cancel()
	state := fileState{&resp.State, resp.Identity, resp.Private}
	resp.Diagnostics.Append(r.apply(ctx, &plan, nil, state, savedfile.Change{}, messagesFor(&plan, "create"))...)
}

func (r *reportFileResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	attributes, diags := rawAttributes(req.State.Raw)
	resp.Diagnostics.Append(diags...)
	record, diags := rawRecord(attributes)
	resp.Diagnostics.Append(diags...)
	modeIgnored, diags := readPrivate[bool](ctx, req.Private, keyModeIgnored)
	resp.Diagnostics.Append(diags...)
	before, diags := req.Private.GetKey(ctx, keyFound)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	disk, err := savedfile.Inspect(ctx, record, modeIgnored)
	if err != nil {
		resp.Diagnostics.Append(fileMessages{args: recordedArguments(ctx, req.State)}.failure(err)...)
		return
	}
	if disk.State != savedfile.Unchanged {
		resp.Diagnostics.Append(diskWarnings(record, disk, recordedArguments(ctx, req.State))...)
	}
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, req.State.Raw)...)
	unchanged := disk.State == savedfile.Unchanged
	if !unchanged || len(before) > 0 {
		resp.Diagnostics.Append(writePrivate(ctx, resp.Private, keyFound, disk, unchanged)...)
	}
	// Compare first, because writing the state takes longer than hashing a small file.
	if present := record.PresentOn(disk); present != record.Present {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("present"), present)...)
	}
}

// recordedArguments returns the arguments in state for a message; empty if they can't be read.
func recordedArguments(ctx context.Context, state tfsdk.State) reportArguments {
	var model reportFileModel
	_ = state.Get(ctx, &model)
	return model.reportArguments
}

func (r *reportFileResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() {
		return // a destroy plans nothing
	}
	disk, diags := readPrivate[savedfile.Disk](ctx, req.Private, keyFound)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if disk.State == savedfile.Unchanged && req.Plan.Raw.Equal(req.State.Raw) {
		resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, req.Plan.Raw)...)
		return // nothing has changed
	}
	var (
		plan   reportFileModel
		state  *reportFileModel
		record *savedfile.Record
	)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		record = new(state.record())
	}
	next := plan.planned(state, savedfile.Decide(plan.spec(), record, disk.State))
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &next)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, resp.Plan.Raw)...)
}

func (r *reportFileResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state reportFileModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	modeIgnored, diags := readPrivate[bool](ctx, req.Private, keyModeIgnored)
	resp.Diagnostics.Append(diags...)
	owner, diags := readPrivate[string](ctx, req.Private, keyOwner)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(r.provider.loggingContext(ctx), timeout)
	defer cancel()
	next := fileState{&resp.State, resp.Identity, resp.Private}
	change := savedfile.Change{Record: new(state.record()), Owner: owner, ModeIgnored: modeIgnored}
	resp.Diagnostics.Append(r.apply(ctx, &plan, &state, next, change, messagesFor(&plan, "update"))...)
}

// fileState contains the recorded parts of a resource.
type fileState struct {
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	private  privateWriter
}

// apply applies the plan and records the result. After an error the state stays unchanged.
func (r *reportFileResource) apply(
	ctx context.Context, plan, state *reportFileModel, into fileState, change savedfile.Change, messages fileMessages,
) diag.Diagnostics {
	change.Spec, change.Planned = plan.spec(), plan.plannedContent()
	change.Source = reportSource{provider: r.provider, args: plan.reportArguments}
	change.Registry, change.Owner = r.provider.registry, cmp.Or(change.Owner, atomicfile.NewOwner())
	change.Label = strings.Join(plan.context(), "\n")
	result, err := change.Apply(ctx)
	diags := messages.warnings(result.Warnings)
	if err != nil {
		diags.Append(messages.failure(err)...)
		return diags
	}
	next := plan.applied(state, result)
	missing := savedfile.Disk{State: savedfile.Missing}
	diags.Append(writePrivate(ctx, into.private, keyFound, missing, !result.Missing)...)
	diags.Append(writePrivate(ctx, into.private, keyModeIgnored, true, !result.ModeIgnored)...)
	diags.Append(writePrivate(ctx, into.private, keyOwner, change.Owner, false)...)
	diags.Append(into.state.Set(ctx, &next)...)
	diags.Append(setFileIdentity(ctx, into.identity, into.state.Raw)...)
	return diags
}

func (r *reportFileResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state reportFileModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	owner, diags := readPrivate[string](ctx, req.Private, keyOwner)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || state.KeepFiles.ValueBool() {
		return
	}
	// Limit the wait, because another process may lock the folder.
	ctx, cancel := context.WithTimeout(r.provider.loggingContext(ctx), defaultTimeout)
	defer cancel()
	file := savedfile.SystemPath(state.Path.ValueString())
	outcome, err := r.provider.registry.Remove(ctx, file, state.ContentSHA256.ValueString(), owner)
	if err != nil {
		resp.Diagnostics.Append(notRemovedMessage(file, err).diagnostic(noRedaction))
		return
	}
	if l, ok := leftMessage(file, outcome, &state); ok {
		resp.Diagnostics.Append(l.warning())
	}
}
