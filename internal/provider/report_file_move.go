package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// movedFromTypes are the resource types that can be moved to this one.
var movedFromTypes = []string{"local_file", "local_sensitive_file"}

// movedFromProvider is the last part of the local provider's address. Host and namespace differ between registries and
// mirrors, and OpenTofu before 1.11.12 and 1.12.4 sends this part alone.
const movedFromProvider = "local"

func (r *reportFileResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveFromLocalFile}}
}

// moveFromLocalFile converts the state of a local_file. The next plan adds the run from the configuration.
func moveFromLocalFile(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !slices.Contains(movedFromTypes, req.SourceTypeName) ||
		!strings.HasSuffix("/"+req.SourceProviderAddress, "/"+movedFromProvider) {
		resp.Diagnostics.AddError("State Not Movable", fmt.Sprintf("A digicert_report_file can be moved from local_file or "+
			"local_sensitive_file of the local provider, of any registry or mirror, but not from %s of %s.\n\nReplace the "+
			"moved "+
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
	state := importedFile(ctx, source.Filename)
	state.ContentSHA256 = types.StringPointerValue(source.ContentSHA256)
	state.ContentBase64SHA256 = types.StringPointerValue(source.ContentBase64SHA256)
	state.ContentSHA512 = types.StringPointerValue(source.ContentSHA512)
	state.ContentMD5 = types.StringPointerValue(source.ContentMD5)
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &state)...)
	resp.Diagnostics.Append(setFileIdentity(ctx, resp.TargetIdentity, resp.TargetState.Raw)...)
}
