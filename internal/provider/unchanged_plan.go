package provider

import (
	"bytes"
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// NewServer returns a constructor of what answers Terraform's calls; version is the one that the User-Agent names.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return &unchangedPlans{
			ProviderServer: messageServer{providerserver.NewProtocol6(New(version)())()},
			file:           sync.OnceValue(newFileTypes),
		}
	}
}

// unchangedPlans is the framework's server, but for the question that is asked most: what becomes of a saved file that
// nothing has happened to. The framework's way to the same answer takes as long as all the rest of such a plan.
type unchangedPlans struct {
	tfprotov6.ProviderServer
	file func() fileTypes
}

// PlanResourceChange answers with the prior state where that is certain, and leaves everything else to the framework.
func (s *unchangedPlans) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	if identity, ok := s.unchanged(req); ok {
		return &tfprotov6.PlanResourceChangeResponse{
			PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: identity,
		}, nil
	}
	return s.ProviderServer.PlanResourceChange(ctx, req)
}

// unchanged reports whether a plan is about a saved file whose configuration, as far as it is written, is what is
// recorded, and of which Read has noted nothing. It returns the file's identity.
func (s *unchangedPlans) unchanged(req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.ResourceIdentityData, bool) {
	if req.TypeName != fileTypeName || len(req.PriorPrivate) > 0 || req.Config == nil || req.PriorState == nil ||
		req.ProposedNewState == nil || !bytes.Equal(req.PriorState.MsgPack, req.ProposedNewState.MsgPack) {
		return nil, false
	}
	file := s.file()
	config, ok := file.attributes(req.Config)
	if !ok {
		return nil, false
	}
	recorded, ok := file.attributes(req.PriorState)
	if !ok {
		return nil, false
	}
	// What the configuration has lost, Terraform proposes to leave as it is; it becomes what it is by default.
	for name, byDefault := range file.defaults {
		if config[name].IsNull() && !recorded[name].Equal(byDefault) {
			return nil, false
		}
	}
	identity, ok := identityOf(file.identity, recorded)
	if !ok {
		return nil, false
	}
	encoded, err := tfprotov6.NewDynamicValue(file.identity, identity)
	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}, err == nil
}

// fileTypes is what the schema says of a saved file, as the protocol has it.
type fileTypes struct {
	object, identity tftypes.Object
	defaults         map[string]tftypes.Value
}

// attributes decodes a state or a configuration; false for one that is null or does not fit.
func (t fileTypes) attributes(value *tfprotov6.DynamicValue) (map[string]tftypes.Value, bool) {
	object, err := value.Unmarshal(t.object)
	if err != nil || object.IsNull() {
		return nil, false
	}
	attributes, diags := rawAttributes(object)
	return attributes, !diags.HasError()
}

func newFileTypes() fileTypes {
	var (
		ctx        = context.Background()
		file       reportFileResource
		fileSchema resource.SchemaResponse
		identity   resource.IdentitySchemaResponse
		types      = fileTypes{defaults: map[string]tftypes.Value{}}
	)
	file.Schema(ctx, resource.SchemaRequest{}, &fileSchema)
	file.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
	types.object, _ = fileSchema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	types.identity, _ = identity.IdentitySchema.Type().TerraformType(ctx).(tftypes.Object)
	for name, attribute := range fileSchema.Schema.Attributes {
		switch attribute := attribute.(type) {
		case schema.StringAttribute:
			if attribute.Default != nil {
				var resp defaults.StringResponse
				attribute.Default.DefaultString(ctx, defaults.StringRequest{}, &resp)
				types.defaults[name] = tftypes.NewValue(tftypes.String, resp.PlanValue.ValueString())
			}
		case schema.BoolAttribute:
			if attribute.Default != nil {
				var resp defaults.BoolResponse
				attribute.Default.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
				types.defaults[name] = tftypes.NewValue(tftypes.Bool, resp.PlanValue.ValueBool())
			}
		}
	}
	return types
}
