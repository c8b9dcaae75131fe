package httpclient

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// canonicalURL returns a copy of u without credentials whose host is written as net/http dials it: in ASCII, in lower
// case, without the scheme's default port. It returns an error for a host that is neither a name nor an address.
//
// It lowers ASCII letters only, because Unicode folds İ to i and ſ to s while IDNA maps some of those names to other
// hosts.
func canonicalURL(u *url.URL) (*url.URL, error) {
	canonical := *u
	canonical.Scheme, canonical.User = strings.ToLower(u.Scheme), nil
	host := u.Hostname()
	if strings.ContainsFunc(host, func(r rune) bool { return r > 0x7f }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil || ascii == "" {
			return nil, fmt.Errorf("%q is not a host name", host)
		}
		host = ascii
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		host = addr.String()
	} else {
		host = strings.ToLower(host) // ASCII only
	}
	switch port := u.Port(); {
	case port != "" && port != defaultPort(canonical.Scheme):
		canonical.Host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		canonical.Host = "[" + host + "]"
	default:
		canonical.Host = host
	}
	return &canonical, nil
}

// origin returns the scheme, host and port of u in a comparable form; empty if the host is invalid.
func origin(u *url.URL) string {
	canonical, err := canonicalURL(u)
	if err != nil {
		return ""
	}
	port := canonical.Port()
	if port == "" {
		port = defaultPort(canonical.Scheme)
	}
	return canonical.Scheme + "://" + net.JoinHostPort(canonical.Hostname(), port)
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	default:
		return ""
	}
}
