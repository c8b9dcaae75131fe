// Package provider is the Terraform layer, with one file for each data source, resource and ephemeral resource.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

var (
	_ provider.Provider                       = (*digicertProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*digicertProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*digicertProvider)(nil)
)

// New returns a constructor of the provider. version is part of the User-Agent.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return newProvider(version) }
}

func newProvider(version string) *digicertProvider {
	return &digicertProvider{version: version, newClient: reportlibrary.New}
}

type digicertProvider struct {
	version string
	// newClient can be replaced by tests.
	newClient func(reportlibrary.Config) *reportlibrary.Client
}

type providerModel struct {
	APIKey         types.String    `tfsdk:"api_key"`
	BaseURL        types.String    `tfsdk:"base_url"`
	AllowPlainHTTP types.Bool      `tfsdk:"allow_plain_http"`
	CACertPEM      types.String    `tfsdk:"ca_cert_pem"`
	ClientCertPEM  types.String    `tfsdk:"client_cert_pem"`
	ClientKeyPEM   types.String    `tfsdk:"client_key_pem"`
	IdleTimeout    types.String    `tfsdk:"idle_timeout"`
	Retry          *retryModel     `tfsdk:"retry"`
	RateLimit      *rateLimitModel `tfsdk:"rate_limit"`

	TimestampAuthority *timestampAuthorityModel `tfsdk:"timestamp_authority"`
}

type retryModel struct {
	MaxAttempts types.Int64  `tfsdk:"max_attempts"`
	MinWait     types.String `tfsdk:"min_wait"`
	MaxWait     types.String `tfsdk:"max_wait"`
}

type rateLimitModel struct {
	Per5Seconds types.Int64 `tfsdk:"per_5_seconds"`
	Per3Minutes types.Int64 `tfsdk:"per_3_minutes"`
}

func (p *digicertProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "digicert"
	resp.Version = p.version
}

func (p *digicertProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Turns reports of the DigiCert CertCentral Report Library into evidence: content hashes, " +
			"verified files, and archives that auditors can verify without the provider.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "API key of a CertCentral administrator. Defaults to the environment variable " +
					"`DIGICERT_API_KEY`. An empty value counts as not set, in either place; white space around the key is " +
					"ignored. Ephemeral values work. Only operations that talk to DigiCert need it: refreshing and destroying " +
					"saved files does not.",
			},
			"base_url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the API. Defaults to the environment variable `DIGICERT_BASE_URL`, else to " +
					"`https://api.digicert.com/reports/v1`; an empty value counts as not set. Must be https, or http to a " +
					"loopback host. The key is sent to this scheme, host and port only, also after a redirect.",
			},
			"allow_plain_http": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Lets `base_url` be http to any host, such as a mock in a container network; a warning " +
					"names the host. The key travels unencrypted then. Defaults to `false`.",
			},
			"ca_cert_pem": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "PEM certificates of authorities to trust, beside those of the system.",
				Validators:          []validator.String{certificatesPEM{}},
			},
			"client_cert_pem": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM certificate chain for mutual TLS, offered to the origin of `base_url` only. Requires " +
					"`client_key_pem`.",
				Validators: []validator.String{certificatesPEM{}},
			},
			"client_key_pem": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "PEM private key of `client_cert_pem`.",
				Validators:          []validator.String{privateKeyPEM{}},
			},
			"idle_timeout": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The longest silence tolerated: until the response's headers, and between the bytes of its " +
					"body. Not a limit on a whole download. A duration such as `90s` or `2m`; defaults to `60s`.",
				Validators: []validator.String{duration{positive: true}},
			},
			"retry": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "How failed requests are repeated: broken connections, bodies that break off or stall, and " +
					"the statuses 408, 425, 500, 502, 503 and 504. A 429 pauses every request of the provider, spends no " +
					"attempt, and is bounded by `timeouts` alone.",
				Attributes: map[string]schema.Attribute{
					"max_attempts": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Number of attempts, the first included. Defaults to `5`.",
						Validators:          []validator.Int64{int64validator.Between(1, 100)},
					},
					"min_wait": schema.StringAttribute{
						Optional: true,
						MarkdownDescription: "The shortest pause before a repetition, a duration. The pause is random between it and " +
							"a ceiling that doubles with every failure. Defaults to `1s`.",
						Validators: []validator.String{duration{}},
					},
					"max_wait": schema.StringAttribute{
						Optional: true,
						MarkdownDescription: "The longest pause, a duration, also where the service asks for a longer one with " +
							"`Retry-After`. Defaults to `180s`.",
						Validators: []validator.String{duration{positive: true}},
					},
				},
			},
			"rate_limit": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Limits of requests in rolling windows, shared by everything under one provider " +
					"configuration in one run. The defaults are the documented limits of one API key.",
				Attributes: map[string]schema.Attribute{
					"per_5_seconds": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Requests in any 5 seconds; `0` switches the limit off. Defaults to `100`.",
						Validators:          []validator.Int64{int64validator.Between(0, 1_000_000)},
					},
					"per_3_minutes": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Requests in any 3 minutes; `0` switches the limit off. Defaults to `1000`.",
						Validators:          []validator.Int64{int64validator.Between(0, 1_000_000)},
					},
				},
			},
			"timestamp_authority": timestampAuthorityAttribute(),
		},
	}
}

func (p *digicertProvider) ValidateConfig(
	ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse,
) {
	config, diags := readProviderConfig(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	resp.Diagnostics.Append(config.TimestampAuthority.validate()...)
}

func (p *digicertProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	config, diags := readProviderConfig(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	userAgent := p.userAgent(req.TerraformVersion)
	configured := &configuredProvider{
		version: p.version, terraformVersion: req.TerraformVersion, registry: atomicfile.NewRegistry(terraformRun()),
	}
	configured.timestampAuthority, diags = config.timestampAuthority(userAgent)
	resp.Diagnostics.Append(diags...)
	if unknown := config.unknownAttributes(); len(unknown) > 0 {
		configured.configErrors = unknownValueDiagnostics(unknown, "nothing can be asked of DigiCert")
	} else {
		clientConfig, diags := config.client(userAgent)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		if clientConfig.APIKey == "" {
			configured.configErrors = missingKeyDiagnostics()
		}
		configured.apiKey, configured.baseURL = clientConfig.APIKey, clientConfig.BaseURL.String()
		configured.client = p.newClient(clientConfig)
	}
	resp.DataSourceData = configured
	resp.EphemeralResourceData = configured
	resp.ResourceData = configured
}

func (p *digicertProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newReportDownloadDataSource,
		newReportHistoryDataSource,
		newReportRunDataSource,
		newReportDataSource,
		newReportRowsDataSource,
	}
}

func (p *digicertProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newReportDownloadEphemeralResource,
	}
}

func (p *digicertProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newReportFileResource,
		newReportArchiveResource,
	}
}
