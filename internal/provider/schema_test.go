package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// TestSchema_everythingIsDescribed goes through all that a user can write or read.
func TestSchema_everythingIsDescribed(t *testing.T) {
	t.Parallel()
	server := NewServer("test")()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, schema *tfprotov6.Schema) {
		if schema.Block.Description == "" {
			t.Errorf("%s has no description", name)
		}
		wantDescribed(t, name, schema.Block.Attributes)
		if len(schema.Block.BlockTypes) > 0 {
			t.Errorf("%s has blocks; attributes are what a mock and an expression can fill", name)
		}
	}
	check("provider", schemas.Provider)
	for name, schema := range schemas.ResourceSchemas {
		check(name, schema)
	}
	for name, schema := range schemas.DataSourceSchemas {
		check("data."+name, schema)
	}
	for name, schema := range schemas.EphemeralResourceSchemas {
		check("ephemeral."+name, schema)
	}
	if len(schemas.ResourceSchemas) == 0 || len(schemas.DataSourceSchemas) == 0 || len(schemas.EphemeralResourceSchemas) == 0 {
		t.Error("there is nothing to check")
	}
}

func wantDescribed(t *testing.T, parent string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		name := parent + "." + attribute.Name
		if attribute.Description == "" {
			t.Errorf("%s has no description", name)
		}
		if attribute.NestedType != nil {
			if attribute.Computed {
				t.Errorf("%s is a computed nested attribute, which Terraform's mocks can't fill", name)
			}
			wantDescribed(t, name, attribute.NestedType.Attributes)
		}
	}
}
