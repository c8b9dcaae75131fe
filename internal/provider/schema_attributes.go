package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// attribute is an attribute that data sources, ephemeral resources and resources share. The framework has a type for
// each of the three.
type attribute struct {
	name, description             string
	valueType                     attr.Type
	required, computed, sensitive bool
	stringValidators              []validator.String
	int64Validators               []validator.Int64
}

func (a attribute) optional() bool { return !a.required && !a.computed }

func (a attribute) forDataSource() datasource.Attribute {
	switch elem := a.valueType.(type) {
	case types.ListType:
		return datasource.ListAttribute{ElementType: elem.ElemType, Computed: a.computed, MarkdownDescription: a.description}
	case types.MapType:
		return datasource.MapAttribute{ElementType: elem.ElemType, Computed: a.computed, MarkdownDescription: a.description}
	}
	switch a.valueType {
	case types.Int64Type:
		return datasource.Int64Attribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed,
			MarkdownDescription: a.description, Validators: a.int64Validators,
		}
	case types.BoolType:
		return datasource.BoolAttribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed, MarkdownDescription: a.description,
		}
	default:
		return datasource.StringAttribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed, Sensitive: a.sensitive,
			MarkdownDescription: a.description, Validators: a.stringValidators,
		}
	}
}

func (a attribute) forEphemeralResource() ephemeral.Attribute {
	if elem, ok := a.valueType.(types.ListType); ok {
		return ephemeral.ListAttribute{ElementType: elem.ElemType, Computed: a.computed, MarkdownDescription: a.description}
	}
	switch a.valueType {
	case types.Int64Type:
		return ephemeral.Int64Attribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed,
			MarkdownDescription: a.description, Validators: a.int64Validators,
		}
	case types.BoolType:
		return ephemeral.BoolAttribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed, MarkdownDescription: a.description,
		}
	default:
		return ephemeral.StringAttribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed, Sensitive: a.sensitive,
			MarkdownDescription: a.description, Validators: a.stringValidators,
		}
	}
}

func (a attribute) forResource() resource.Attribute {
	if elem, ok := a.valueType.(types.ListType); ok {
		return resource.ListAttribute{ElementType: elem.ElemType, Computed: a.computed, MarkdownDescription: a.description}
	}
	switch a.valueType {
	case types.Int64Type:
		return resource.Int64Attribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed,
			MarkdownDescription: a.description, Validators: a.int64Validators,
		}
	case types.BoolType:
		return resource.BoolAttribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed, MarkdownDescription: a.description,
		}
	default:
		return resource.StringAttribute{
			Required: a.required, Optional: a.optional(), Computed: a.computed, Sensitive: a.sensitive,
			MarkdownDescription: a.description, Validators: a.stringValidators,
		}
	}
}

// attributesFor converts shared attributes to one of the framework's types, and adds own.
func attributesFor[T any](convert func(attribute) T, own map[string]T, shared ...[]attribute) map[string]T {
	all := make(map[string]T, len(own))
	for _, group := range shared {
		for _, a := range group {
			all[a.name] = convert(a)
		}
	}
	for name, a := range own {
		all[name] = a
	}
	return all
}
