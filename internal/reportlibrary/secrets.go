package reportlibrary

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// mask stands where a secret stood.
const mask = "***"

// shortestMasked is the length below which a proxy's password is masked only together with its user: alone it would
// mask a part of every other word, and so show itself.
const shortestMasked = 4

// secrets masks the values that no text may hold.
type secrets struct {
	replacer *strings.Replacer
}

// newSecrets collects the key and the credentials of the proxies.
func newSecrets(config Config) secrets {
	forms := escapedForms(config.APIKey)
	addresses := proxyAddresses()
	if config.Proxy != nil && config.BaseURL != nil {
		proxy, err := config.Proxy(&http.Request{Method: http.MethodGet, URL: config.BaseURL, Header: http.Header{}})
		if err == nil && proxy != nil {
			addresses = append(addresses, proxy.String())
		}
	}
	for _, address := range addresses {
		userinfo := rawUserinfo(address)
		decoded := unescape(userinfo)
		forms = append(forms, escapedForms(userinfo)...)
		forms = append(forms, escapedForms(decoded)...)
		// What comes before the colon is a secret of its own where nothing comes behind it.
		user, password, _ := strings.Cut(userinfo, ":")
		for _, value := range []string{cmp.Or(password, user), unescape(cmp.Or(password, user))} {
			if len(value) >= shortestMasked {
				forms = append(forms, escapedForms(value)...)
			}
		}
	}
	// The longest first, so that none is masked in part because another is its beginning.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	forms = slices.Compact(forms)
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, mask)
	}
	return secrets{replacer: strings.NewReplacer(pairs...)}
}

func (s secrets) redact(text string) string { return s.replacer.Replace(text) }

// escapedForms returns value as it stands in plain text, URLs, JSON, HTML, quoted strings and Basic credentials.
func escapedForms(value string) []string {
	if value == "" {
		return nil
	}
	quoted := strconv.Quote(value)
	marshalled, _ := json.Marshal(value) // a string always marshals
	return []string{
		value, url.QueryEscape(value), url.PathEscape(value), html.EscapeString(value),
		quoted[1 : len(quoted)-1], string(marshalled[1 : len(marshalled)-1]),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.RawStdEncoding.EncodeToString([]byte(value)),
		base64.URLEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)),
	}
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

// rawUserinfo returns what stands before the host in address, which need not be a URL: those that are none are quoted
// in errors too.
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
