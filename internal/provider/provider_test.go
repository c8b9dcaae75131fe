package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// configOf returns a provider block with these attributes.
func configOf(t *testing.T, attributes map[string]any) tfsdk.Config {
	t.Helper()
	var resp provider.SchemaResponse
	newProvider("test").Schema(t.Context(), provider.SchemaRequest{}, &resp)
	return tfsdk.Config{Schema: resp.Schema, Raw: tftest.Value(t, resp.Schema.Type().TerraformType(t.Context()), attributes)}
}

// unknownValue is a value that is not known before apply.
const unknownValue = tftypes.UnknownValue

func configure(t *testing.T, attributes map[string]any) (*configuredProvider, diag.Diagnostics) {
	t.Helper()
	var resp provider.ConfigureResponse
	newProvider("1.2.3").Configure(t.Context(), provider.ConfigureRequest{Config: configOf(t, attributes)}, &resp)
	configured, _ := resp.ResourceData.(*configuredProvider)
	return configured, resp.Diagnostics
}

func TestProvider_schemaIsValid(t *testing.T) {
	t.Parallel()
	var resp provider.SchemaResponse
	newProvider("test").Schema(t.Context(), provider.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
	for _, name := range []string{"api_key", "client_key_pem"} {
		if !resp.Schema.Attributes[name].IsSensitive() {
			t.Errorf("%s is not sensitive", name)
		}
	}
}

func TestProvider_keyComesFromConfigurationOrEnvironment(t *testing.T) {
	tests := map[string]struct {
		config      any
		env         string
		want        string
		wantUnready string
	}{
		"configuration":                 {config: "from-config", want: "from-config"},
		"environment":                   {env: "from-env", want: "from-env"},
		"configuration wins":            {config: "from-config", env: "from-env", want: "from-config"},
		"neither":                       {wantUnready: "Missing API Key"},
		"empty configuration":           {config: "", env: "from-env", want: "from-env"},
		"blank configuration":           {config: " \n", env: "from-env", want: "from-env"},
		"both empty":                    {config: "", wantUnready: "Missing API Key"},
		"both blank":                    {config: "\t", env: " \r\n", wantUnready: "Missing API Key"},
		"a line break in configuration": {config: "from-config\r\n", want: "from-config"},
		"white space in environment":    {env: " \tfrom-env\n", want: "from-env"},
		"unknown is not replaced":       {config: tftypes.UnknownValue, env: "from-env", wantUnready: "Unknown Provider Value"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv(envAPIKey, tt.env)
			configured, diags := configure(t, map[string]any{"api_key": tt.config})
			if diags.HasError() {
				t.Fatal(diags)
			}
			if configured.apiKey != tt.want {
				t.Errorf("got the key %q, want %q", configured.apiKey, tt.want)
			}
			if tt.want != "" && configured.client.Redact(tt.want) != "***" {
				t.Errorf("the client does not have the key %q", tt.want)
			}
			_, diags = configured.reportLibrary()
			switch {
			case tt.wantUnready == "" && diags.HasError():
				t.Error(diags)
			case tt.wantUnready != "" && (!diags.HasError() || diags[0].Summary() != tt.wantUnready):
				t.Errorf("got the reason %v, want %s", diags, tt.wantUnready)
			case tt.wantUnready != "" && !strings.Contains(diags[0].Detail(), "api_key"):
				t.Errorf("%q does not name api_key", diags[0].Detail())
			}
		})
	}
}

func TestProvider_baseURL(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	for value, wantError := range map[string]bool{
		"https://api.digicert.com/reports/v1":  false,
		"https://api.digicert.com/reports/v1/": false,
		"http://localhost:8080/v1":             false,
		"http://127.9.9.9":                     false,
		"http://[::1]:80/":                     false,
		"http://[::ffff:127.0.0.1]":            false,
		"http://[::ffff:192.0.2.1]":            true,
		"http://api.digicert.com":              true,
		"http://localhost.example.com":         true,
		"http://127.0.0.1.example.com":         true,
		"ftp://localhost":                      true,
		"localhost:8080":                       true,
		"https://user:secret@example.com":      true,
		"https://example.com/?a=b":             true,
		"https://example.com/?":                true,
		"https://example.com/#part":            true,
		"https://":                             true,
		"https://exa mple.com":                 true,
	} {
		_, diags := configure(t, map[string]any{"base_url": value})
		if diags.HasError() != wantError {
			t.Errorf("base_url %q: %v", value, diags)
		}
		if wantError && diags.HasError() && !blames(diags[0], path.Root("base_url")) {
			t.Errorf("base_url %q: the error is not on the attribute", value)
		}
		if strings.Contains(fmt.Sprint(diags), "secret") {
			t.Errorf("base_url %q: the error quotes the password", value)
		}
		t.Setenv(envBaseURL, value)
		if _, diags := configure(t, nil); diags.HasError() != wantError {
			t.Errorf("%s=%q: %v", envBaseURL, value, diags)
		}
		t.Setenv(envBaseURL, "")
	}
}

func TestProvider_plainHTTPIsAllowedWithAWarning(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	_, diags := configure(t, map[string]any{"base_url": "http://mock:8080", "allow_plain_http": true})
	if diags.HasError() || diags.WarningsCount() != 1 || !strings.Contains(diags[0].Detail(), "mock:8080") {
		t.Errorf("%v", diags)
	}
	_, diags = configure(t, map[string]any{"base_url": "http://localhost:8080", "allow_plain_http": true})
	if len(diags) != 0 {
		t.Errorf("loopback: %v", diags)
	}
}

func TestProvider_badKeysAreNotQuoted(t *testing.T) {
	for _, key := range []string{"sec ret", "sec\nret\n", "sec\tret", "sec\u00a0ret", "sec\x00ret"} {
		for _, where := range []string{"configuration", "environment"} {
			t.Setenv(envAPIKey, "")
			config := map[string]any{}
			if where == "configuration" {
				config["api_key"] = key
			} else if !strings.Contains(key, "\x00") {
				t.Setenv(envAPIKey, key)
			} else {
				continue // no environment can hold it
			}
			_, diags := configure(t, config)
			if !diags.HasError() || diags[0].Summary() != "Invalid API Key" {
				t.Errorf("%q from the %s: %v", key, where, diags)
				continue
			}
			if strings.Contains(diags[0].Detail(), "ret") {
				t.Errorf("%q from the %s is quoted: %s", key, where, diags[0].Detail())
			}
			if _, ok := diags[0].(diag.DiagnosticWithPath); ok {
				t.Errorf("%q from the %s: with a path Terraform quotes the line that holds the key", key, where)
			}
		}
	}
}

func TestProvider_invalidConfigurationIsAnErrorAtValidate(t *testing.T) {
	t.Parallel()
	certificate, key := selfSigned(t)
	_, otherKey := selfSigned(t)
	wantInvalid(t, map[string]invalid{
		"duration":           invalidProvider(`idle_timeout = "soon"`, `(?s)Invalid Duration.*idle_timeout`),
		"no duration":        invalidProvider(`idle_timeout = "0s"`, `Invalid Duration`),
		"negative wait":      invalidProvider(`retry = { min_wait = "-1s" }`, `Invalid Duration`),
		"waits":              invalidProvider(`retry = { min_wait = "5m" }`, `Invalid Retry Waits`),
		"attempts":           invalidProvider(`retry = { max_attempts = 0 }`, `max_attempts`),
		"rate":               invalidProvider(`rate_limit = { per_5_seconds = -1 }`, `per_5_seconds`),
		"authority":          invalidProvider(`ca_cert_pem = "no certificate"`, `(?s)Invalid Certificate.*ca_cert_pem`),
		"key as authority":   invalidProvider(`ca_cert_pem = <<EOT`+"\n"+key+"EOT", `Invalid Certificate`),
		"key alone":          invalidProvider(`client_key_pem = <<EOT`+"\n"+key+"EOT", `(?s)Incomplete Client Certificate.*client_cert_pem`),
		"certificate alone":  invalidProvider(`client_cert_pem = <<EOT`+"\n"+certificate+"EOT", `(?s)Incomplete Client Certificate.*client_key_pem`),
		"not a pair":         invalidProvider("client_cert_pem = <<EOT\n"+certificate+"EOT\nclient_key_pem = <<EOT\n"+otherKey+"EOT", `Invalid Client Certificate`),
		"no key":             invalidProvider(`client_key_pem = "no key"`, `Invalid Private Key`),
		"plain http":         invalidProvider(`base_url = "http://api.digicert.com"`, `(?s)Invalid Base URL.*allow_plain_http`),
		"credentials in url": invalidProvider(`base_url = "https://a:b@example.com"`, `Invalid Base URL`),
		"key with a space":   invalidProvider(`api_key = "a b"`, `Invalid API Key`),
	})
}

func TestProvider_missingKeyBlocksOnlyRequests(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	keyless := fmt.Sprintf("provider \"digicert\" {\n base_url = %q\n}\n", s.URL())
	block := savedBlock("this", run, `filename = "`+s.file("orders.csv")+`"`)
	s.test(
		resource.TestStep{Config: keyless + block, ExpectError: regexp.MustCompile(`(?s)Missing API Key.*api_key.*DIGICERT_API_KEY`)},
		resource.TestStep{Config: s.provider() + block},
		resource.TestStep{
			PreConfig:        s.forget(),
			Config:           keyless + block,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{Config: keyless, Check: s.onlyFiles()},
	)
}

func TestProvider_unknownKeyHasItsOwnError(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "key" {
  input = %q
}
provider "digicert" {
  base_url = %q
  api_key  = terraform_data.key.output
}
data "digicert_report_download" "this" {
  report_identifier     = %q
  report_run_identifier = %q
  report_format         = "CSV"
}
`, s.APIKey, s.URL(), run.ReportIdentifier, run.RunIdentifier),
		ExpectError: regexp.MustCompile(`(?s)Unknown Provider Value.*api_key`),
	})
	if err := s.wantRequests(0); err != nil {
		t.Error(err)
	}
}

func TestProvider_foreignDataIsABug(t *testing.T) {
	t.Parallel()
	if _, diags := configuredFrom("something else"); !diags.HasError() {
		t.Error("no error for foreign provider data")
	}
	if configured, diags := configuredFrom(nil); configured != nil || len(diags) != 0 {
		t.Errorf("before Configure: %v, %v", configured, diags)
	}
}

func blames(d diag.Diagnostic, attribute path.Path) bool {
	withPath, ok := d.(diag.DiagnosticWithPath)
	return ok && withPath.Path().Equal(attribute)
}

// selfSigned makes a certificate and its key in PEM.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
}
