package provider

import (
	"context"
	"fmt"
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

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// reportFileIdentity identifies a saved report across states. All fields can change in place.
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

// setFileIdentity sets the identity from a file's state if the client supports identities. It keeps the previous
// identity while a part is unknown, because Terraform rejects unknown identities.
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

// identityOf returns the identity from the attributes of a file's state; false while a part is unknown.
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
	state := importedFile(ctx, identity.Path.ValueString())
	state.ReportIdentifier, state.ReportRunIdentifier = identity.ReportIdentifier, identity.ReportRunIdentifier
	state.ReportFormat, state.SplitReportSequence = identity.ReportFormat, identity.SplitReportSequence
	found, err := savedfile.ReadContent(ctx, reportSource{args: state.reportArguments}, identity.Path.ValueString())
	if err != nil {
		messages := fileMessages{args: state.reportArguments, path: path.Root("path")}
		resp.Diagnostics.Append(messages.failure(err)...)
		return
	}
	state.setContent(state.format(), found)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.Identity, resp.State.Raw)...)
}

// parseImportID splits an import identifier. problem says why it is invalid.
func parseImportID(id string) (identity reportFileIdentity, problem string) {
	const parts = 5
	fields := strings.SplitN(id, ",", parts)
	if len(fields) < parts {
		return identity, fmt.Sprintf("%q has %s instead of %d. For an unsplit run the fourth is empty, so that two commas "+
			"follow each other", id, count(len(fields), "part"), parts)
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

// validate applies the schema's validators to an identity.
func (i reportFileIdentity) validate(ctx context.Context) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, field := range []struct {
		name  string
		value types.String
		check validator.String
	}{
		{"report_identifier", i.ReportIdentifier, identifierValidator()},
		{"report_run_identifier", i.ReportRunIdentifier, identifierValidator()},
		{"report_format", i.ReportFormat, reportFormat{}},
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

// importedFile returns the state of a file that this provider did not write: defaults, and null for facts of a
// download.
func importedFile(ctx context.Context, filename string) reportFileModel {
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
		ContentMD5: types.StringNull(), ContentSize: types.Int64Null(), RowCount: types.Int64Null(),
		Columns: types.ListNull(types.StringType), ContentType: types.StringNull(),
		DeliveredFormat: types.StringNull(), Members: types.ListNull(memberType), MembersSHA256: types.StringNull(),
		SuggestedFilename: types.StringNull(),
	}
	if timeoutsType, ok := fileTimeouts(ctx).GetType().(timeouts.Type); ok {
		model.Timeouts = timeouts.Value{Object: types.ObjectNull(timeoutsType.AttrTypes)}
	}
	return model
}
