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

// shortestMasked is the length of the shortest proxy password that is masked without its user. A shorter one would mask
// parts of other words, which reveals it.
const shortestMasked = 4

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
		// Without a password the user name is the secret.
		user, password, _ := strings.Cut(userinfo, ":")
		for _, value := range []string{cmp.Or(password, user), unescape(cmp.Or(password, user))} {
			if len(value) >= shortestMasked {
				values = append(values, value)
			}
		}
	}
	return redact.New(values...)
}

// ProxyPasswords returns the decoded passwords in the proxy variables of the environment.
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

// rawUserinfo returns the credentials in address, which may be an invalid URL, because errors quote invalid ones too.
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
