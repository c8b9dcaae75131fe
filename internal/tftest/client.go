package tftest

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

// Client speaks the plugin protocol with a provider, as a Terraform that knows resource identities does.
type Client struct {
	Server  tfprotov6.ProviderServer
	Schemas *tfprotov6.GetProviderSchemaResponse

	t testing.TB
}

// NewClient returns a client of a server that is not configured yet.
func NewClient(t testing.TB, server tfprotov6.ProviderServer) *Client {
	t.Helper()
	c := &Client{Server: server, t: t}
	var err error
	ctx, done := c.call()
	defer done()
	c.Schemas, err = server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	c.Must(err, c.Schemas.Diagnostics)
	return c
}

// call returns the context of one call, and its end. A call that ignores its context ends the process.
func (c *Client) call() (ctx context.Context, done func()) {
	ctx, cancel := context.WithTimeout(c.t.Context(), deadline.Patience)
	stop := deadline.Watch(c.t)
	return ctx, func() { stop(); cancel() }
}

// Must fails the test on an error and on a diagnostic that is one.
func (c *Client) Must(err error, diagnostics []*tfprotov6.Diagnostic) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			c.t.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

// Configure configures the provider with a block.
func (c *Client) Configure(config map[string]any) *Client {
	c.t.Helper()
	ctx, done := c.call()
	defer done()
	configured, err := c.Server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.12.0", Config: Dynamic(c.t, Value(c.t, c.Schemas.Provider.ValueType(), config)),
	})
	c.Must(err, configured.Diagnostics)
	return c
}

// Resource returns a client for objects of a resource type.
func (c *Client) Resource(name string) *Resource {
	c.t.Helper()
	r := &Resource{Client: c, Name: name, Computed: map[string]bool{}}
	schema := c.Schemas.ResourceSchemas[name]
	r.Type, _ = schema.ValueType().(tftypes.Object)
	for _, attribute := range schema.Block.Attributes {
		r.Computed[attribute.Name] = attribute.Computed
	}
	ctx, done := c.call()
	defer done()
	identities, err := c.Server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	c.Must(err, identities.Diagnostics)
	if identity := identities.IdentitySchemas[name]; identity != nil {
		r.IdentityType, _ = identity.ValueType().(tftypes.Object)
	}
	return r
}
