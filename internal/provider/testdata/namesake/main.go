// Command namesake is a provider that calls itself digicert and has nothing to do with reports, as DigiCert's own for
// another product.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/digicert/digicert"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return namesake{} }, options)
	if err != nil {
		log.Fatal(err)
	}
}

type namesake struct{}

func (namesake) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "digicert"
}

func (namesake) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"url": schema.StringAttribute{Required: true},
	}}
}

func (namesake) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (namesake) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (namesake) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return certificate{} }}
}

type certificate struct{}

type certificateModel struct {
	CommonName types.String `tfsdk:"common_name"`
}

func (certificate) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "digicert_certificate"
}

func (certificate) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{Attributes: map[string]resourceschema.Attribute{
		"common_name": resourceschema.StringAttribute{Required: true},
	}}
}

func (certificate) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan certificateModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

func (certificate) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (certificate) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan certificateModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

func (certificate) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
