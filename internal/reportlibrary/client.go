// Package reportlibrary is a client of the DigiCert CertCentral Report Library API. It does not know Terraform.
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

// Defaults for [Config], documented with the provider's attributes.
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
	// Config configures a [Client].
	Config = httpclient.Config
	// Retry limits the retries of a failed request.
	Retry = httpclient.Retry
)

// ProxyPasswords returns the decoded passwords in the proxy variables of the environment.
func ProxyPasswords() []string { return httpclient.ProxyPasswords() }

// Client is safe for concurrent use. All its requests share connections, rate limit and pauses.
type Client struct {
	baseURL *url.URL
	http    *httpclient.Client
	look    *historyLook
}

// New returns a client without making a request.
func New(config Config) *Client {
	config.Explain = explain
	return &Client{baseURL: config.BaseURL, http: httpclient.New(config), look: newHistoryLook()}
}

// Redact masks the API key and the proxies' credentials in s.
func (c *Client) Redact(s string) string { return c.http.Masker().Text(s) }

// CloseIdleConnections closes unused connections.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

func (c *Client) get(ctx context.Context, path []string, query url.Values, accept func(*http.Response) error) error {
	target := c.baseURL.JoinPath(path...)
	// Keep commas, which separate the values of a filter, because a server may split the query before it decodes it.
	target.RawQuery = strings.ReplaceAll(query.Encode(), "%2C", ",")
	return c.http.Get(ctx, target, func(resp *http.Response) error { return contentError(accept(resp)) })
}

// failed adds the operation to err and masks it. The end of ctx becomes an *Error too.
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
