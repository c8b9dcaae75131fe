package provider

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// clientConfigOf configures the provider with a block and returns the configuration of its client.
func clientConfigOf(t *testing.T, attributes map[string]any) (reportlibrary.Config, diag.Diagnostics) {
	t.Helper()
	var config reportlibrary.Config
	made := 0
	p := newProvider("1.2.3")
	p.newClient = func(c reportlibrary.Config) *reportlibrary.Client {
		made++
		config = c
		return reportlibrary.New(c)
	}
	var resp provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{TerraformVersion: "1.11.4", Config: configOf(t, attributes)}, &resp)
	if want := 1; !resp.Diagnostics.HasError() && made != want {
		t.Fatalf("got %d clients, want %d", made, want)
	}
	return config, resp.Diagnostics
}

// TestProviderConfig_reachesTheClient has a row for each attribute and environment variable, and one without any.
func TestProviderConfig_reachesTheClient(t *testing.T) {
	certificate, key := selfSigned(t)
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM([]byte(certificate)) {
		t.Fatal("no certificate")
	}
	block, _ := pem.Decode([]byte(certificate))
	baseURL := func(c reportlibrary.Config) any { return c.BaseURL.String() }
	apiKey := func(c reportlibrary.Config) any { return c.APIKey }
	userAgent := func(c reportlibrary.Config) any { return c.UserAgent }
	clientCertificate := func(c reportlibrary.Config) any {
		if c.ClientCertificate == nil || c.ClientCertificate.PrivateKey == nil {
			return nil
		}
		return c.ClientCertificate.Certificate[0]
	}
	const agent = "terraform-provider-digicert/1.2.3 Terraform/1.11.4"
	rows := []struct {
		name   string // the attribute, or the environment variable, that the row is about
		config map[string]any
		env    map[string]string
		got    func(reportlibrary.Config) any
		want   any
	}{
		{"", nil, nil, apiKey, ""},
		{"", nil, nil, baseURL, "https://api.digicert.com/reports/v1"},
		{"", nil, nil, userAgent, agent},
		{"", nil, nil, func(c reportlibrary.Config) any { return c.IdleTimeout }, 60 * time.Second},
		{"", nil, nil, func(c reportlibrary.Config) any { return c.Retry }, reportlibrary.Retry{MaxAttempts: 5, MinWait: time.Second, MaxWait: 180 * time.Second}},
		{"", nil, nil, func(c reportlibrary.Config) any { return []int{c.Per5Seconds, c.Per3Minutes} }, []int{100, 1000}},
		{"", nil, nil, func(c reportlibrary.Config) any { return c.RootCAs == nil }, true},
		{"", nil, nil, clientCertificate, nil},
		{"", nil, nil, func(c reportlibrary.Config) any { return c.Logger != nil }, true},

		{"api_key", map[string]any{"api_key": "k"}, map[string]string{envAPIKey: "e"}, apiKey, "k"},
		{envAPIKey, nil, map[string]string{envAPIKey: "e"}, apiKey, "e"},
		{"base_url", map[string]any{"base_url": "https://a.test/v1"}, map[string]string{envBaseURL: "https://b.test"}, baseURL, "https://a.test/v1"},
		{"base_url", map[string]any{"base_url": " https://a.test/v1\n"}, nil, baseURL, "https://a.test/v1"},
		{"base_url", map[string]any{"base_url": ""}, map[string]string{envBaseURL: "https://b.test"}, baseURL, "https://b.test"},
		{"base_url", map[string]any{"base_url": " "}, map[string]string{envBaseURL: "\t"}, baseURL, "https://api.digicert.com/reports/v1"},
		{envBaseURL, nil, map[string]string{envBaseURL: "https://b.test\n"}, baseURL, "https://b.test"},
		{"allow_plain_http", map[string]any{"allow_plain_http": true, "base_url": "http://mock.test"}, nil, baseURL, "http://mock.test"},
		{"allow_plain_http", map[string]any{"allow_plain_http": true}, map[string]string{envBaseURL: "http://mock.test"}, baseURL, "http://mock.test"},
		{"ca_cert_pem", map[string]any{"ca_cert_pem": certificate}, nil, func(c reportlibrary.Config) any { return roots.Equal(c.RootCAs) }, true},
		{"client_cert_pem", map[string]any{"client_cert_pem": certificate, "client_key_pem": key}, nil, clientCertificate, block.Bytes},
		{"client_key_pem", map[string]any{"client_cert_pem": certificate, "client_key_pem": key}, nil, clientCertificate, block.Bytes},
		{"idle_timeout", map[string]any{"idle_timeout": "7s"}, nil, func(c reportlibrary.Config) any { return c.IdleTimeout }, 7 * time.Second},
		{"retry.max_attempts", map[string]any{"retry": map[string]any{"max_attempts": 7}}, nil, func(c reportlibrary.Config) any { return c.Retry.MaxAttempts }, 7},
		{"retry.min_wait", map[string]any{"retry": map[string]any{"min_wait": "7s"}}, nil, func(c reportlibrary.Config) any { return c.Retry.MinWait }, 7 * time.Second},
		{"retry.min_wait", map[string]any{"retry": map[string]any{"min_wait": "7s", "max_wait": "7s"}}, nil, func(c reportlibrary.Config) any { return c.Retry.MinWait }, 7 * time.Second},
		{"retry.max_wait", map[string]any{"retry": map[string]any{"max_wait": "7s"}}, nil, func(c reportlibrary.Config) any { return c.Retry.MaxWait }, 7 * time.Second},
		{"rate_limit.per_5_seconds", map[string]any{"rate_limit": map[string]any{"per_5_seconds": 7}}, nil, func(c reportlibrary.Config) any { return []int{c.Per5Seconds, c.Per3Minutes} }, []int{7, 1000}},
		{"rate_limit.per_3_minutes", map[string]any{"rate_limit": map[string]any{"per_3_minutes": 0}}, nil, func(c reportlibrary.Config) any { return []int{c.Per5Seconds, c.Per3Minutes} }, []int{100, 0}},
		{"TF_APPEND_USER_AGENT", nil, map[string]string{"TF_APPEND_USER_AGENT": " ci/7 "}, userAgent, agent + " ci/7"},
	}
	covered := map[string]bool{}
	for _, tt := range rows {
		covered[tt.name] = true
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{envAPIKey, envBaseURL, "TF_APPEND_USER_AGENT"} {
				t.Setenv(name, tt.env[name])
			}
			config, diags := clientConfigOf(t, tt.config)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if got := tt.got(config); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}

	var described provider.SchemaResponse
	newProvider("test").Schema(t.Context(), provider.SchemaRequest{}, &described)
	delete(described.Schema.Attributes, "timestamp_authority") // has a client of its own, see TestTimestampAuthority_reachesTheClient
	for name, attribute := range described.Schema.Attributes {
		if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
			for field := range nested.Attributes {
				if !covered[name+"."+field] {
					t.Errorf("no row for %s.%s", name, field)
				}
			}
		} else if !covered[name] {
			t.Errorf("no row for %s", name)
		}
	}
}

// TestProviderConfig_unknownValues checks that an operation is told of every attribute that is not known yet, and that
// neither the environment nor a default stands in for it.
func TestProviderConfig_unknownValues(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	t.Setenv(envBaseURL, "https://b.test")
	var described provider.SchemaResponse
	newProvider("test").Schema(t.Context(), provider.SchemaRequest{}, &described)
	delete(described.Schema.Attributes, "timestamp_authority") // has a client of its own, see TestTimestampAuthority_unknown
	configs := map[string]map[string]any{}
	for name, attribute := range described.Schema.Attributes {
		configs[name] = map[string]any{name: unknownValue}
		if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
			for field := range nested.Attributes {
				configs[name+"."+field] = map[string]any{name: map[string]any{field: unknownValue}}
			}
		}
	}
	for name, config := range configs {
		configured, diags := configure(t, config)
		if diags.HasError() {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		client, diags := configured.reportLibrary()
		if client != nil || len(diags) != 1 || diags[0].Summary() != "Unknown Provider Value" {
			t.Errorf("%s: got client %v and %v, want the error of an unknown value", name, client, diags)
		} else if want := fmt.Sprintf("provider's %s depends", name); !strings.Contains(diags[0].Detail(), want) {
			t.Errorf("%s: got %q, want %q in it", name, diags[0].Detail(), want)
		}
	}
}
