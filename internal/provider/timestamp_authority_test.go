package provider

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// TestTimestampAuthority_reachesTheClient has a row for each attribute.
func TestTimestampAuthority_reachesTheClient(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	certificate, _ := selfSigned(t)
	const agent = "terraform-provider-digicert/1.2.3 Terraform/"
	rows := map[string]struct {
		block map[string]any
		got   func(timestamp.Authority) string
		want  string
	}{
		"url":         {map[string]any{"url": " http://tsa.example/a?b=c\n"}, func(a timestamp.Authority) string { return a.URL.String() }, "http://tsa.example/a?b=c"},
		"ca_cert_pem": {map[string]any{"url": "http://a.test", "ca_cert_pem": certificate}, func(a timestamp.Authority) string { return a.CACertPEM }, certificate},
		"username":    {map[string]any{"url": "https://a.test", "username": "u", "password": "p"}, func(a timestamp.Authority) string { return a.Username }, "u"},
		"password":    {map[string]any{"url": "https://a.test", "username": "u", "password": "p"}, func(a timestamp.Authority) string { return a.Password }, "p"},
		"nothing else": {
			map[string]any{"url": "http://a.test", "username": "", "password": ""},
			func(a timestamp.Authority) string { return a.CACertPEM + a.Username + a.Password + a.UserAgent }, agent,
		},
	}
	for name, tt := range rows {
		configured, diags := configure(t, map[string]any{"timestamp_authority": tt.block})
		if len(diags) != 0 {
			t.Fatal(name, diags)
		}
		authority := configured.timestampAuthority.Authority
		if got := tt.got(authority); got != tt.want || authority.Logger == nil {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if client, diags := configured.timestampClient(); client == nil || diags.HasError() {
			t.Errorf("%s: got no client: %v", name, diags)
		}
		if diags := configured.requireTimestampAuthority(path.Root("timestamp")); diags.HasError() {
			t.Errorf("%s: got %v", name, diags)
		}
	}
	for name := range timestampAuthorityAttribute().Attributes {
		if _, ok := rows[name]; !ok {
			t.Errorf("no row for %s", name)
		}
	}
}

func TestTimestampAuthority_missing(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	configured, diags := configure(t, nil)
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	diags = configured.requireTimestampAuthority(path.Root("timestamp"))
	if !diags.HasError() || diags[0].Summary() != "Missing Time Stamp Authority" || !blames(diags[0], path.Root("timestamp")) {
		t.Errorf("got %v", diags)
	}
	if client, diags := configured.timestampClient(); client != nil || !diags.HasError() {
		t.Errorf("got a client and %v", diags)
	}
}

// An unknown value is an error only when a time stamp is requested.
func TestTimestampAuthority_unknown(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	block := map[string]any{"url": "http://tsa.example"}
	for name, value := range map[string]any{
		"timestamp_authority":             tftypes.UnknownValue,
		"timestamp_authority.url":         map[string]any{"url": tftypes.UnknownValue},
		"timestamp_authority.ca_cert_pem": map[string]any{"url": "http://tsa.example", "ca_cert_pem": tftypes.UnknownValue},
		"timestamp_authority.username":    map[string]any{"url": "https://tsa.example", "username": tftypes.UnknownValue, "password": "p"},
		"timestamp_authority.password":    map[string]any{"url": "https://tsa.example", "username": "u", "password": tftypes.UnknownValue},
	} {
		configured, diags := configure(t, map[string]any{"timestamp_authority": value})
		if len(diags) != 0 {
			t.Fatal(name, diags)
		}
		if diags := configured.requireTimestampAuthority(path.Root("timestamp")); diags.HasError() {
			t.Errorf("%s: an unknown block is reported as missing: %v", name, diags)
		}
		client, diags := configured.timestampClient()
		if client != nil || !diags.HasError() || diags[0].Summary() != "Unknown Provider Value" || !strings.Contains(diags[0].Detail(), name+" depends") {
			t.Errorf("%s: got %v", name, diags)
		}
		if _, diags := configured.reportLibrary(); diags.HasError() {
			t.Errorf("%s: the Report Library is refused too: %v", name, diags)
		}
	}
	// An unknown key is not in the way of a time stamp either.
	configured, diags := configure(t, map[string]any{"api_key": tftypes.UnknownValue, "timestamp_authority": block})
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	if client, diags := configured.timestampClient(); client == nil {
		t.Error(diags)
	}
}

func TestTimestampAuthority_invalidIsAnErrorAtValidate(t *testing.T) {
	t.Parallel()
	authority := func(attributes, want string) invalid {
		return invalidProvider("  timestamp_authority = { "+attributes+" }", want)
	}
	wantInvalid(t, map[string]invalid{
		"no address":          authority(``, `(?s)attribute "url" is\s+required`),
		"null":                authority(`url = null`, `(?s)timestamp_authority.*url`),
		"empty":               authority(`url = ""`, `(?s)Invalid Time Stamp Authority.*is not an http`),
		"no URL":              authority(`url = "://"`, `(?s)Invalid Time Stamp Authority.*cannot be parsed`),
		"host alone":          authority(`url = "timestamp.digicert.com"`, `(?s)Invalid Time Stamp Authority.*is not an http`),
		"host and port":       authority(`url = "tsa.example:318"`, `(?s)Invalid Time Stamp Authority`),
		"another scheme":      authority(`url = "tcp://tsa.example"`, `(?s)Invalid Time Stamp Authority.*is not an http.*Attribute:\s+timestamp_authority.url`),
		"no host":             authority(`url = "http:///tsa"`, `(?s)Invalid Time Stamp Authority.*is not an http`),
		"credentials":         authority(`url = "https://auditor:a@tsa.example"`, `(?s)Invalid Time Stamp Authority.*username and\s+password`),
		"fragment":            authority(`url = "https://tsa.example/#"`, `(?s)Invalid Time Stamp Authority.*fragment`),
		"no certificate":      authority(`url = "http://tsa.example", ca_cert_pem = "none"`, `(?s)Invalid Certificate.*ca_cert_pem`),
		"user name alone":     authority(`url = "http://tsa.example", username = "auditor"`, `(?s)Invalid Time Stamp Credentials.*password`),
		"password alone":      authority(`url = "http://tsa.example", password = "a"`, `(?s)Invalid Time Stamp Credentials.*user\s+name`),
		"colon in user name":  authority(`url = "http://tsa.example", username = "a:b", password = "c"`, `(?s)Invalid Time Stamp Credentials.*colon`),
		"password is no list": authority(`url = "http://tsa.example", username = "a", password = ["b"]`, `string required`),
	})
}

// Configure checks again: a value may have become known after validation. No message quotes the password.
func TestTimestampAuthority_checkedByConfigure(t *testing.T) {
	t.Setenv(envAPIKey, "key")
	tests := map[string]struct {
		block        map[string]any
		summary      string
		wantWarnings int
	}{
		"not a URL":              {map[string]any{"url": "tsa"}, "Invalid Time Stamp Authority", 0},
		"password alone":         {map[string]any{"url": "https://tsa.example", "password": "S3cret"}, "Invalid Time Stamp Credentials", 0},
		"password in plain http": {map[string]any{"url": "http://tsa.example:318/", "username": "u", "password": "S3cret"}, "Time Stamp Password Travels Unencrypted", 1},
		"password to loopback":   {map[string]any{"url": "http://127.0.0.1:1/", "username": "u", "password": "S3cret"}, "", 0},
		"password over https":    {map[string]any{"url": "https://tsa.example", "username": "u", "password": "S3cret"}, "", 0},
	}
	for name, tt := range tests {
		_, diags := configure(t, map[string]any{"timestamp_authority": tt.block})
		switch {
		case tt.summary == "" && len(diags) != 0, tt.summary != "" && (len(diags) != 1 || diags[0].Summary() != tt.summary):
			t.Errorf("%s: got %v, want %q", name, diags, tt.summary)
		case diags.WarningsCount() != tt.wantWarnings:
			t.Errorf("%s: got %d warnings", name, diags.WarningsCount())
		case strings.Contains(fmt.Sprint(diags), "S3cret"):
			t.Errorf("%s: the password is in %v", name, diags)
		}
		for _, d := range diags {
			if name == "password alone" && blames(d, path.Root("timestamp_authority").AtName("password")) {
				t.Errorf("%s: with a path Terraform quotes the line with the password", name)
			}
		}
	}
}

func TestTimestampFailure(t *testing.T) {
	t.Parallel()
	for _, kind := range timestamp.Kinds() {
		text := timestampFailure(&timestamp.Error{Kind: kind, Host: "tsa.example", Attempts: 1})
		if !strings.HasPrefix(text, "The time stamp ") || timestampRemedies[kind] == "" || !strings.Contains(text, "\n\n"+timestampRemedies[kind]+"\n\n") {
			t.Errorf("kind %d: got %q", kind, text)
		}
	}
	for got, wants := range map[string][]string{
		timestampFailure(&timestamp.Error{Kind: timestamp.KindHTTPStatus, Status: 503, Host: "tsa.example", Attempts: 3}): {
			"The time stamp authority responded with an HTTP error: status 503 Service Unavailable.", "Time stamp authority: tsa.example\nRequests: 3",
		},
		timestampFailure(fmt.Errorf("0001.sha256.tsr is there: %w", &timestamp.Error{Kind: timestamp.KindImprint})): {
			"0001.sha256.tsr is there: the time stamp is over another digest.", "move the file",
		},
		timestampFailure(errors.New("asking tsa.example for a time stamp: context canceled")): {"context canceled."},
	} {
		if slices.ContainsFunc(wants, func(want string) bool { return !strings.Contains(got, want) }) {
			t.Errorf("got %q, want %q in it", got, wants)
		}
	}
}

// The request for a time stamp carries nothing of the Report Library's.
func TestTimestampAuthority_seesNoKey(t *testing.T) {
	const key = "DIGICERT_KEY_THAT_STAYS_AT_HOME"
	certificate, private := selfSigned(t)
	srv := timestamptest.NewServer()
	defer srv.Close()
	configured, diags := configure(t, map[string]any{
		"api_key": key, "base_url": srv.URL(), "client_cert_pem": certificate, "client_key_pem": private,
		"timestamp_authority": map[string]any{"url": srv.URL(), "ca_cert_pem": srv.CACertPEM()},
	})
	if diags.HasError() {
		t.Fatal(diags)
	}
	client, diags := configured.timestampClient()
	if diags.HasError() {
		t.Fatal(diags)
	}
	if _, err := client.Stamp(t.Context(), sha256.Sum256([]byte("evidence"))); err != nil {
		t.Fatal(err)
	}
	for _, request := range srv.Requests() {
		if text := fmt.Sprint(request.Header, string(request.Body)); strings.Contains(text, key) {
			t.Errorf("the key is in %s", text)
		}
	}
	if got := len(srv.Requests()); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
}
