package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// The maximum lengths of summaries and details in characters. They are a safeguard: messages limit their own values.
const (
	maxSummary = 200
	maxDetail  = 10_000
)

// messageServer makes all diagnostics safe: it masks API keys and proxy passwords, escapes invisible characters, and
// limits the length.
type messageServer struct{ tfprotov6.ProviderServer }

// withSafeMessages makes the diagnostics of a response safe.
func withSafeMessages[Response any](resp *Response, err error) (*Response, error) {
	if resp != nil {
		diagnostics, _ := reflect.ValueOf(resp).Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic)
		safeDiagnostics(diagnostics)
	}
	return resp, err
}

func safeDiagnostics(diagnostics []*tfprotov6.Diagnostic) {
	masker := redact.Process()
	for _, d := range diagnostics {
		d.Summary = redact.VisibleLine(masker.Text(d.Summary), maxSummary)
		// Mask again, because the removal of invisible characters can join the parts of a secret.
		d.Detail = redact.Cut(masker.Text(redact.Visible(masker.Text(d.Detail))), maxDetail)
	}
}

func (s messageServer) ValidateProviderConfig(
	ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return withSafeMessages(s.ProviderServer.ValidateProviderConfig(ctx, req))
}

func (s messageServer) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	return withSafeMessages(s.ProviderServer.ConfigureProvider(ctx, req))
}

func (s messageServer) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return withSafeMessages(s.ProviderServer.ValidateResourceConfig(ctx, req))
}

func (s messageServer) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return withSafeMessages(s.ProviderServer.UpgradeResourceState(ctx, req))
}

func (s messageServer) UpgradeResourceIdentity(
	ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest,
) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return withSafeMessages(s.ProviderServer.UpgradeResourceIdentity(ctx, req))
}

func (s messageServer) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	return withSafeMessages(s.ProviderServer.ReadResource(ctx, req))
}

func (s messageServer) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	return withSafeMessages(s.ProviderServer.PlanResourceChange(ctx, req))
}

func (s messageServer) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return withSafeMessages(s.ProviderServer.ApplyResourceChange(ctx, req))
}

func (s messageServer) ImportResourceState(
	ctx context.Context, req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	return withSafeMessages(s.ProviderServer.ImportResourceState(ctx, req))
}

func (s messageServer) MoveResourceState(
	ctx context.Context, req *tfprotov6.MoveResourceStateRequest,
) (*tfprotov6.MoveResourceStateResponse, error) {
	return withSafeMessages(s.ProviderServer.MoveResourceState(ctx, req))
}

func (s messageServer) ValidateDataResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return withSafeMessages(s.ProviderServer.ValidateDataResourceConfig(ctx, req))
}

func (s messageServer) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	return withSafeMessages(s.ProviderServer.ReadDataSource(ctx, req))
}

func (s messageServer) ValidateEphemeralResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return withSafeMessages(s.ProviderServer.ValidateEphemeralResourceConfig(ctx, req))
}

func (s messageServer) OpenEphemeralResource(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return withSafeMessages(s.ProviderServer.OpenEphemeralResource(ctx, req))
}
