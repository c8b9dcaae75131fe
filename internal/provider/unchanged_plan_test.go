package provider

import (
	"bytes"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestUnchangedPlans compares each plan that the framework did not make with the framework's own.
func TestUnchangedPlans(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	run := s.orders(january)
	c := s.newResource()
	server, ok := c.Server.(*unchangedPlans)
	if !ok {
		t.Fatalf("the server is a %T", c.Server)
	}
	config := map[string]any{
		"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": run.Format,
		"filename": filepath.Join(s.dir, "orders.csv"), "keep_files": true, "file_permission": "0640",
	}
	state, _ := c.Apply(tftest.State{}, config)
	recorded := c.Fields(state.Object)

	compare := func(name string, req tfprotov6.PlanResourceChangeRequest, want bool) {
		t.Helper()
		req.TypeName = fileTypeName
		_, taken := server.unchanged(&req)
		if taken != want {
			t.Errorf("%s: got a plan without the framework: %t, want %t", name, taken, want)
		}
		if !taken {
			return
		}
		got, err := server.PlanResourceChange(t.Context(), &req)
		c.Must(err, got.Diagnostics)
		framework, err := server.ProviderServer.PlanResourceChange(t.Context(), &req)
		c.Must(err, framework.Diagnostics)
		if !bytes.Equal(framework.PlannedState.MsgPack, got.PlannedState.MsgPack) ||
			!bytes.Equal(framework.PlannedPrivate, got.PlannedPrivate) ||
			!bytes.Equal(framework.PlannedIdentity.IdentityData.MsgPack, got.PlannedIdentity.IdentityData.MsgPack) ||
			len(framework.RequiresReplace) > 0 || framework.Deferred != nil || len(framework.Diagnostics) > 0 {
			t.Errorf("%s: the framework plans otherwise: %+v", name, framework)
		}
	}
	request := func(config map[string]any) tfprotov6.PlanResourceChangeRequest {
		return tfprotov6.PlanResourceChangeRequest{
			PriorState: state.Object, PriorIdentity: state.Identity, ProposedNewState: c.Proposed(recorded, config),
			Config: c.Config(config),
		}
	}

	compare("as it was", request(config), true)
	withoutIdentity := request(config)
	withoutIdentity.PriorIdentity = nil
	compare("no identity yet", withoutIdentity, true)
	owned := request(config)
	owned.PriorPrivate = []byte(`{"owner":"Im1lIg=="}`)
	compare("only the owner in the private state", owned, true)
	found := request(config)
	found.PriorPrivate = []byte(`{"found":"eyJkaXNrIjoibWlzc2luZyJ9","owner":"Im1lIg=="}`)
	compare("a refresh has found a change", found, false)
	destroyed := request(config)
	destroyed.ProposedNewState = c.None()
	compare("destroyed", destroyed, false)
	created := request(config)
	created.PriorState = destroyed.ProposedNewState
	compare("created", created, false)

	// Each argument as it is by default, as it is not, unknown, and left out.
	changes := map[string][]any{
		"directory_permission": {"0700", "0755"}, "allow_empty": {false, true}, "overwrite": {false, true},
		"on_missing": {"restore", "ignore"}, "keep_files": {true, false}, "file_permission": {"0640", "0600"},
		"expected_sha256": {sha256Of(january), sha256Of(february)}, "max_download_bytes": {int64(1_000_000)},
		"split_report_sequence": {int64(1)}, "filename": {config["filename"], "elsewhere.csv"},
		"directory": {"elsewhere"},
		"timeouts": {map[string]tftypes.Value{
			"create": tftypes.NewValue(tftypes.String, "1m"), "update": tftypes.NewValue(tftypes.String, nil),
		}},
		"report_identifier":     {run.ReportIdentifier, "00000000-0000-0000-0000-000000000000"},
		"report_run_identifier": {run.RunIdentifier, "00000000-0000-0000-0000-000000000000"}, "report_format": {"CSV", "JSON"},
	}
	for name, attribute := range fileSchema(t).Attributes {
		if _, ok := changes[name]; !ok && (attribute.IsRequired() || attribute.IsOptional()) {
			t.Errorf("no case changes %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		for _, value := range append(changes[name], tftypes.UnknownValue, nil) {
			changed := maps.Clone(config)
			changed[name] = value
			req := request(changed)
			same := recorded[name].Equal(tftypes.NewValue(c.Type.AttributeTypes[name], value))
			// Left out, an argument is what it is by default, or nothing.
			leftOut := value == nil && (recorded[name].Equal(server.file().defaults[name]) || recorded[name].IsNull())
			compare(name, req, same || leftOut)
		}
	}
}

// TestUnchangedPlans_defaults finds a default that the comparison of raw values would not know.
func TestUnchangedPlans_defaults(t *testing.T) {
	t.Parallel()
	known := newFileTypes().defaults
	for name, attribute := range fileSchema(t).Attributes {
		byDefault := reflect.ValueOf(attribute).FieldByName("Default")
		_, isKnown := known[name]
		if hasDefault := byDefault.IsValid() && !byDefault.IsNil(); hasDefault != isKnown {
			t.Errorf("%s: has a default: %t, and newFileTypes knows one: %t", name, hasDefault, isKnown)
		}
	}
}

func fileSchema(t *testing.T) schema.Schema {
	t.Helper()
	var resp resource.SchemaResponse
	new(reportFileResource).Schema(t.Context(), resource.SchemaRequest{}, &resp)
	return resp.Schema
}
