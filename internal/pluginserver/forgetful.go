package pluginserver

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// forgetful is a server that keeps nothing of a call that has ended. The framework keeps the context of every call for
// as long as the process lives, to cancel them all when Terraform stops it, and with each context its loggers: 50 KB
// for every resource of a plan. Here it gets contexts that are empty after the call.
//
// Every call whose number grows with the configuration is here; the others are the embedded server's.
type forgetful struct{ tfprotov6.ProviderServer }

func (s forgetful) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return lend(ctx, req, s.ProviderServer.ValidateResourceConfig)
}

func (s forgetful) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return lend(ctx, req, s.ProviderServer.UpgradeResourceState)
}

func (s forgetful) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return lend(ctx, req, s.ProviderServer.UpgradeResourceIdentity)
}

func (s forgetful) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.ReadResource)
}

func (s forgetful) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return lend(ctx, req, s.ProviderServer.PlanResourceChange)
}

func (s forgetful) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return lend(ctx, req, s.ProviderServer.ApplyResourceChange)
}

func (s forgetful) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return lend(ctx, req, s.ProviderServer.ImportResourceState)
}

func (s forgetful) MoveResourceState(
	ctx context.Context, req *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	return lend(ctx, req, s.ProviderServer.MoveResourceState)
}

func (s forgetful) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return lend(ctx, req, s.ProviderServer.ValidateDataResourceConfig)
}

func (s forgetful) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.ReadDataSource)
}

func (s forgetful) ValidateEphemeralResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return lend(ctx, req, s.ProviderServer.ValidateEphemeralResourceConfig)
}

func (s forgetful) OpenEphemeralResource(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.OpenEphemeralResource)
}

func (s forgetful) CloseEphemeralResource(
	ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest,
) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.CloseEphemeralResource)
}

func (s forgetful) RenewEphemeralResource(
	ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest,
) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return lend(ctx, req, s.ProviderServer.RenewEphemeralResource)
}

func (s forgetful) CallFunction(
	ctx context.Context, req *tfprotov6.CallFunctionRequest,
) (*tfprotov6.CallFunctionResponse, error) {
	return lend(ctx, req, s.ProviderServer.CallFunction)
}

func (s forgetful) GenerateResourceConfig(
	ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest,
) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return lend(ctx, req, s.ProviderServer.GenerateResourceConfig)
}

// lend makes a call with a context that is taken back when the call returns.
func lend[Request, Response any](
	ctx context.Context, req Request, call func(context.Context, Request) (Response, error),
) (Response, error) {
	ctx, takeBack := lendContext(ctx)
	defer takeBack()
	return call(ctx, req)
}

// lendContext returns a context that does what its lender does until it is taken back.
func lendContext(lender context.Context) (context.Context, func()) {
	lent := new(lentContext)
	lent.lender.Store(&lender)
	return lent, func() { lent.lender.Store(nil) }
}

// lentContext is its lender's context until it is taken back. From then on it is cancelled and carries nothing.
type lentContext struct {
	lender atomic.Pointer[context.Context]
}

var takenBack = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *lentContext) current() context.Context {
	if lender := c.lender.Load(); lender != nil {
		return *lender
	}
	return takenBack
}

func (c *lentContext) Deadline() (time.Time, bool) { return c.current().Deadline() }
func (c *lentContext) Done() <-chan struct{}       { return c.current().Done() }
func (c *lentContext) Err() error                  { return c.current().Err() }
func (c *lentContext) Value(key any) any           { return c.current().Value(key) }
