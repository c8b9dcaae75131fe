package provider

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

const (
	envAPIKey  = "DIGICERT_API_KEY"
	envBaseURL = "DIGICERT_BASE_URL"
)

// providerConfig is a provider block. Its nested objects may be unknown as a whole.
type providerConfig struct {
	providerModel
	retryUnknown, rateLimitUnknown, timestampUnknown bool
}

func readProviderConfig(ctx context.Context, config tfsdk.Config) (providerConfig, diag.Diagnostics) {
	var (
		result                               providerConfig
		retry, rateLimit, timestampAuthority types.Object
		diags                                diag.Diagnostics
	)
	for name, target := range map[string]any{
		"api_key": &result.APIKey, "base_url": &result.BaseURL, "allow_plain_http": &result.AllowPlainHTTP,
		"ca_cert_pem": &result.CACertPEM, "client_cert_pem": &result.ClientCertPEM, "client_key_pem": &result.ClientKeyPEM,
		"idle_timeout": &result.IdleTimeout, "retry": &retry, "rate_limit": &rateLimit,
		"timestamp_authority": &timestampAuthority,
	} {
		diags.Append(config.GetAttribute(ctx, path.Root(name), target)...)
	}
	result.retryUnknown, result.rateLimitUnknown = retry.IsUnknown(), rateLimit.IsUnknown()
	if !retry.IsNull() && !retry.IsUnknown() {
		diags.Append(config.GetAttribute(ctx, path.Root("retry"), &result.Retry)...)
	}
	if !rateLimit.IsNull() && !rateLimit.IsUnknown() {
		diags.Append(config.GetAttribute(ctx, path.Root("rate_limit"), &result.RateLimit)...)
	}
	result.timestampUnknown = timestampAuthority.IsUnknown()
	if !timestampAuthority.IsNull() && !timestampAuthority.IsUnknown() {
		diags.Append(config.GetAttribute(ctx, path.Root("timestamp_authority"), &result.TimestampAuthority)...)
	}
	return result, diags
}

// unknownAttributes returns the names of unknown attributes, without those of timestamp_authority.
func (c providerConfig) unknownAttributes() []string {
	type named struct {
		name    string
		unknown bool
	}
	all := []named{
		{"api_key", c.APIKey.IsUnknown()},
		{"base_url", c.BaseURL.IsUnknown()},
		{"allow_plain_http", c.AllowPlainHTTP.IsUnknown()},
		{"ca_cert_pem", c.CACertPEM.IsUnknown()},
		{"client_cert_pem", c.ClientCertPEM.IsUnknown()},
		{"client_key_pem", c.ClientKeyPEM.IsUnknown()},
		{"idle_timeout", c.IdleTimeout.IsUnknown()},
		{"retry", c.retryUnknown},
		{"rate_limit", c.rateLimitUnknown},
	}
	if c.Retry != nil {
		all = append(all, named{"retry.max_attempts", c.Retry.MaxAttempts.IsUnknown()},
			named{"retry.min_wait", c.Retry.MinWait.IsUnknown()}, named{"retry.max_wait", c.Retry.MaxWait.IsUnknown()})
	}
	if c.RateLimit != nil {
		all = append(all, named{"rate_limit.per_5_seconds", c.RateLimit.Per5Seconds.IsUnknown()},
			named{"rate_limit.per_3_minutes", c.RateLimit.Per3Minutes.IsUnknown()})
	}
	var unknown []string
	for _, attribute := range all {
		if attribute.unknown {
			unknown = append(unknown, attribute.name)
		}
	}
	return unknown
}

// validate checks combinations of attributes, and values that must not be quoted.
func (c providerConfig) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	diags.Append(checkAPIKey(trimmed(c.APIKey), "the provider's api_key")...)
	if base := trimmed(c.BaseURL); base != "" && !c.AllowPlainHTTP.IsUnknown() {
		if _, err := parseBaseURL(base, c.AllowPlainHTTP.ValueBool()); err != nil {
			diags.AddAttributeError(path.Root("base_url"), "Invalid Base URL",
				fmt.Sprintf("The base URL is not usable: %s.", err))
		}
	}
	_, certificateDiags := c.clientCertificate()
	diags.Append(certificateDiags...)
	if c.Retry != nil && !c.Retry.MinWait.IsUnknown() && !c.Retry.MaxWait.IsUnknown() {
		retry := c.retry()
		if retry.MinWait > retry.MaxWait {
			attribute := path.Root("retry").AtName("min_wait")
			if c.Retry.MinWait.IsNull() {
				attribute = path.Root("retry").AtName("max_wait")
			}
			diags.AddAttributeError(attribute, "Invalid Retry Waits", fmt.Sprintf(
				"The shortest wait of %s is longer than the longest of %s. Lower retry.min_wait or raise retry.max_wait; "+
					"their defaults are %s and %s.",
				retry.MinWait, retry.MaxWait, reportlibrary.DefaultMinWait, reportlibrary.DefaultMaxWait))
		}
	}
	return diags
}

// clientCertificate returns the certificate for mutual TLS; nil if it is not set or unknown.
func (c providerConfig) clientCertificate() (*tls.Certificate, diag.Diagnostics) {
	var diags diag.Diagnostics
	cert, key := c.ClientCertPEM, c.ClientKeyPEM
	switch {
	case cert.IsUnknown() || key.IsUnknown():
	case cert.IsNull() != key.IsNull():
		given, missing := "client_cert_pem", "client_key_pem"
		if cert.IsNull() {
			given, missing = missing, given
		}
		diags.AddAttributeError(path.Root(given), "Incomplete Client Certificate",
			fmt.Sprintf("Mutual TLS takes a certificate and its key: set %s too, or leave both out.", missing))
	case !cert.IsNull():
		pair, err := tls.X509KeyPair([]byte(cert.ValueString()), []byte(key.ValueString()))
		if err == nil {
			return &pair, diags
		}
		diags.AddAttributeError(path.Root("client_cert_pem"), "Invalid Client Certificate",
			fmt.Sprintf("The certificate in client_cert_pem and the key in client_key_pem can't be used together: %s.", err))
	}
	return nil, diags
}

// client returns the client's configuration from known attributes and the environment.
func (c providerConfig) client(userAgent string) (reportlibrary.Config, diag.Diagnostics) {
	diags := c.validate()
	key := trimmed(c.APIKey)
	if key == "" {
		key = strings.TrimSpace(os.Getenv(envAPIKey))
		diags.Append(checkAPIKey(key, "the environment variable "+envAPIKey)...)
	}
	redact.Register(append(reportlibrary.ProxyPasswords(), key)...)
	base := cmp.Or(trimmed(c.BaseURL), strings.TrimSpace(os.Getenv(envBaseURL)), reportlibrary.DefaultBaseURL)
	baseURL, err := parseBaseURL(base, c.AllowPlainHTTP.ValueBool())
	switch {
	case err != nil && trimmed(c.BaseURL) == "":
		diags.AddError("Invalid Base URL", fmt.Sprintf("The environment variable %s is not usable: %s.", envBaseURL, err))
	case err == nil && baseURL.Scheme == "http" && !isLoopback(baseURL.Hostname()):
		diags.AddAttributeWarning(path.Root("allow_plain_http"), "API Key Travels Unencrypted", fmt.Sprintf(
			"The provider's base_url is plain http to %s: every host on the way can read the API key and the reports. "+
				"Use this for mocks in a network of your own only.", baseURL.Host))
	}
	if diags.HasError() {
		return reportlibrary.Config{}, diags
	}

	config := reportlibrary.Config{
		BaseURL:     baseURL,
		APIKey:      key,
		UserAgent:   userAgent,
		IdleTimeout: durationOr(c.IdleTimeout, reportlibrary.DefaultIdleTimeout),
		Retry:       c.retry(),
		Per5Seconds: reportlibrary.DefaultPer5Seconds,
		Per3Minutes: reportlibrary.DefaultPer3Minutes,
		Logger:      slog.New(&logHandler{}),
	}
	if c.RateLimit != nil {
		config.Per5Seconds = int(int64Or(c.RateLimit.Per5Seconds, reportlibrary.DefaultPer5Seconds))
		config.Per3Minutes = int(int64Or(c.RateLimit.Per3Minutes, reportlibrary.DefaultPer3Minutes))
	}
	if !c.CACertPEM.IsNull() {
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool() // on a system without roots only the user's apply
		}
		config.RootCAs.AppendCertsFromPEM([]byte(c.CACertPEM.ValueString()))
	}
	config.ClientCertificate, _ = c.clientCertificate() // checked by validate
	return config, diags
}

func (c providerConfig) retry() reportlibrary.Retry {
	model := c.Retry
	if model == nil {
		model = new(retryModel)
	}
	return reportlibrary.Retry{
		MaxAttempts: int(int64Or(model.MaxAttempts, reportlibrary.DefaultMaxAttempts)),
		MinWait:     durationOr(model.MinWait, reportlibrary.DefaultMinWait),
		MaxWait:     durationOr(model.MaxWait, reportlibrary.DefaultMaxWait),
	}
}

// userAgent contains the versions of provider and Terraform, and TF_APPEND_USER_AGENT.
func (p *digicertProvider) userAgent(terraformVersion string) string {
	agent := fmt.Sprintf("terraform-provider-digicert/%s Terraform/%s", p.version, terraformVersion)
	if more := strings.TrimSpace(os.Getenv("TF_APPEND_USER_AGENT")); more != "" {
		agent += " " + more
	}
	return agent
}

// trimmed returns a value without surrounding white space, such as the line break at the end of a file; "" if it is
// null or unknown.
func trimmed(value types.String) string { return strings.TrimSpace(value.ValueString()) }

// checkAPIKey rejects a key that a header can't contain. The diagnostic is without an attribute path, because Terraform
// would quote the line with the key.
func checkAPIKey(key, where string) diag.Diagnostics {
	var diags diag.Diagnostics
	if strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
		diags.AddError("Invalid API Key", fmt.Sprintf("The key in %s contains white space or a control character in its "+
			"middle, as where two keys or two lines were joined. Set it to the one key that DigiCert shows.", where))
	}
	return diags
}

// parseBaseURL checks a base URL. The error never quotes credentials.
func parseBaseURL(value string, allowPlainHTTP bool) (*url.URL, error) {
	parsed, err := url.Parse(value)
	switch {
	case err != nil:
		return nil, fmt.Errorf("it can't be parsed; a base URL looks like %s", reportlibrary.DefaultBaseURL)
	case parsed.User != nil:
		return nil, errors.New("it holds credentials; the key belongs into api_key")
	case parsed.Hostname() == "" || parsed.Scheme != "https" && parsed.Scheme != "http":
		return nil, fmt.Errorf("%q is not an https URL; a base URL looks like %s", value, reportlibrary.DefaultBaseURL)
	case parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "" || strings.HasSuffix(value, "#"):
		return nil, fmt.Errorf("%q has a query or a fragment; a base URL ends with its path", value)
	case parsed.Scheme == "http" && !allowPlainHTTP && !isLoopback(parsed.Hostname()):
		return nil, fmt.Errorf("%q is plain http to a host that is not this machine, which would show the API key to "+
			"every host on the way. Use https, or set allow_plain_http for a mock in a network of your own", value)
	}
	return parsed, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func durationOr(value types.String, otherwise time.Duration) time.Duration {
	if parsed, err := time.ParseDuration(value.ValueString()); err == nil {
		return parsed
	}
	return otherwise
}

func int64Or(value types.Int64, otherwise int64) int64 {
	if value.IsNull() {
		return otherwise
	}
	return value.ValueInt64()
}
