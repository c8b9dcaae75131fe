package main

import (
	"encoding/json"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// providerSchemas converts the responses of a provider server to the types that tfplugindocs reads.
func providerSchemas(
	described *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse,
) (*tfjson.ProviderSchemas, error) {
	config, err := schema(described.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	resources, err := each(described.ResourceSchemas, schema)
	if err != nil {
		return nil, err
	}
	dataSources, err := each(described.DataSourceSchemas, schema)
	if err != nil {
		return nil, err
	}
	ephemerals, err := each(described.EphemeralResourceSchemas, schema)
	if err != nil {
		return nil, err
	}
	identitySchemas, err := each(identities.IdentitySchemas, identitySchema)
	if err != nil {
		return nil, err
	}
	return &tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas: map[string]*tfjson.ProviderSchema{providerName: {
			ConfigSchema:             config,
			ResourceSchemas:          resources,
			DataSourceSchemas:        dataSources,
			EphemeralResourceSchemas: ephemerals,
			ResourceIdentitySchemas:  identitySchemas,
		}},
	}, nil
}

// each converts the values of a map. Its error names the key.
func each[From, To any](from map[string]From, convert func(From) (To, error)) (map[string]To, error) {
	to := make(map[string]To, len(from))
	for name, value := range from {
		converted, err := convert(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		to[name] = converted
	}
	return to, nil
}

func schema(s *tfprotov6.Schema) (*tfjson.Schema, error) {
	b, err := block(s.Block)
	return &tfjson.Schema{Version: uint64(s.Version), Block: b}, err
}

func block(b *tfprotov6.SchemaBlock) (*tfjson.SchemaBlock, error) {
	attrs, err := attributes(b.Attributes)
	if err != nil {
		return nil, err
	}
	nested := map[string]*tfjson.SchemaBlockType{}
	for _, n := range b.BlockTypes {
		inner, err := block(n.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n.TypeName, err)
		}
		nested[n.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: nestingMode(n.Nesting),
			Block:       inner,
			MinItems:    uint64(n.MinItems),
			MaxItems:    uint64(n.MaxItems),
		}
	}
	return &tfjson.SchemaBlock{
		Attributes:      attrs,
		NestedBlocks:    nested,
		Description:     b.Description,
		DescriptionKind: descriptionKind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}, nil
}

func attributes(list []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	named := make(map[string]*tfjson.SchemaAttribute, len(list))
	for _, a := range list {
		converted, err := attribute(a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		named[a.Name] = converted
	}
	return named, nil
}

func attribute(a *tfprotov6.SchemaAttribute) (*tfjson.SchemaAttribute, error) {
	converted := &tfjson.SchemaAttribute{
		Description:     a.Description,
		DescriptionKind: descriptionKind(a.DescriptionKind),
		Deprecated:      a.Deprecated,
		Required:        a.Required,
		Optional:        a.Optional,
		Computed:        a.Computed,
		Sensitive:       a.Sensitive,
		WriteOnly:       a.WriteOnly,
	}
	var err error
	if a.NestedType == nil {
		converted.AttributeType, err = ctyType(a.Type)
		return converted, err
	}
	converted.AttributeNestedType = &tfjson.SchemaNestedAttributeType{NestingMode: nestingMode(a.NestedType.Nesting)}
	converted.AttributeNestedType.Attributes, err = attributes(a.NestedType.Attributes)
	return converted, err
}

func identitySchema(s *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	named := make(map[string]*tfjson.IdentityAttribute, len(s.IdentityAttributes))
	for _, a := range s.IdentityAttributes {
		identityType, err := ctyType(a.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		named[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      identityType,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return &tfjson.IdentitySchema{Version: uint64(s.Version), Attributes: named}, nil
}

// ctyType converts a type by way of JSON, the notation that both type systems share.
func ctyType(t tftypes.Type) (cty.Type, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return cty.NilType, err
	}
	var converted cty.Type
	err = converted.UnmarshalJSON(text)
	return converted, err
}

// nestingMode lowers the mode's name, because the protocol writes it in upper case and the JSON schema in lower.
func nestingMode(mode fmt.Stringer) tfjson.SchemaNestingMode {
	return tfjson.SchemaNestingMode(strings.ToLower(mode.String()))
}

func descriptionKind(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	return tfjson.SchemaDescriptionKind(strings.ToLower(kind.String()))
}
