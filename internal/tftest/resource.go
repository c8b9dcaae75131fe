package tftest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Resource manages objects of a resource type through a client.
type Resource struct {
	*Client
	Name         string
	Type         tftypes.Object
	IdentityType tftypes.Object
	// Computed names the attributes that the provider may compute.
	Computed map[string]bool
}

// State is an object as Terraform keeps it between two operations; the zero State is none.
type State struct {
	Object   *tfprotov6.DynamicValue
	Identity *tfprotov6.ResourceIdentityData
	Private  []byte
}

// None is the null object.
func (r *Resource) None() *tfprotov6.DynamicValue { return Dynamic(r.t, tftypes.NewValue(r.Type, nil)) }

func (r *Resource) object(s State) *tfprotov6.DynamicValue {
	if s.Object == nil {
		return r.None()
	}
	return s.Object
}

// Config encodes a configuration.
func (r *Resource) Config(config map[string]any) *tfprotov6.DynamicValue {
	r.t.Helper()
	return Dynamic(r.t, Value(r.t, r.Type, config))
}

// Fields decodes an object; nil for a null one.
func (r *Resource) Fields(object *tfprotov6.DynamicValue) map[string]tftypes.Value {
	r.t.Helper()
	return Fields(r.t, object, r.Type)
}

// Proposed is the state that Terraform proposes: an argument that the configuration leaves out stays as it was where
// the provider may compute it.
func (r *Resource) Proposed(recorded map[string]tftypes.Value, config map[string]any) *tfprotov6.DynamicValue {
	r.t.Helper()
	fields := map[string]any{}
	for name := range r.Type.AttributeTypes {
		fields[name] = config[name]
		if before, ok := recorded[name]; ok && config[name] == nil && r.Computed[name] {
			fields[name] = before
		}
	}
	return Dynamic(r.t, Value(r.t, r.Type, fields))
}

// Read refreshes an object.
func (r *Resource) Read(before State) (State, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	ctx, done := r.call()
	defer done()
	response, err := r.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.Name, CurrentState: before.Object, CurrentIdentity: before.Identity, Private: before.Private,
	})
	r.Must(err, response.Diagnostics)
	after := State{Object: response.NewState, Identity: response.NewIdentity, Private: response.Private}
	return after, response.Diagnostics
}

// Plan plans a configuration over an object.
func (r *Resource) Plan(before State, config map[string]any) *tfprotov6.PlanResourceChangeResponse {
	r.t.Helper()
	ctx, done := r.call()
	defer done()
	plan, err := r.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.Name, PriorState: r.object(before), PriorIdentity: before.Identity, PriorPrivate: before.Private,
		Config: r.Config(config), ProposedNewState: r.Proposed(r.Fields(r.object(before)), config),
	})
	r.Must(err, plan.Diagnostics)
	return plan
}

// Apply plans and applies a configuration over an object, without an error.
func (r *Resource) Apply(before State, config map[string]any) (State, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	after, diagnostics := r.TryApply(before, config)
	r.Must(nil, diagnostics)
	return after, diagnostics
}

// TryApply is Apply that returns errors too.
func (r *Resource) TryApply(before State, config map[string]any) (State, []*tfprotov6.Diagnostic) {
	r.t.Helper()
	plan := r.Plan(before, config)
	if len(plan.RequiresReplace) > 0 {
		r.t.Errorf("the plan replaces because of %v", plan.RequiresReplace)
	}
	// A newer Terraform accepts no identity with an unknown part.
	if plan.PlannedIdentity != nil {
		identity, err := plan.PlannedIdentity.IdentityData.Unmarshal(r.IdentityType)
		if err != nil || !identity.IsFullyKnown() {
			r.t.Errorf("the planned identity is %s, %v", identity, err)
		}
	}
	ctx, done := r.call()
	defer done()
	applied, err := r.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.Name, PriorState: r.object(before), PlannedState: plan.PlannedState, Config: r.Config(config),
		PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	r.Must(err, nil)
	return State{Object: applied.NewState, Identity: applied.NewIdentity, Private: applied.Private}, applied.Diagnostics
}
