package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// reportFileIdentity names a saved report across states. Every field can change in place.
type reportFileIdentity struct {
	ReportIdentifier    types.String `tfsdk:"report_identifier"`
	ReportRunIdentifier types.String `tfsdk:"report_run_identifier"`
	ReportFormat        types.String `tfsdk:"report_format"`
	SplitReportSequence types.Int64  `tfsdk:"split_report_sequence"`
	Path                types.String `tfsdk:"path"`
}

func (r *reportFileResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"report_identifier": identityschema.StringAttribute{
			RequiredForImport: true, Description: "Identifier of the report.",
		},
		"report_run_identifier": identityschema.StringAttribute{
			RequiredForImport: true, Description: "Identifier of the run.",
		},
		"report_format": identityschema.StringAttribute{
			RequiredForImport: true, Description: "Format of the file: CSV, JSON, EXCEL or ZIP.",
		},
		"split_report_sequence": identityschema.Int64Attribute{
			OptionalForImport: true, Description: "Part of a split run, from 0.",
		},
		"path": identityschema.StringAttribute{
			RequiredForImport: true, Description: "Path of the file.",
		},
	}}
}

// setFileIdentity sets the identity of a file, where the client knows of identities: those attributes of the file's
// state that the identity has too. As long as a part of it is unknown the identity stays as it was: Terraform takes no
// unknown one.
func setFileIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, file tftypes.Value) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	attributes, diags := rawAttributes(file)
	object, ok := identity.Schema.Type().TerraformType(ctx).(tftypes.Object)
	if diags.HasError() || !ok {
		return diags
	}
	if value, ok := identityOf(object, attributes); ok {
		identity.Raw = value
	}
	return nil
}

// identityOf picks an identity from the attributes of a file's state; false as long as a part of it is unknown.
func identityOf(identity tftypes.Object, attributes map[string]tftypes.Value) (tftypes.Value, bool) {
	values := make(map[string]tftypes.Value, len(identity.AttributeTypes))
	for name := range identity.AttributeTypes {
		if !attributes[name].IsKnown() {
			return tftypes.Value{}, false
		}
		values[name] = attributes[name]
	}
	return tftypes.NewValue(identity, values), true
}

const importFormat = "'<report>,<run>,<format>,<sequence or empty>,<path>'"

func (r *reportFileResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	var identity reportFileIdentity
	if req.ID != "" {
		var problem string
		if identity, problem = parseImportID(req.ID); problem != "" {
			resp.Diagnostics.AddError("Invalid Import Identifier",
				fmt.Sprintf("The import identifier is %s, with the path last: %s.", importFormat, problem))
			return
		}
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	}
	resp.Diagnostics.Append(identity.validate(ctx)...)
	if resp.Diagnostics.HasError() {
		return
	}
	target := systemPath(identity.Path.ValueString())
	if problem, ok := notImportable(target); ok {
		problem.lines = identity.arguments().context()
		resp.Diagnostics.Append(problem.diagnostic(noRedaction))
		return
	}
	state := adoptedFile(ctx, identity.Path.ValueString())
	state.ReportIdentifier, state.ReportRunIdentifier = identity.ReportIdentifier, identity.ReportRunIdentifier
	state.ReportFormat, state.SplitReportSequence = identity.ReportFormat, identity.SplitReportSequence
	resp.Diagnostics.Append(state.setContentOf(ctx, target)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, resp.State.Raw)...)
}

// notImportable says why there is no file at target to import.
func notImportable(target string) (letter, bool) {
	if obstacle := obstacleAt(target); obstacle != "" {
		return letter{
			summary: "Path Is Not A File", blame: path.Root("path"),
			what:   fmt.Sprintf("There is %s at %s, and only a regular file can be imported", obstacle, target),
			remedy: "Import the file under the path where it is, or move it to this path.",
		}, true
	}
	if _, err := os.Lstat(target); err != nil {
		return letter{
			summary: "File Not Found", blame: path.Root("path"),
			what: fmt.Sprintf("Importing %s failed: %s", target, err),
			remedy: "An import reads the file from disk and makes no request. Check the path (a relative one starts at the " +
				"root module's folder). Without a file there is nothing to import: apply the resource, and it downloads the run.",
		}, true
	}
	return letter{}, false
}

// arguments returns the part of the identity that names the run.
func (i reportFileIdentity) arguments() reportArguments {
	return reportArguments{
		ReportIdentifier: i.ReportIdentifier, ReportRunIdentifier: i.ReportRunIdentifier, ReportFormat: i.ReportFormat,
		SplitReportSequence: i.SplitReportSequence,
	}
}

// parseImportID takes an import identifier apart and says what is wrong with it.
func parseImportID(id string) (identity reportFileIdentity, problem string) {
	const parts = 5
	fields := strings.SplitN(id, ",", parts)
	if len(fields) < parts {
		return identity, fmt.Sprintf("there are %d parts instead of %d", len(fields), parts)
	}
	identity = reportFileIdentity{
		ReportIdentifier:    types.StringValue(fields[0]),
		ReportRunIdentifier: types.StringValue(fields[1]),
		ReportFormat:        types.StringValue(fields[2]),
		SplitReportSequence: types.Int64Null(),
		Path:                types.StringValue(fields[4]),
	}
	if fields[3] != "" {
		sequence, err := strconv.ParseInt(fields[3], 10, 64)
		if err != nil || sequence < 0 {
			return identity, fmt.Sprintf("the sequence %q is not a number from 0", fields[3])
		}
		identity.SplitReportSequence = types.Int64Value(sequence)
	}
	return identity, ""
}

// validate applies the configuration's own checks to an identity.
func (i reportFileIdentity) validate(ctx context.Context) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, field := range []struct {
		name  string
		value types.String
		check validator.String
	}{
		{"report_identifier", i.ReportIdentifier, identifierValidator()},
		{"report_run_identifier", i.ReportRunIdentifier, identifierValidator()},
		{"report_format", i.ReportFormat, formatValidator()},
	} {
		var resp validator.StringResponse
		field.check.ValidateString(ctx, validator.StringRequest{Path: path.Root(field.name), ConfigValue: field.value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
	if i.Path.ValueString() == "" {
		diags.AddAttributeError(path.Root("path"), "Invalid Import Identifier", "The path of the file to import is empty.")
	}
	return diags
}

// adoptedFile returns the state of a file that this provider did not write: defaults, and null for what nobody
// observed.
func adoptedFile(ctx context.Context, filename string) reportFileModel {
	model := reportFileModel{
		reportArguments: reportArguments{
			ReportIdentifier: types.StringNull(), ReportRunIdentifier: types.StringNull(), ReportFormat: types.StringNull(),
			SplitReportSequence: types.Int64Null(), ExpectedSHA256: types.StringNull(), MaxDownloadBytes: types.Int64Null(),
			AllowEmpty: types.BoolValue(false),
		},
		Filename:            types.StringValue(filename),
		Directory:           types.StringNull(),
		FilePermission:      types.StringNull(),
		DirectoryPermission: types.StringValue(defaultDirectoryPermission),
		Overwrite:           types.BoolValue(false),
		OnMissing:           types.StringValue(onMissingRestore),
		KeepFiles:           types.BoolValue(false),
		Path:                types.StringValue(filename),
		Present:             types.BoolValue(true),
		DownloadedAt:        types.StringNull(),
	}
	model.contentFacts = contentFacts{
		ContentSHA256: types.StringNull(), ContentBase64SHA256: types.StringNull(), ContentSHA512: types.StringNull(),
		ContentMD5: types.StringNull(), ContentSize: types.Int64Null(), ContentType: types.StringNull(),
		DeliveredFormat: types.StringNull(), Members: types.ListNull(memberType), MembersSHA256: types.StringNull(),
		SuggestedFilename: types.StringNull(),
	}
	if timeoutsType, ok := fileTimeouts(ctx).GetType().(timeouts.Type); ok {
		model.Timeouts = timeouts.Value{Object: types.ObjectNull(timeoutsType.AttrTypes)}
	}
	return model
}

// movedFromTypes are the resource types whose files can be taken over.
var movedFromTypes = []string{"local_file", "local_sensitive_file"}

// movedFromProvider is the last part of the addresses of the local provider: host and namespace differ between
// registries and mirrors.
const movedFromProvider = "/local"

func (r *reportFileResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveFromLocalFile}}
}

// moveFromLocalFile takes over the file of a local_file. The next plan takes the run from the configuration.
func moveFromLocalFile(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !slices.Contains(movedFromTypes, req.SourceTypeName) ||
		!strings.HasSuffix(req.SourceProviderAddress, movedFromProvider) {
		resp.Diagnostics.AddError("State Not Movable", fmt.Sprintf("A digicert_report_file can be moved from local_file or "+
			"local_sensitive_file of the local provider, of any registry or mirror, but not from %s of %s.\n\nReplace the moved "+
			"block by a removed block for the old resource (with lifecycle { destroy = false }, so that the file stays), and "+
			"import the file: %s.", req.SourceTypeName, req.SourceProviderAddress, importFormat))
		return
	}
	var source struct {
		Filename            string  `json:"filename"`
		ContentSHA256       *string `json:"content_sha256"`
		ContentBase64SHA256 *string `json:"content_base64sha256"`
		ContentSHA512       *string `json:"content_sha512"`
		ContentMD5          *string `json:"content_md5"`
	}
	if req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &source) != nil ||
		source.Filename == "" || source.ContentSHA256 == nil || *source.ContentSHA256 == "" {
		resp.Diagnostics.AddError("State Not Movable", fmt.Sprintf("The state of the %s has no filename or no "+
			"content_sha256, so its file can't be taken over. Refresh it with version 2.3.0 or later of hashicorp/local "+
			"first, or import the file: %s.",
			req.SourceTypeName, importFormat))
		return
	}
	state := adoptedFile(ctx, source.Filename)
	state.ContentSHA256 = types.StringPointerValue(source.ContentSHA256)
	state.ContentBase64SHA256 = types.StringPointerValue(source.ContentBase64SHA256)
	state.ContentSHA512 = types.StringPointerValue(source.ContentSHA512)
	state.ContentMD5 = types.StringPointerValue(source.ContentMD5)
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &state)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.TargetIdentity, resp.TargetState.Raw)...)
}
