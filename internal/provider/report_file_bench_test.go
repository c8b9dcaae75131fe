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
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// BenchmarkReportFile_noChange makes the calls of Terraform for one saved file in a plan without changes,
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
		{"all", func(b *testing.B) {
			b.Helper()
			saved.validate(b)
			saved.upgrade(b)
			saved.read(b)
			saved.plan(b)
		}},
	} {
		b.Run(call.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call.do(b)
			}
		})
	}
}

// BenchmarkProvider_schema makes the calls that Terraform makes to every provider that it starts.
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
	*tftest.Resource
	tftest.State
	config *tfprotov6.DynamicValue
	json   []byte
}

func newSavedFile(b *testing.B, size int64) *savedFile {
	b.Helper()
	fake := reportlibrarytest.NewServer()
	b.Cleanup(fake.Close)
	run := fake.AddRun(reportlibrarytest.Run{Format: "CSV", Content: reportlibrarytest.SizedCSV(size)})
	client := tftest.NewClient(b, NewServer("test")())
	client.Configure(map[string]any{"base_url": fake.URL(), "api_key": fake.APIKey})
	f := &savedFile{Resource: client.Resource(fileTypeName)}
	config := map[string]any{
		"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": "CSV",
		"filename": filepath.Join(b.TempDir(), "evidence", "orders.csv"),
	}
	f.config = f.Config(config)
	f.State, _ = f.Apply(tftest.State{}, config)
	f.json = stateJSON(b, f.Object, f.Type)
	return f
}

func (f *savedFile) validate(b *testing.B) {
	b.Helper()
	resp, err := f.Server.ValidateResourceConfig(b.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: fileTypeName, Config: f.config,
	})
	f.Must(err, resp.Diagnostics)
}

func (f *savedFile) upgrade(b *testing.B) {
	b.Helper()
	resp, err := f.Server.UpgradeResourceState(b.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: fileTypeName, RawState: &tfprotov6.RawState{JSON: f.json},
	})
	f.Must(err, resp.Diagnostics)
}

func (f *savedFile) read(b *testing.B) {
	b.Helper()
	resp, err := f.Server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: fileTypeName, CurrentState: f.Object, Private: f.Private, CurrentIdentity: f.Identity,
	})
	f.Must(err, resp.Diagnostics)
	f.unchanged(b, resp.NewState)
}

func (f *savedFile) plan(b *testing.B) {
	b.Helper()
	resp, err := f.Server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: fileTypeName, PriorState: f.Object, ProposedNewState: f.Object, Config: f.config, PriorPrivate: f.Private,
		PriorIdentity: f.Identity,
	})
	f.Must(err, resp.Diagnostics)
	f.unchanged(b, resp.PlannedState)
}

// unchanged compares encodings: a benchmark of a plan with changes would measure something else.
func (f *savedFile) unchanged(b *testing.B, state *tfprotov6.DynamicValue) {
	b.Helper()
	if !bytes.Equal(state.MsgPack, f.Object.MsgPack) {
		b.Fatal("the state has changed")
	}
}

// stateJSON is a state in the form of Terraform's file. Values other than strings, numbers and bools are null or an
// empty list.
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
