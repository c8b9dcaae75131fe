package provider

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// BenchmarkReportFile_noChange is what Terraform asks of the provider for one saved file in a plan without changes,
// call by call, through the protocol as it is on the wire but without the wire.
func BenchmarkReportFile_noChange(b *testing.B) {
	saved := newSavedFile(b, 10_000)
	for _, call := range []struct {
		name string
		do   func(b *testing.B)
	}{
		{"validate", saved.validate},
		{"upgrade", saved.upgrade},
		{"read", saved.read},
		{"plan", saved.plan},
		{"all", func(b *testing.B) { saved.validate(b); saved.upgrade(b); saved.read(b); saved.plan(b) }},
	} {
		b.Run(call.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call.do(b)
			}
		})
	}
}

// BenchmarkProvider_schema is what Terraform asks of every provider that it starts.
func BenchmarkProvider_schema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		server := NewServer("test")()
		schemas, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil || len(schemas.Diagnostics) > 0 {
			b.Fatal(err, schemas.Diagnostics)
		}
	}
}

// savedFile is a report that was saved, as Terraform has it.
type savedFile struct {
	server   tfprotov6.ProviderServer
	object   tftypes.Object
	config   *tfprotov6.DynamicValue
	state    *tfprotov6.DynamicValue
	json     []byte
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

func newSavedFile(b *testing.B, size int64) *savedFile {
	b.Helper()
	fake := reportlibrarytest.NewServer()
	b.Cleanup(fake.Close)
	run := fake.AddRun(reportlibrarytest.Run{Format: "CSV", Content: reportlibrarytest.SizedCSV(size)})

	f := &savedFile{server: NewServer("test")()}
	schemas, err := f.server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	succeeded(b, err, schemas.Diagnostics)
	f.object, _ = schemas.ResourceSchemas[fileTypeName].ValueType().(tftypes.Object)
	providerType, _ := schemas.Provider.ValueType().(tftypes.Object)
	configured, err := f.server.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.12.0",
		Config:           dynamicOf(b, providerType, map[string]any{"base_url": fake.URL(), "api_key": fake.APIKey}),
	})
	succeeded(b, err, configured.Diagnostics)

	f.config = dynamicOf(b, f.object, map[string]any{
		"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": "CSV",
		"filename": filepath.Join(b.TempDir(), "evidence", "orders.csv"),
	})
	nothing, err := tfprotov6.NewDynamicValue(f.object, tftypes.NewValue(f.object, nil))
	succeeded(b, err, nil)
	plan, err := f.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: fileTypeName, PriorState: &nothing, ProposedNewState: f.config, Config: f.config,
	})
	succeeded(b, err, plan.Diagnostics)
	applied, err := f.server.ApplyResourceChange(b.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: fileTypeName, PriorState: &nothing, PlannedState: plan.PlannedState, Config: f.config,
		PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	succeeded(b, err, applied.Diagnostics)
	f.state, f.private, f.identity = applied.NewState, applied.Private, applied.NewIdentity
	f.json = stateJSON(b, f.state, f.object)
	return f
}

func (f *savedFile) validate(b *testing.B) {
	resp, err := f.server.ValidateResourceConfig(b.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: fileTypeName, Config: f.config,
	})
	succeeded(b, err, resp.Diagnostics)
}

func (f *savedFile) upgrade(b *testing.B) {
	resp, err := f.server.UpgradeResourceState(b.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: fileTypeName, RawState: &tfprotov6.RawState{JSON: f.json},
	})
	succeeded(b, err, resp.Diagnostics)
}

func (f *savedFile) read(b *testing.B) {
	resp, err := f.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: fileTypeName, CurrentState: f.state, Private: f.private, CurrentIdentity: f.identity,
	})
	succeeded(b, err, resp.Diagnostics)
	f.unchanged(b, resp.NewState)
}

func (f *savedFile) plan(b *testing.B) {
	resp, err := f.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: fileTypeName, PriorState: f.state, ProposedNewState: f.state, Config: f.config, PriorPrivate: f.private,
		PriorIdentity: f.identity,
	})
	succeeded(b, err, resp.Diagnostics)
	f.unchanged(b, resp.PlannedState)
}

// unchanged compares encodings: a benchmark of a plan with changes would measure something else.
func (f *savedFile) unchanged(b *testing.B, state *tfprotov6.DynamicValue) {
	if !bytes.Equal(state.MsgPack, f.state.MsgPack) {
		b.Fatal("the state has changed")
	}
}

func succeeded(b *testing.B, err error, diagnostics []*tfprotov6.Diagnostic) {
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range diagnostics {
		b.Fatalf("%s: %s", d.Summary, d.Detail)
	}
}

// dynamicOf encodes an object whose other attributes are null.
func dynamicOf(b *testing.B, object tftypes.Object, values map[string]any) *tfprotov6.DynamicValue {
	b.Helper()
	fields := map[string]tftypes.Value{}
	for name, fieldType := range object.AttributeTypes {
		fields[name] = tftypes.NewValue(fieldType, values[name])
	}
	dynamic, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, fields))
	if err != nil {
		b.Fatal(err)
	}
	return &dynamic
}

// stateJSON is a state as Terraform's file has it. What is no string, number or bool is null or an empty list here.
func stateJSON(b *testing.B, state *tfprotov6.DynamicValue, object tftypes.Object) []byte {
	b.Helper()
	value, err := state.Unmarshal(object)
	if err != nil {
		b.Fatal(err)
	}
	fields := map[string]tftypes.Value{}
	if err := value.As(&fields); err != nil {
		b.Fatal(err)
	}
	attributes := map[string]any{}
	for name, field := range fields {
		switch fieldType := field.Type(); {
		case field.IsNull():
			attributes[name] = nil
		case fieldType.Is(tftypes.String):
			attributes[name] = as[string](b, field)
		case fieldType.Is(tftypes.Bool):
			attributes[name] = as[bool](b, field)
		case fieldType.Is(tftypes.Number):
			info, err := os.Stat(as[string](b, fields["filename"]))
			if err != nil {
				b.Fatal(err)
			}
			attributes[name] = info.Size() // content_size is the only number that is known
		default:
			attributes[name] = []any{}
		}
	}
	text, err := json.Marshal(attributes)
	if err != nil {
		b.Fatal(err)
	}
	return text
}

func as[T any](b *testing.B, value tftypes.Value) T {
	b.Helper()
	var plain T
	if err := value.As(&plain); err != nil {
		b.Fatal(err)
	}
	return plain
}
