package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fakeServer returns one schema of each kind.
type fakeServer struct {
	tfprotov6.ProviderServer
	schema   tfprotov6.GetProviderSchemaResponse
	identity tfprotov6.GetResourceIdentitySchemasResponse
}

func (s *fakeServer) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &s.schema, nil
}

func (s *fakeServer) GetResourceIdentitySchemas(
	context.Context, *tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &s.identity, nil
}

func newFakeServer() *fakeServer {
	empty := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}
	resource := &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{
		Description:     "Keeps `things`.",
		DescriptionKind: tfprotov6.StringKindMarkdown,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "key", Type: tftypes.String, Required: true, Sensitive: true, Description: "The key."},
			{Name: "old", Type: tftypes.Bool, Optional: true, Deprecated: true, WriteOnly: true},
			{Name: "members", Computed: true, Type: tftypes.List{ElementType: tftypes.Object{
				AttributeTypes: map[string]tftypes.Type{"size": tftypes.Number, "name": tftypes.String},
			}}},
			{Name: "retry", Optional: true, NestedType: &tfprotov6.SchemaObject{
				Nesting:    tfprotov6.SchemaObjectNestingModeSingle,
				Attributes: []*tfprotov6.SchemaAttribute{{Name: "max", Type: tftypes.Number, Optional: true}},
			}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "rule", Nesting: tfprotov6.SchemaNestedBlockNestingModeSet, MinItems: 1, MaxItems: 3,
			Block: &tfprotov6.SchemaBlock{},
		}},
	}}
	return &fakeServer{
		schema: tfprotov6.GetProviderSchemaResponse{
			Provider:                 empty,
			ResourceSchemas:          map[string]*tfprotov6.Schema{"digicert_thing": resource},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"digicert_facts": empty},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"digicert_glimpse": empty},
		},
		identity: tfprotov6.GetResourceIdentitySchemasResponse{
			IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"digicert_thing": {
				Version: 1,
				IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
					{Name: "path", Type: tftypes.String, RequiredForImport: true, Description: "The path."},
				},
			}},
		},
	}
}

func TestDump(t *testing.T) {
	got, err := dump(t.Context(), newFakeServer())
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "dump.json"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDumpRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*fakeServer){
		"an error of the provider": func(s *fakeServer) {
			s.schema.Diagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError}}
		},
		"an error of an identity": func(s *fakeServer) {
			s.identity.Diagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError}}
		},
		"what it would leave out": func(s *fakeServer) {
			s.schema.Functions = map[string]*tfprotov6.Function{"f": {}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newFakeServer()
			spoil(server)
			if got, err := dump(t.Context(), server); err == nil {
				t.Errorf("no error, but\n%s", got)
			}
		})
	}
}

// TestRun dumps the real provider and reads the result as tfplugindocs does.
func TestRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new", "schema.json")
	if err := run(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(text, &schemas); err != nil {
		t.Fatal(err)
	}
	digicert := schemas.Schemas[providerName]
	if digicert == nil {
		t.Fatalf("no provider %q in %v", providerName, schemas.Schemas)
	}
	key := digicert.ConfigSchema.Block.Attributes["api_key"]
	if key == nil || !key.Sensitive || !key.Optional || key.DescriptionKind != tfjson.SchemaDescriptionKindMarkdown {
		t.Errorf("api_key: got %+v, want an optional, sensitive attribute described in Markdown", key)
	}
	if _, ok := digicert.ResourceSchemas["digicert_report_file"]; !ok {
		t.Error("no resource digicert_report_file")
	}
}
