package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

const archiveImportFormat = "'<report>,<format>,<directory>'"

func (r *reportArchiveResource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	state, diags := newImportedArchive(ctx, req.ID)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	record, err := archive.ReadChain(ctx, state.folder(), state.ReportIdentifier.ValueString())
	if err != nil {
		resp.Diagnostics.Append(state.readDiagnostic(err))
		return
	}
	state.Timestamp = types.BoolValue(len(record.Newest.Token) > 0)
	var stored archivePrivateState
	stamp, diags := r.provider.savedStamp(ctx, &state, record)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(stored.keepManifest(record)...)
	state.setRecord(record, stamp)
	resp.Diagnostics.Append(stored.write(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// newImportedArchive returns the arguments of an import identifier, and defaults.
func newImportedArchive(ctx context.Context, id string) (reportArchiveModel, diag.Diagnostics) {
	var diags diag.Diagnostics
	fields := strings.SplitN(id, ",", 3)
	if len(fields) < 3 || fields[2] == "" {
		diags.AddError("Invalid Import Identifier", fmt.Sprintf(
			"The import identifier of an archive is %s, with the directory last.", archiveImportFormat))
		return reportArchiveModel{}, diags
	}
	state := reportArchiveModel{
		ReportIdentifier:    types.StringValue(fields[0]),
		ReportFormat:        types.StringValue(fields[1]),
		Directory:           types.StringValue(fields[2]),
		Timestamp:           types.BoolValue(false),
		OnMissing:           types.StringValue(onMissingRestore),
		DirectoryPermission: types.StringValue(defaultDirectoryPermission),
		AllowEmpty:          types.BoolValue(false),
		KeepFiles:           types.BoolValue(true),
	}
	state.Complete = types.BoolValue(true)
	if timeoutsType, ok := archiveTimeouts(ctx).GetType().(timeouts.Type); ok {
		state.Timeouts = timeouts.Value{Object: types.ObjectNull(timeoutsType.AttrTypes)}
	}
	for _, field := range []struct {
		name  string
		value types.String
		check validator.String
	}{
		{"report_identifier", state.ReportIdentifier, identifierValidator()},
		{"report_format", state.ReportFormat, reportFormat{}},
	} {
		var resp validator.StringResponse
		field.check.ValidateString(ctx, validator.StringRequest{Path: path.Root(field.name), ConfigValue: field.value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
	return state, diags
}
