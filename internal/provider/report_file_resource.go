package provider

import (
	"cmp"
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

var (
	_ resource.Resource                   = (*reportFileResource)(nil)
	_ resource.ResourceWithConfigure      = (*reportFileResource)(nil)
	_ resource.ResourceWithIdentity       = (*reportFileResource)(nil)
	_ resource.ResourceWithImportState    = (*reportFileResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*reportFileResource)(nil)
	_ resource.ResourceWithMoveState      = (*reportFileResource)(nil)
	_ resource.ResourceWithValidateConfig = (*reportFileResource)(nil)
)

// The values of on_missing.
const (
	onMissingRestore = "restore"
	onMissingIgnore  = "ignore"
)

// The modes of what is created where the configuration names none.
const (
	defaultFileMode            = 0o600
	defaultDirectoryPermission = "0700"
)

// fileTypeName is what a configuration calls the resource.
const fileTypeName = "digicert_report_file"

func newReportFileResource() resource.Resource { return &reportFileResource{} }

type reportFileResource struct {
	provider *configuredProvider
}

type reportFileModel struct {
	reportArguments
	contentFacts
	Filename            types.String   `tfsdk:"filename"`
	Directory           types.String   `tfsdk:"directory"`
	FilePermission      types.String   `tfsdk:"file_permission"`
	DirectoryPermission types.String   `tfsdk:"directory_permission"`
	Overwrite           types.Bool     `tfsdk:"overwrite"`
	OnMissing           types.String   `tfsdk:"on_missing"`
	KeepFiles           types.Bool     `tfsdk:"keep_files"`
	Path                types.String   `tfsdk:"path"`
	Present             types.Bool     `tfsdk:"present"`
	DownloadedAt        types.String   `tfsdk:"downloaded_at"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
}

func (r *reportFileResource) Metadata(
	_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse,
) {
	resp.TypeName = fileTypeName
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *reportFileResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Saves a report run as a local file and keeps it true: a plan notices when the file is " +
			"gone or edited, and the next apply restores it in place, verified against the recorded hash.",
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
					description: "When the content was downloaded, in RFC 3339 and UTC. Null if nobody observed the download.",
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
			Validators: []validator.String{
				stringvalidator.RegexMatches(regexp.MustCompile(`[^/\\]$`), "must be the path of a file, not of a folder"),
			},
		},
		"directory": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Folder of the file, which is named after the report: the stem of `suggested_filename` " +
				"(or the report identifier), the first 8 characters of the run identifier, `part` and number for a part of a " +
				"split run, and the format's extension, as in `Monthly orders-2026-11-01-1a2b3c4d.csv`. A date in it is the " +
				"server's.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"file_permission": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Mode of the file in octal, such as `\"0640\"`: exact whatever the umask, and watched: " +
				"another mode on disk is a " +
				"change. Without it the file is written with `0600` and its mode is not watched afterwards. No effect on Windows.",
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
			MarkdownDescription: "Accepts an empty answer as an empty content. Without it an answer without content, or " +
				"with just the words `No content`, is an error: an empty file is no evidence. Defaults to `false`.",
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
			MarkdownDescription: "What happens when the file is missing: `restore` plans to download it again, " +
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

// ValidateConfig sees to it that a file has one place. The library's validator for that takes half of a validation's
// time.
func (r *reportFileResource) ValidateConfig(
	_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	attributes, diags := rawAttributes(req.Config.Raw)
	resp.Diagnostics.Append(diags...)
	filename, directory := attributes["filename"], attributes["directory"]
	switch {
	case diags.HasError() || !filename.IsKnown() || !directory.IsKnown():
	case filename.IsNull() && directory.IsNull():
		resp.Diagnostics.AddError("Invalid Attribute Combination", "A saved report needs a place: set filename or directory.")
	case !filename.IsNull() && !directory.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("directory"), "Invalid Attribute Combination", "A saved report "+
			"has one place: set either filename or directory.")
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

	change := &fileChange{
		provider: r.provider, plan: plan, next: plan, timeout: path.Root("timeouts").AtName("create"),
		owner: atomicfile.NewOwner(),
	}
	defer change.end()
	change.download(ctx, false)
	resp.Diagnostics.Append(change.store(ctx, &resp.State, resp.Identity, resp.Private)...)
}

func (r *reportFileResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	recorded, diags := recordedIn(req.State.Raw)
	resp.Diagnostics.Append(diags...)
	modeIgnored, diags := readNote[bool](ctx, req.Private, noteModeIgnored)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, diags := recorded.look(ctx, modeIgnored)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(found.warning(recorded)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, req.State.Raw)...)
	before, diags := req.Private.GetKey(ctx, noteFound)
	resp.Diagnostics.Append(diags...)
	if found.Disk == diskUnchanged && recorded.present && len(before) == 0 {
		return // unchanged; writing the state costs more than hashing a small file
	}
	resp.Diagnostics.Append(writeNote(ctx, resp.Private, noteFound, found, found.Disk == diskUnchanged)...)
	if found.Disk == diskMissing && recorded.ignoresMissing {
		return
	}
	if present := found.Disk == diskUnchanged; present != recorded.present {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("present"), present)...)
	}
}

func (r *reportFileResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() {
		return // a destroy asks nothing of the plan
	}
	found, diags := readNote[foundFile](ctx, req.Private, noteFound)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if found.Disk == diskUnchanged && req.Plan.Raw.Equal(req.State.Raw) {
		resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, req.Plan.Raw)...)
		return // nothing has changed
	}
	var (
		plan  reportFileModel
		state *reportFileModel
	)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	next, _ := planFile(state, plan, found.Disk)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &next)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, resp.Plan.Raw)...)
}

func (r *reportFileResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state reportFileModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(r.provider.loggingContext(ctx), timeout)
	defer cancel()

	modeIgnored, diags := readNote[bool](ctx, req.Private, noteModeIgnored)
	resp.Diagnostics.Append(diags...)
	owner, diags := readNote[string](ctx, req.Private, noteOwner)
	resp.Diagnostics.Append(diags...)
	change := &fileChange{
		provider: r.provider, plan: plan, state: &state, modeIgnored: modeIgnored,
		owner:   cmp.Or(owner, atomicfile.NewOwner()),
		timeout: path.Root("timeouts").AtName("update"),
	}
	defer change.end()
	change.update(ctx)
	resp.Diagnostics.Append(change.store(ctx, &resp.State, resp.Identity, resp.Private)...)
}

func (r *reportFileResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state reportFileModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.KeepFiles.ValueBool() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout) // somebody may keep the folder locked
	defer cancel()
	owner, diags := readNote[string](ctx, req.Private, noteOwner)
	resp.Diagnostics.Append(diags...)
	outcome, err := r.provider.removeFile(ctx, state, owner)
	switch {
	case err != nil:
		resp.Diagnostics.AddError("File Not Removed", fmt.Sprintf("Removing the saved report failed: %s.\n\nMake the "+
			"file and its folder accessible, or set keep_files to leave it where it is.", err))
	case outcome == atomicfile.Shared:
		resp.Diagnostics.Append(sharedFileWarning(state.Path.ValueString()))
	case outcome == atomicfile.Changed:
		resp.Diagnostics.AddWarning("Edited File Stays", fmt.Sprintf("%s no longer holds the content that was "+
			"recorded, so it is not removed. It is no longer managed; remove it by hand if nobody needs it.\n\nRecorded: "+
			"%s",
			state.target(), state.ContentSHA256.ValueString()))
	}
}
