package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// client speaks the plugin protocol with the provider as a Terraform that knows resource identities does.
type client struct {
	t            *testing.T
	server       tfprotov6.ProviderServer
	resourceType tftypes.Object
	identityType tftypes.Object
	computed     map[string]bool // attributes that the provider may compute
}

func newClient(t *testing.T, s *scene) *client {
	t.Helper()
	server := NewServer("test")()
	c := &client{t: t, server: server, computed: map[string]bool{}}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	c.must(err, schemas.Diagnostics)
	for _, attribute := range schemas.ResourceSchemas[fileTypeName].Block.Attributes {
		c.computed[attribute.Name] = attribute.Computed
	}
	c.resourceType, _ = schemas.ResourceSchemas[fileTypeName].ValueType().(tftypes.Object)
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	c.must(err, identities.Diagnostics)
	c.identityType, _ = identities.IdentitySchemas[fileTypeName].ValueType().(tftypes.Object)

	providerType, _ := schemas.Provider.ValueType().(tftypes.Object)
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.12.0",
		Config:           c.dynamic(providerType, map[string]any{"base_url": s.URL(), "api_key": s.APIKey}),
	})
	c.must(err, configured.Diagnostics)
	return c
}

func (c *client) must(err error, diagnostics []*tfprotov6.Diagnostic) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			c.t.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

// object fills what values leaves out with null.
func (c *client) object(objectType tftypes.Object, values map[string]any) tftypes.Value {
	fields := map[string]tftypes.Value{}
	for name, fieldType := range objectType.AttributeTypes {
		fields[name] = tftypes.NewValue(fieldType, values[name])
	}
	return tftypes.NewValue(objectType, fields)
}

func (c *client) dynamic(objectType tftypes.Object, values map[string]any) *tfprotov6.DynamicValue {
	c.t.Helper()
	return c.encode(objectType, c.object(objectType, values))
}

func (c *client) encode(valueType tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	c.t.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(valueType, value)
	if err != nil {
		c.t.Fatal(err)
	}
	return &dynamic
}

// apply plans and applies config over what came before, and returns the new state and identity.
func (c *client) apply(
	prior *tfprotov6.DynamicValue, priorIdentity *tfprotov6.ResourceIdentityData, config map[string]any,
) (*tfprotov6.DynamicValue, *tfprotov6.ResourceIdentityData) {
	c.t.Helper()
	if prior == nil {
		prior = c.encode(c.resourceType, tftypes.NewValue(c.resourceType, nil))
	}
	configured := c.dynamic(c.resourceType, config)
	plan, err := c.server.PlanResourceChange(c.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: fileTypeName, PriorState: prior, PriorIdentity: priorIdentity, Config: configured,
		ProposedNewState: c.proposed(c.fields(prior, c.resourceType), config),
	})
	c.must(err, plan.Diagnostics)
	// A newer Terraform takes no identity with an unknown part.
	planned, err := plan.PlannedIdentity.IdentityData.Unmarshal(c.identityType)
	if err != nil || !planned.IsFullyKnown() {
		c.t.Errorf("the planned identity is %s (%v)", planned, err)
	}
	if len(plan.RequiresReplace) > 0 {
		c.t.Errorf("the plan replaces because of %v", plan.RequiresReplace)
	}
	applied, err := c.server.ApplyResourceChange(c.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: fileTypeName, PriorState: prior, PlannedState: plan.PlannedState, Config: configured,
		PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	c.must(err, applied.Diagnostics)
	return applied.NewState, applied.NewIdentity
}

// proposed is what Terraform proposes: what the configuration leaves out stays as it was where the provider may compute
// it.
func (c *client) proposed(recorded map[string]tftypes.Value, config map[string]any) *tfprotov6.DynamicValue {
	c.t.Helper()
	fields := map[string]tftypes.Value{}
	for name, fieldType := range c.resourceType.AttributeTypes {
		fields[name] = tftypes.NewValue(fieldType, config[name])
		if before, ok := recorded[name]; ok && config[name] == nil && c.computed[name] {
			fields[name] = before
		}
	}
	return c.encode(c.resourceType, tftypes.NewValue(c.resourceType, fields))
}

// fields decodes an object; nil for a null one.
func (c *client) fields(dynamic *tfprotov6.DynamicValue, objectType tftypes.Object) map[string]tftypes.Value {
	c.t.Helper()
	value, err := dynamic.Unmarshal(objectType)
	if err != nil {
		c.t.Fatal(err)
	}
	var fields map[string]tftypes.Value
	if !value.IsNull() {
		if err := value.As(&fields); err != nil {
			c.t.Fatal(err)
		}
	}
	return fields
}

func (c *client) wantString(fields map[string]tftypes.Value, name, want string) {
	c.t.Helper()
	var got string
	if err := fields[name].As(&got); err != nil || got != want {
		c.t.Errorf("%s is %q (%v) instead of %q", name, got, err, want)
	}
}

func configFor(run reportlibrarytest.Run, filename string) map[string]any {
	return map[string]any{
		"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": "CSV", "filename": filename,
	}
}

func configIn(run reportlibrarytest.Run, directory string) map[string]any {
	config := configFor(run, "")
	delete(config, "filename")
	config["directory"] = directory
	return config
}

// TestReportFile_identityFollowsTheFile changes every field of the identity in place.
func TestReportFile_identityFollowsTheFile(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	first, second := s.orders(january), s.orders(february)
	c := newClient(t, s)
	state, identity := c.apply(nil, nil, configFor(first, s.file("first.csv")))
	got := c.fields(identity.IdentityData, c.identityType)
	c.wantString(got, "report_run_identifier", first.RunIdentifier)
	c.wantString(got, "path", s.file("first.csv"))

	// Another run of one provider configuration: the first one has written first.csv.
	c = newClient(t, s)
	_, identity = c.apply(state, identity, configFor(second, s.file("second.csv")))
	got = c.fields(identity.IdentityData, c.identityType)
	c.wantString(got, "report_identifier", second.ReportIdentifier)
	c.wantString(got, "report_run_identifier", second.RunIdentifier)
	c.wantString(got, "report_format", "CSV")
	c.wantString(got, "path", s.file("second.csv"))
	s.must(holds(s.file("second.csv"), february))()
	s.must(s.onlyFiles("second.csv"))()

	// In a folder only the download tells the name, and with it the new identity.
	c = newClient(t, s)
	state, identity = c.apply(nil, nil, configIn(first, s.file("evidence")))
	c = newClient(t, s)
	_, identity = c.apply(state, identity, configIn(second, s.file("evidence")))
	got = c.fields(identity.IdentityData, c.identityType)
	c.wantString(got, "report_run_identifier", second.RunIdentifier)
}

func TestReportFile_importByIdentity(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	run := s.orders(january)
	s.write("orders.csv", january)()
	c := newClient(t, s)
	imported, err := c.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: fileTypeName,
		Identity: &tfprotov6.ResourceIdentityData{IdentityData: c.dynamic(c.identityType, map[string]any{
			"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": "CSV",
			"path": s.file("orders.csv"),
		})},
	})
	c.must(err, imported.Diagnostics)
	state := c.fields(imported.ImportedResources[0].State, c.resourceType)
	c.wantString(state, "content_sha256", sha256Of(january))
	c.wantString(state, "filename", s.file("orders.csv"))
	c.wantString(state, "on_missing", onMissingRestore)
	if err := s.wantRequests(0); err != nil {
		t.Error(err)
	}
}
