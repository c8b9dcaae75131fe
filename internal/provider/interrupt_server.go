package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// interruptServer notes that Terraform was interrupted. After a second interrupt Terraform ends its providers without
// saving what they return.
type interruptServer struct {
	tfprotov6.ProviderServer
	interrupted func()
}

// StopProvider is what Terraform calls at the first interrupt.
func (s interruptServer) StopProvider(
	ctx context.Context, req *tfprotov6.StopProviderRequest,
) (*tfprotov6.StopProviderResponse, error) {
	s.interrupted()
	return s.ProviderServer.StopProvider(ctx, req)
}
