// Package reportlibrary is a client of the DigiCert CertCentral Report Library API.
//
// It knows nothing of Terraform. A [Client] is safe for concurrent use; everything that is done with one shares its
// connections, its rate limit and its pauses.
package reportlibrary

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
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

// Config is what a [Client] is made of. Durations and counts are taken as they are: a zero is not a default.
type Config struct {
	// BaseURL is the address that the paths of the API are appended to. The key goes to its origin only.
	BaseURL *url.URL
	// APIKey is sent as X-DC-DEVKEY and masked in every text that leaves the client.
	APIKey string
	// UserAgent is sent to every host.
	UserAgent string
	// IdleTimeout is the longest silence tolerated, until the headers and between the bytes of a body.
	IdleTimeout time.Duration
	// Retry says how often and how fast a failed request is repeated.
	Retry Retry
	// Per5Seconds and Per3Minutes limit the requests in rolling windows; 0 switches one off.
	Per5Seconds, Per3Minutes int
	// RootCAs are the trusted roots; nil means the system's.
	RootCAs *x509.CertPool
	// ClientCertificate is offered to the origin of BaseURL, if it asks for one.
	ClientCertificate *tls.Certificate
	// Proxy names the proxy for a request; nil means http.ProxyFromEnvironment.
	Proxy func(*http.Request) (*url.URL, error)
	// Logger takes what happens on the wire, masked; nil means silence.
	Logger *slog.Logger
}

// Retry says how often and how fast a failed request is repeated.
type Retry struct {
	// MaxAttempts counts the first attempt too.
	MaxAttempts int
	// MinWait is the shortest pause before a repetition; the longest doubles from twice of it up to MaxWait.
	MinWait, MaxWait time.Duration
}

// Client downloads reports and lists them.
type Client struct {
	baseURL   *url.URL
	retry     Retry
	log       *slog.Logger
	masker    *redact.Masker
	http      *http.Client
	transport *transport
}

// New returns a client. It makes no request.
func New(config Config) *Client {
	if config.Proxy == nil {
		config.Proxy = http.ProxyFromEnvironment
	}
	c := &Client{
		baseURL: config.BaseURL,
		retry:   config.Retry,
		log:     slog.New(slog.DiscardHandler),
		masker:  newMasker(config),
	}
	if config.Logger != nil {
		c.log = slog.New(c.masker.Handler(config.Logger.Handler()))
	}
	c.transport = newTransport(config, c)
	c.http = &http.Client{Transport: c.transport, CheckRedirect: c.checkRedirect}
	return c
}

// Redact masks the API key and the credentials of proxies wherever they stand in s.
func (c *Client) Redact(s string) string { return c.masker.Text(s) }

// CloseIdleConnections closes the connections that are kept for further requests. It disturbs no request under way.
func (c *Client) CloseIdleConnections() { c.transport.closeIdleConnections() }

// get requests path below the base URL until consume accepts an answer, the error is one that a repetition can't
// mend, or the attempts are spent. Every answer that is not a 2xx is returned as an *APIError without asking consume.
func (c *Client) get(ctx context.Context, path []string, query url.Values, consume func(*http.Response) error) error {
	call := &call{client: c, started: time.Now()}
	target := c.baseURL.JoinPath(path...)
	// A comma separates the values of a filter, and a server may look for it before it decodes: it stays as it is.
	target.RawQuery = strings.ReplaceAll(query.Encode(), "%2C", ",")
	req, err := retryablehttp.NewRequestWithContext(
		context.WithValue(ctx, callKey{}, call), http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "*/*")
	req.SetResponseHandler(func(resp *http.Response) error {
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode < 200 || resp.StatusCode > 299 {
			return c.decodeAPIError(resp)
		}
		return c.cleaned(consume(resp), resp)
	})
	// A retrying client of its own for every call: its policy remembers what this call has spent.
	retrying := retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     c.retry.MaxAttempts - 1,
		CheckRetry:   call.checkRetry,
		Backoff:      call.backoff,
		ErrorHandler: call.giveUp,
	}
	// The handler has read and closed the body of every answer.
	_, err = retrying.Do(req) //nolint:bodyclose // see above
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = context.Cause(ctx) // a pause that ends early is reported without it
	}
	return err
}
