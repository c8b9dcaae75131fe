package provider

import (
	"bytes"
	"encoding/json"
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
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// TestUnchangedPlans compares each plan that the framework did not make with the framework's own.
func TestUnchangedPlans(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
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
		compareUnchanged(t, c, name, &req, want)
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

	inJSON := request(config)
	inJSON.PriorState = jsonValue(t, recorded)
	elsewhere := maps.Clone(recorded)
	elsewhere["filename"] = tftypes.NewValue(tftypes.String, "elsewhere.csv")
	inJSON.ProposedNewState = jsonValue(t, elsewhere)
	compare("different states in JSON", inJSON, false)

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
	for name, attribute := range schemaOf(t, &reportFileResource{}).Attributes {
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
			// Without a value, an argument has its default or is null.
			leftOut := value == nil && (recorded[name].Equal(server.file().defaults[name]) || recorded[name].IsNull())
			compare(name, req, same || leftOut)
		}
	}
}

// jsonValue returns an object in JSON. Only its strings and booleans are not null.
func jsonValue(t *testing.T, fields map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	values := make(map[string]any, len(fields))
	for name, field := range fields {
		values[name] = nil
		var err error
		switch {
		case field.Type().Is(tftypes.String):
			var text *string
			err = field.As(&text)
			values[name] = text
		case field.Type().Is(tftypes.Bool):
			var is *bool
			err = field.As(&is)
			values[name] = is
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.DynamicValue{JSON: text}
}

// compareUnchanged checks whether a plan is made without the framework, and that the framework plans the same.
func compareUnchanged(
	t *testing.T, c *tftest.Resource, name string, req *tfprotov6.PlanResourceChangeRequest, want bool,
) {
	t.Helper()
	req.TypeName = c.Name
	server, ok := c.Server.(*unchangedPlans)
	if !ok {
		t.Fatalf("the server is a %T", c.Server)
	}
	_, taken := server.unchanged(req)
	if taken != want {
		t.Errorf("%s: got a plan without the framework: %t, want %t", name, taken, want)
	}
	if !taken {
		return
	}
	got, err := server.PlanResourceChange(t.Context(), req)
	c.Must(err, got.Diagnostics)
	framework, err := server.ProviderServer.PlanResourceChange(t.Context(), req)
	c.Must(err, framework.Diagnostics)
	if !bytes.Equal(framework.PlannedState.MsgPack, got.PlannedState.MsgPack) ||
		!bytes.Equal(framework.PlannedPrivate, got.PlannedPrivate) ||
		!bytes.Equal(identityBytes(framework), identityBytes(got)) ||
		len(framework.RequiresReplace) > 0 || framework.Deferred != nil || len(framework.Diagnostics) > 0 {
		t.Errorf("%s: the framework plans otherwise: %+v", name, framework)
	}
}

func identityBytes(plan *tfprotov6.PlanResourceChangeResponse) []byte {
	if plan.PlannedIdentity == nil {
		return nil
	}
	return plan.PlannedIdentity.IdentityData.MsgPack
}

// TestUnchangedPlans_archive does the same for an archive.
func TestUnchangedPlans_archive(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	tsa := timestamptest.NewServer()
	t.Cleanup(tsa.Close)
	run := s.monthly(1)
	withAuthority := map[string]any{
		"base_url": s.URL(), "api_key": s.APIKey,
		"timestamp_authority": map[string]any{"url": tsa.URL(), "ca_cert_pem": tsa.CACertPEM()},
	}
	c := tftest.NewClient(t, NewServer("test")()).Configure(withAuthority).Resource(archiveTypeName)
	withoutAuthority := maps.Clone(withAuthority)
	delete(withoutAuthority, "timestamp_authority")
	other := tftest.NewClient(t, NewServer("test")()).Configure(withoutAuthority).Resource(archiveTypeName)
	config := map[string]any{
		"report_identifier": run.ReportIdentifier, "report_format": run.Format, "directory": s.file("evidence"),
		"keep_files": false, "file_permission": "0640", "timestamp": true,
	}
	state, _ := c.Apply(tftest.State{}, config)
	state, _ = c.Read(state)
	recorded := c.Fields(state.Object)
	request := func(state tftest.State, config map[string]any) *tfprotov6.PlanResourceChangeRequest {
		return &tfprotov6.PlanResourceChangeRequest{
			PriorState: state.Object, PriorPrivate: state.Private, Config: c.Config(config),
			ProposedNewState: c.Proposed(c.Fields(state.Object), config),
		}
	}
	compareUnchanged(t, c, "as it was", request(state, config), true)
	compareUnchanged(t, other, "without an authority", request(state, config), false)
	destroyed := request(state, config)
	destroyed.ProposedNewState = c.None()
	compareUnchanged(t, c, "destroyed", destroyed, false)

	changes := map[string][]any{
		"report_identifier": {run.ReportIdentifier, exampleReport}, "report_format": {"CSV", "JSON"},
		"directory": {s.file("elsewhere")}, "started_after": {"2026-01-01"}, "timestamp": {true, false},
		"on_missing": {"restore", "ignore"}, "file_permission": {"0640", "0600"}, "directory_permission": {"0700", "0755"},
		"max_download_bytes": {int64(1_000_000)}, "allow_empty": {false, true}, "keep_files": {false, true},
		"timeouts": {map[string]any{"create": "1m"}},
	}
	for name, attribute := range schemaOf(t, &reportArchiveResource{}).Attributes {
		if _, ok := changes[name]; !ok && (attribute.IsRequired() || attribute.IsOptional()) {
			t.Errorf("no case changes %s", name)
		}
	}
	defaults := newResourceTypes(&reportArchiveResource{}).defaults
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		for _, value := range append(changes[name], tftypes.UnknownValue, nil) {
			changed := maps.Clone(config)
			changed[name] = value
			same := recorded[name].Equal(tftest.Value(t, c.Type.AttributeTypes[name], value))
			leftOut := value == nil && (recorded[name].Equal(defaults[name]) || recorded[name].IsNull())
			compareUnchanged(t, c, name, request(state, changed), same || leftOut)
		}
	}

	unstamped := maps.Clone(config)
	unstamped["timestamp"] = false
	directory := s.file("unstamped")
	unstamped["directory"] = directory
	state, _ = c.Apply(tftest.State{}, unstamped)
	compareUnchanged(t, other, "no time stamps", request(state, unstamped), true)
	asked := c.Fields(state.Object)
	asked["timestamp"] = tftypes.NewValue(tftypes.Bool, true)
	stampMissing := maps.Clone(unstamped)
	stampMissing["timestamp"] = true
	compareUnchanged(t, c, "a time stamp is missing",
		request(tftest.State{Object: tftest.Dynamic(t, tftypes.NewValue(c.Type, asked)), Private: state.Private}, stampMissing), false)
	for name, change := range map[string]func(){
		"a new run":      func() { s.monthly(2) },
		"a missing file": s.remove("unstamped/" + archiveName(run, "")),
	} {
		change()
		found, _ := c.Read(state)
		found.Object = state.Object // only the private state says it
		compareUnchanged(t, c, name, request(found, unstamped), false)
	}
}

// TestUnchangedPlans_defaults finds a default that the comparison of raw values would not know.
func TestUnchangedPlans_defaults(t *testing.T) {
	t.Parallel()
	for _, r := range []resource.Resource{&reportFileResource{}, &reportArchiveResource{}} {
		known := newResourceTypes(r).defaults
		for name, attribute := range schemaOf(t, r).Attributes {
			byDefault := reflect.ValueOf(attribute).FieldByName("Default")
			_, isKnown := known[name]
			if hasDefault := byDefault.IsValid() && !byDefault.IsNil(); hasDefault != isKnown {
				t.Errorf("%T: %s: has a default: %t, and newResourceTypes knows one: %t", r, name, hasDefault, isKnown)
			}
		}
	}
}

func schemaOf(t *testing.T, r resource.Resource) schema.Schema {
	t.Helper()
	var resp resource.SchemaResponse
	r.Schema(t.Context(), resource.SchemaRequest{}, &resp)
	return resp.Schema
}
