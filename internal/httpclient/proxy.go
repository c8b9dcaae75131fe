package httpclient

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// shortestMasked is the length below which a proxy's password is masked only together with its user: alone it would
// mask a part of every other word, and so show itself.
const shortestMasked = 4

// newMasker returns a masker of the key and the credentials of the proxies.
func newMasker(config Config) *redact.Masker {
	values := []string{config.APIKey}
	addresses := proxyAddresses()
	if config.Proxy != nil && config.BaseURL != nil {
		proxy, err := config.Proxy(&http.Request{Method: http.MethodGet, URL: config.BaseURL, Header: http.Header{}})
		if err == nil && proxy != nil {
			addresses = append(addresses, proxy.String())
		}
	}
	for _, address := range addresses {
		userinfo := rawUserinfo(address)
		values = append(values, userinfo, unescape(userinfo))
		// The user is a secret of its own if there is no password.
		user, password, _ := strings.Cut(userinfo, ":")
		for _, value := range []string{cmp.Or(password, user), unescape(cmp.Or(password, user))} {
			if len(value) >= shortestMasked {
				values = append(values, value)
			}
		}
	}
	return redact.New(values...)
}

// ProxyPasswords returns the passwords in the proxy variables of the environment, decoded.
func ProxyPasswords() []string {
	var passwords []string
	for _, address := range proxyAddresses() {
		if _, password, ok := strings.Cut(rawUserinfo(address), ":"); ok && password != "" {
			passwords = append(passwords, unescape(password))
		}
	}
	return passwords
}

func proxyAddresses() []string {
	var addresses []string
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if value := os.Getenv(name); value != "" && !slices.Contains(addresses, value) {
			addresses = append(addresses, value)
		}
	}
	return addresses
}

// rawUserinfo returns the text before the host in address, which need not be a URL: errors quote invalid ones too.
func rawUserinfo(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if end := strings.IndexAny(address, "/?#"); end >= 0 && strings.Contains(address[:end], "@") {
		address = address[:end]
	}
	return address[:max(strings.LastIndex(address, "@"), 0)]
}

func unescape(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}
