package httpclient

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestForeignOriginsGoThroughTheProxyToo(t *testing.T) {
	var asked []string
	c := New(Config{
		BaseURL: parseURL(t, "https://api.test"),
		Proxy: func(req *http.Request) (*url.URL, error) {
			asked = append(asked, req.URL.Host)
			return nil, nil
		},
	})
	for _, transport := range []*http.Transport{c.transport.home.next, c.transport.foreign.next} {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://store.test/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transport.Proxy(req); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(asked, " "); got != "api.test store.test store.test" {
		t.Errorf("proxy asked for %s", got)
	}
}

func TestProxyPasswords(t *testing.T) {
	for address, want := range map[string]string{
		"http://user:secret@proxy.test:3128":  "secret",
		"user:secret@proxy.test:3128":         "secret",
		"https://user:p%40ss@proxy.test":      "p@ss",
		"http://user:p@ss@proxy.test:3128":    "p@ss",
		"http://user:se%zzcret@proxy.test":    "se%zzcret",
		"socks5://user:secret@proxy.test/a@b": "secret",
		"http://token@proxy.test":             "",
		"":                                    "",
	} {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
			t.Setenv(name, "")
		}
		t.Setenv("HTTPS_PROXY", address)
		if got := strings.Join(ProxyPasswords(), " "); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
