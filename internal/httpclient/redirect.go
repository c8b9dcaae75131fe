package httpclient

import (
	"fmt"
	"net/http"
	"net/url"
)

// maxRedirects limits the redirects of a download; object stores need one or two.
const maxRedirects = 5

// checkRedirect decides whether to follow a redirect. It removes credentials from the Location, because net/http would
// send them as an Authorization header. The transport sends the key to its origin only.
func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	refuse := func(format string, args ...any) error {
		return &Error{Kind: KindRedirect, Message: fmt.Sprintf(format, args...)}
	}
	switch next, last := req.URL, via[len(via)-1].URL; {
	case len(via) > maxRedirects:
		return refuse("the server redirected more than %d times", maxRedirects)
	case next.Scheme != "https" && next.Scheme != "http":
		return refuse("the server redirected to the scheme %q", next.Scheme)
	case next.Hostname() == "":
		return refuse("the server redirected to an address without a host")
	case last.Scheme == "https" && next.Scheme != "https":
		return refuse("the server redirected from https to http on host %s", next.Host)
	}
	canonical, err := canonicalURL(req.URL)
	if err != nil {
		return refuse("the server redirected to an address whose host is not valid: %s", err)
	}
	req.URL, req.Host = canonical, ""
	req.Header.Del("Referer")
	return nil
}

// checkLocation returns an error for an invalid Location, because net/http's own error would quote it.
func checkLocation(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if _, err := url.Parse(resp.Header.Get("Location")); err != nil {
			return &Error{Kind: KindRedirect, Message: "the server redirected to an address that can't be read"}
		}
	}
	return nil
}
