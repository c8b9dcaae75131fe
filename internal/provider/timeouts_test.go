package provider

import (
	"os"
	"strings"
	"testing"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

func TestTimeouts_arePositive(t *testing.T) {
	t.Parallel()
	validators := map[string][]validator.String{}
	if nested, ok := fileTimeouts(t.Context()).(resource.SingleNestedAttribute); ok {
		for name, attribute := range nested.Attributes {
			if attribute, ok := attribute.(resource.StringAttribute); ok {
				validators["resource "+name] = attribute.Validators
			}
		}
	}
	if nested, ok := archiveTimeouts(t.Context()).(resource.SingleNestedAttribute); ok {
		if attribute, ok := nested.Attributes["create"].(resource.StringAttribute); ok {
			validators["archive"] = attribute.Validators
		}
	}
	if nested, ok := readTimeout(t.Context(), "30m").(datasource.SingleNestedAttribute); ok {
		if attribute, ok := nested.Attributes["read"].(datasource.StringAttribute); ok {
			validators["data source"] = attribute.Validators
		}
	}
	if nested, ok := openTimeout(t.Context()).(ephemeral.SingleNestedAttribute); ok {
		if attribute, ok := nested.Attributes["open"].(ephemeral.StringAttribute); ok {
			validators["ephemeral resource"] = attribute.Validators
		}
	}
	for _, where := range []string{"resource create", "resource update", "archive", "data source", "ephemeral resource"} {
		for value, want := range map[string]string{
			"1ms": "", "90m": "", "0": "too short", "0s": "too short", "-5m": "too short", "5": "not a duration",
		} {
			var got string
			for _, check := range validators[where] {
				var resp validator.StringResponse
				check.ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(value)}, &resp)
				for _, d := range resp.Diagnostics {
					got += d.Detail()
				}
			}
			if want == "" && got != "" || !strings.Contains(got, want) {
				t.Errorf("%s: %q: got %q, want %q", where, value, got, want)
			}
		}
	}
}

func TestTemporaryFolderDiagnostic(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err     error
		summary string
	}{
		{&atomicfile.SpaceError{Path: "/tmp", Need: 5, Free: 1}, "No Space Left"},
		{&atomicfile.TargetError{Path: "/tmp", Problem: atomicfile.TargetRefused}, "Temporary Folder Not Usable"},
	}
	for _, tt := range tests {
		got := temporaryFolderDiagnostic(savedModel(t).reportArguments, tt.err)
		if got.Summary() != tt.summary {
			t.Errorf("got %q, want %q", got.Summary(), tt.summary)
		}
		for _, want := range []string{tt.err.Error(), "TMP", "Temporary folder: " + os.TempDir()} {
			if !strings.Contains(got.Detail(), want) {
				t.Errorf("there is no %q in %q", want, got.Detail())
			}
		}
		if strings.Contains(got.Detail(), "replaced") {
			t.Errorf("a download that saves nothing speaks of a replacement: %q", got.Detail())
		}
	}
}
