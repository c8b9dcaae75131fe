// Package reportlibrary is a client of the DigiCert CertCentral Report Library API.
//
// It knows nothing of Terraform. A [Client] is safe for concurrent use; all its requests share connections, rate limit
// and pauses.
package reportlibrary

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// DefaultBaseURL is the documented address of the API.
const DefaultBaseURL = "https://api.digicert.com/reports/v1"

// The defaults of [Config], as the documentation of the provider states them.
const (
	DefaultIdleTimeout = 60 * time.Second
	DefaultMaxAttempts = 5
	DefaultMinWait     = time.Second
	DefaultMaxWait     = 180 * time.Second
	// DefaultPer5Seconds and DefaultPer3Minutes are the API's documented limits per key.
	DefaultPer5Seconds = 100
	DefaultPer3Minutes = 1000
)

type (
	// Config is what a [Client] is made of.
	Config = httpclient.Config
	// Retry says how often and how fast a failed request is repeated.
	Retry = httpclient.Retry
)

// ProxyPasswords returns the passwords in the proxy variables of the environment, decoded.
func ProxyPasswords() []string { return httpclient.ProxyPasswords() }

// Client downloads reports and lists them.
type Client struct {
	baseURL *url.URL
	http    *httpclient.Client
	look    *historyLook
}

// New returns a client. It makes no request.
func New(config Config) *Client {
	config.Explain = explain
	return &Client{baseURL: config.BaseURL, http: httpclient.New(config), look: newHistoryLook()}
}

// Redact masks the API key and the credentials of proxies wherever they stand in s.
func (c *Client) Redact(s string) string { return c.http.Masker().Text(s) }

// CloseIdleConnections closes the connections that are kept for further requests. It disturbs no request under way.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// get requests path below the base URL, see [httpclient.Client.Get].
func (c *Client) get(ctx context.Context, path []string, query url.Values, accept func(*http.Response) error) error {
	target := c.baseURL.JoinPath(path...)
	// A comma separates the values of a filter, and a server may look for it before it decodes: it stays as it is.
	target.RawQuery = strings.ReplaceAll(query.Encode(), "%2C", ",")
	return c.http.Get(ctx, target, func(resp *http.Response) error { return contentError(accept(resp)) })
}

// failed returns err with the operation that failed, and without secrets. The end of ctx is an *Error too.
func (c *Client) failed(ctx context.Context, op string, err error) error {
	e, ok := asError(err)
	if !ok && ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))) {
		e, ok = httpclient.ContextError(ctx), true
		err = e
	}
	if ok {
		e.Op = op
	}
	return c.http.Seal(err)
}
