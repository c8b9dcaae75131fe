package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// interruptServer keeps the markers while an apply runs and after an interrupt, because after a second interrupt
// Terraform ends its providers without saving their results.
type interruptServer struct {
	tfprotov6.ProviderServer
	markers *archive.Markers
}

// ApplyResourceChange keeps the markers while it runs.
func (s interruptServer) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	defer s.markers.Begin(ctx)()
	return s.ProviderServer.ApplyResourceChange(ctx, req)
}

// StopProvider is called by Terraform at the first interrupt.
func (s interruptServer) StopProvider(
	ctx context.Context, req *tfprotov6.StopProviderRequest,
) (*tfprotov6.StopProviderResponse, error) {
	s.markers.Keep()
	return s.ProviderServer.StopProvider(ctx, req)
}
