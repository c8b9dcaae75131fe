package httpclient

import (
	"net/url"
	"testing"
)

func TestOrigin(t *testing.T) {
	for _, same := range [][2]string{
		{"https://api.test/x", "https://API.TEST:443/y"},
		{"http://api.test", "HTTP://api.test:80/"},
		{"https://api.test:/", "https://user:password@api.test/?q#f"},
		{"https://[::1]/", "https://[::1]:443"},
	} {
		if a, b := origin(parseURL(t, same[0])), origin(parseURL(t, same[1])); a != b {
			t.Errorf("%v are %s and %s", same, a, b)
		}
	}
	for _, other := range []string{
		"http://api.test", "https://api.test:80", "https://api.test:8443", "https://api.test.", "https://xapi.test",
		"https://test", "https://sub.api.test", "https://api.test.evil", "http://api.test:443",
	} {
		if origin(parseURL(t, other)) == origin(parseURL(t, "https://api.test")) {
			t.Errorf("%s has the origin of https://api.test", other)
		}
	}
}

func parseURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestCanonicalURL_ofInvalidHosts(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"-ö.test", "\u00ad", "a\u202eb.test"} {
		if got, err := canonicalURL(&url.URL{Scheme: "http", Host: host}); err == nil {
			t.Errorf("%q became %s", host, got)
		}
		if got := origin(&url.URL{Scheme: "http", Host: host}); got != "" {
			t.Errorf("%q has the origin %s", host, got)
		}
	}
}
