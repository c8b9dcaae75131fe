package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp"
)

// timestampAuthorityModel is timestamp_authority in a provider block.
type timestampAuthorityModel struct {
	URL       types.String `tfsdk:"url"`
	CACertPEM types.String `tfsdk:"ca_cert_pem"`
	Username  types.String `tfsdk:"username"`
	Password  types.String `tfsdk:"password"`
}

func timestampAuthorityAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "A time stamp authority (RFC 3161) for archives with `timestamp = true`. It gets the SHA-256 " +
			"of a list of hashes and nothing else: neither a report nor the API key nor the client certificate. There is no " +
			"default, because each public service has terms of its own.",
		Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Address of the service, such as `http://timestamp.digicert.com`. Plain http is usual here: " +
					"the response is signed. A request goes through the proxy in `HTTP_PROXY`, or in `HTTPS_PROXY` for https; " +
					"redirects are not followed.",
				Validators: []validator.String{timestampURL{}},
			},
			"ca_cert_pem": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "PEM certificates of the roots that time stamps must lead to. Defaults to the roots of the " +
					"system; with a value, those alone are trusted. macOS does not let its roots verify time stamps, so a value is " +
					"needed there. An https `url` may lead to these or to the roots of the system.",
				Validators: []validator.String{certificatesPEM{}},
			},
			"username": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "User name for Basic authentication. Requires `password`.",
			},
			"password": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Password for Basic authentication. Requires `username`. Ephemeral values work.",
			},
		},
	}
}

// timestampURL validates the address of a time stamp authority. Its errors never quote credentials.
type timestampURL struct{}

func (v timestampURL) Description(context.Context) string {
	return "must be an http or https URL without credentials"
}
func (v timestampURL) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v timestampURL) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	runStringCheck(v, req, resp)
}

func (v timestampURL) check(value string) (string, string) {
	const summary = "Invalid Time Stamp Authority"
	const example = "An address looks like http://timestamp.digicert.com."
	parsed, err := url.Parse(strings.TrimSpace(value))
	switch {
	case err != nil:
		return summary, "The URL cannot be parsed. " + example
	case parsed.User != nil:
		return summary, "The URL contains credentials. Use username and password instead."
	case parsed.Hostname() == "" || parsed.Scheme != "http" && parsed.Scheme != "https":
		return summary, fmt.Sprintf("%q is not an http or https URL. %s", value, example)
	case parsed.Fragment != "" || strings.Contains(value, "#"):
		return summary, fmt.Sprintf("%q has a fragment, which no server sees. Remove it.", value)
	}
	return "", ""
}

// unknown returns the names of unknown attributes.
func (m *timestampAuthorityModel) unknown() []string {
	var names []string
	for _, attribute := range []struct {
		name  string
		value types.String
	}{{"url", m.URL}, {"ca_cert_pem", m.CACertPEM}, {"username", m.Username}, {"password", m.Password}} {
		if attribute.value.IsUnknown() {
			names = append(names, "timestamp_authority."+attribute.name)
		}
	}
	return names
}

// validate checks the credentials. No message contains their values.
func (m *timestampAuthorityModel) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	if m == nil || m.Username.IsUnknown() || m.Password.IsUnknown() {
		return diags
	}
	const summary = "Invalid Time Stamp Credentials"
	at := path.Root("timestamp_authority")
	username, password := m.Username.ValueString(), m.Password.ValueString()
	switch {
	case username != "" && password == "":
		diags.AddAttributeError(at.AtName("username"), summary, "The user name in timestamp_authority needs a "+
			"password: set password too, or leave both out.")
	case username == "" && password != "":
		// Without an attribute path, because Terraform would quote the line with the password.
		diags.AddError(summary, "The password in timestamp_authority needs a user name: set username too, or leave both "+
			"out.")
	case strings.Contains(username, ":"):
		diags.AddAttributeError(at.AtName("username"), summary, "The user name in timestamp_authority contains a "+
			"colon, which Basic authentication cannot send.")
	}
	return diags
}

// timestampAuthority is the configured time stamp authority.
type timestampAuthority struct {
	timestamp.Authority
	configured bool
	unknown    []string // the names of unknown attributes
}

// timestampAuthority returns the authority of the provider block.
func (c providerConfig) timestampAuthority(userAgent string) (timestampAuthority, diag.Diagnostics) {
	model := c.TimestampAuthority
	switch {
	case c.timestampUnknown:
		return timestampAuthority{configured: true, unknown: []string{"timestamp_authority"}}, nil
	case model == nil:
		return timestampAuthority{}, nil
	}
	diags := model.validate()
	result := timestampAuthority{configured: true, unknown: model.unknown(), Authority: timestamp.Authority{
		CACertPEM: model.CACertPEM.ValueString(),
		Username:  model.Username.ValueString(),
		Password:  model.Password.ValueString(),
		UserAgent: userAgent,
		Logger:    slog.New(&logHandler{}),
	}}
	if model.URL.IsUnknown() {
		return result, diags
	}
	at := path.Root("timestamp_authority").AtName("url")
	if summary, problem := (timestampURL{}).check(model.URL.ValueString()); problem != "" {
		diags.AddAttributeError(at, summary, problem+"\n\nAttribute: "+at.String())
		return result, diags
	}
	result.URL, _ = url.Parse(strings.TrimSpace(model.URL.ValueString())) // checked by timestampURL
	if result.Password != "" && result.URL.Scheme == "http" && !isLoopback(result.URL.Hostname()) {
		diags.AddAttributeWarning(at, "Time Stamp Password Travels Unencrypted", fmt.Sprintf("The time stamp authority at "+
			"%s has a plain http address, so every host on the way can read the password.\n\nUse its https address, if it "+
			"has one.", result.URL.Host))
	}
	return result, diags
}

// requireTimestampAuthority reports a missing timestamp_authority on the attribute that asks for time stamps. A block
// that is not known yet is not missing.
func (p *configuredProvider) requireTimestampAuthority(at path.Path) diag.Diagnostics {
	if p.timestampAuthority.configured {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Missing Time Stamp Authority", "Time stamps need a "+
		"service that issues them, and the provider block names none.\n\nSet the provider's timestamp_authority, such as "+
		"{ url = \"http://timestamp.digicert.com\" }, or leave timestamp out.")}
}

// timestampClient returns the client of the time stamp authority, or the reason why there is none.
func (p *configuredProvider) timestampClient() (*timestamp.Client, diag.Diagnostics) {
	if diags := p.requireTimestampAuthority(path.Root("timestamp")); diags.HasError() {
		return nil, diags
	}
	if unknown := p.timestampAuthority.unknown; len(unknown) > 0 {
		return nil, unknownValueDiagnostics(unknown, "no time stamp can be asked for")
	}
	client, err := timestamp.New(p.timestampAuthority.Authority)
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Invalid Certificate", fmt.Sprintf(
			"The provider's timestamp_authority.ca_cert_pem cannot be used: %s.", err))}
	}
	return client, nil
}

// timestampRemedies contains the next step for each kind of failure.
var timestampRemedies = map[timestamp.Kind]string{
	timestamp.KindUnreachable: "Check timestamp_authority.url, and the outbound proxy (HTTP_PROXY, HTTPS_PROXY) or " +
		"firewall.",
	timestamp.KindHTTPStatus: "Check timestamp_authority.url and, after 401 or 403, username and password. A 407 comes " +
		"from the proxy; a 5xx is usually temporary.",
	timestamp.KindRedirect:    "Set timestamp_authority.url to the address that serves the time stamps itself.",
	timestamp.KindContentType: "Check timestamp_authority.url; a proxy or a sign-in page may have responded instead.",
	timestamp.KindTooLarge:    "Check that timestamp_authority.url is the address of a time stamp service.",
	timestamp.KindRejected:    "The reason is the authority's. Ask its operator.",
	timestamp.KindCertIDv1:    "Use an authority that follows RFC 5816.",
	timestamp.KindUntrusted: "Set timestamp_authority.ca_cert_pem to the root certificate of the authority. On macOS " +
		"this is always needed.",
	timestamp.KindNonce: "A proxy or a cache may have sent an earlier response. Try again, or use another " +
		"authority.",
	timestamp.KindMalformed:    unusableAuthority,
	timestamp.KindTrailingData: unusableAuthority,
	timestamp.KindImprint:      unusableAuthority,
	timestamp.KindTime:         unusableAuthority,
	timestamp.KindAlgorithm:    unusableAuthority,
	timestamp.KindSignerCount:  unusableAuthority,
	timestamp.KindCertID:       unusableAuthority,
	timestamp.KindPurpose:      unusableAuthority,
	timestamp.KindAuthority:    unusableAuthority,
	timestamp.KindExpired:      unusableAuthority,
	timestamp.KindSignature:    unusableAuthority,
}

const unusableAuthority = "An auditor could not rely on this response. Use another authority, or tell the operator " +
	"of this one."

const storedStamp = "If another authority issued it, set timestamp_authority.ca_cert_pem to the root of that one. " +
	"Else move the file to another folder, so that the next apply asks for a new time stamp."

// timestampFailure describes a failed time stamp in sentences: the reason, the remedy, and context lines.
func timestampFailure(err error) string {
	failed, ok := errors.AsType[*timestamp.Error](err)
	if !ok {
		return strings.TrimRight(err.Error(), ".") + "."
	}
	text := strings.TrimRight(err.Error(), ".") + "."
	if rest, ok := strings.CutPrefix(text, "the "); ok {
		text = "The " + rest
	}
	if failed.Host == "" {
		return text + "\n\n" + storedStamp
	}
	return fmt.Sprintf("%s\n\n%s\n\nTime stamp authority: %s\nRequests: %d", text,
		cmp.Or(timestampRemedies[failed.Kind], unusableAuthority), failed.Host, failed.Attempts)
}
