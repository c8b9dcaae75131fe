package pluginserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// releasingServer lets the garbage collector free the contexts of calls that have ended, which saves 7 MiB at 100 saved
// reports and 44 MiB at 1,000. It wraps every call that Terraform makes once per resource, data source or function.
//
// The cause, as it can be reported to hashicorp/terraform-plugin-framework (found in 1.19.0):
//
// "Memory grows with every RPC until StopProvider. internal/proto5server and internal/proto6server: registerContext
// appends the cancel function of each RPC's context to Server.contextCancels, and only StopProvider empties the list. A
// cancel function refers to its context, and that to its parents: the gRPC stream, and the loggers that
// terraform-plugin-go adds, about 50 KB for each resource of a plan. To reproduce: call ReadResource 1,000 times on a
// server of providerserver.NewProtocol6 with a context that carries a large value, and look at the heap after a
// collection. Suggestion: call the cancel function when the RPC returns, and remove it from the list."
//
// Delete this type once a release of the framework does that: TestReleasingServer must pass with the bare server.
type releasingServer struct{ tfprotov6.ProviderServer }

func (s releasingServer) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ValidateResourceConfig)
}

func (s releasingServer) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.UpgradeResourceState)
}

func (s releasingServer) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.UpgradeResourceIdentity)
}

func (s releasingServer) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ReadResource)
}

func (s releasingServer) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.PlanResourceChange)
}

func (s releasingServer) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ApplyResourceChange)
}

func (s releasingServer) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ImportResourceState)
}

func (s releasingServer) MoveResourceState(
	ctx context.Context, req *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.MoveResourceState)
}

func (s releasingServer) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ValidateDataResourceConfig)
}

func (s releasingServer) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ReadDataSource)
}

func (s releasingServer) ValidateEphemeralResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.ValidateEphemeralResourceConfig)
}

func (s releasingServer) OpenEphemeralResource(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.OpenEphemeralResource)
}

func (s releasingServer) CloseEphemeralResource(
	ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest,
) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.CloseEphemeralResource)
}

func (s releasingServer) RenewEphemeralResource(
	ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest,
) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.RenewEphemeralResource)
}

func (s releasingServer) CallFunction(
	ctx context.Context, req *tfprotov6.CallFunctionRequest,
) (*tfprotov6.CallFunctionResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.CallFunction)
}

func (s releasingServer) GenerateResourceConfig(
	ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest,
) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return callRevocably(ctx, req, s.ProviderServer.GenerateResourceConfig)
}
