// Package httpclient makes GET requests to one service, whose key goes to its origin only.
//
// A [Client] limits its requests, pauses for a 429, tries failed requests again, follows redirects without the key, and
// ends silent connections. It knows nothing of reports or Terraform.
package httpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
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
	// Dial makes the connections; nil means by TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Logger takes an event for every exchange, masked; nil means no log.
	Logger *slog.Logger
	// Explain may set the kind, code and message of the error for a response that is not a success, from the start of
	// its body. Snippet is that start; empty it if the body is understood.
	Explain func(e *Error, body []byte)
}

// Retry says how often and how fast a failed request is repeated.
type Retry struct {
	// MaxAttempts counts the first attempt too.
	MaxAttempts int
	// MinWait is the shortest pause before a repetition; the longest doubles from twice of it up to MaxWait.
	MinWait, MaxWait time.Duration
}

// Client makes requests. It is safe for concurrent use; all requests share connections, rate limit and pauses.
type Client struct {
	retry     Retry
	log       *slog.Logger
	masker    *redact.Masker
	explain   func(*Error, []byte)
	http      *http.Client
	transport *transport
}

// New returns a client. It makes no request.
func New(config Config) *Client {
	if config.Proxy == nil {
		config.Proxy = http.ProxyFromEnvironment
	}
	c := &Client{
		retry:   config.Retry,
		log:     slog.New(slog.DiscardHandler),
		masker:  newMasker(config),
		explain: config.Explain,
	}
	if config.Logger != nil {
		c.log = slog.New(c.masker.Handler(config.Logger.Handler()))
	}
	c.transport = newTransport(config, c)
	c.http = &http.Client{Transport: c.transport, CheckRedirect: c.checkRedirect}
	return c
}

// Masker returns the masker of the key and the credentials of proxies.
func (c *Client) Masker() *redact.Masker { return c.masker }

// Log returns the client's log, which is masked.
func (c *Client) Log() *slog.Logger { return c.log }

// CloseIdleConnections closes the connections that are kept for further requests. It disturbs no request under way.
func (c *Client) CloseIdleConnections() { c.transport.closeIdleConnections() }

// Get requests target until accept takes a response with a status 2xx, the error is not a passing one, or the attempts
// are spent. accept reads the body; its errors come back as they are, and one that is a passing *Error is a reason for
// a new attempt.
//
// All other errors are an *Error. Those of ctx wrap its cause.
func (c *Client) Get(ctx context.Context, target *url.URL, accept func(*http.Response) error) error {
	call := &call{client: c, started: time.Now()}
	req, err := retryablehttp.NewRequestWithContext(
		context.WithValue(ctx, callKey{}, call), http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "*/*")
	req.SetResponseHandler(func(resp *http.Response) error {
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode < 200 || resp.StatusCode > 299 {
			return c.statusError(resp)
		}
		err := accept(resp)
		if e, ok := errors.AsType[*Error](err); ok && e.RequestID == "" {
			e.RequestID = requestID(resp)
		}
		return c.Seal(err)
	})
	// A retrying client of its own for every call: its policy remembers what this call has spent.
	retrying := retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     c.retry.MaxAttempts - 1,
		CheckRetry:   call.checkRetry,
		Backoff:      call.backoff,
		ErrorHandler: call.giveUp,
	}
	// The handler has read and closed the body of every response.
	_, err = retrying.Do(req) //nolint:bodyclose // see above
	if _, ok := errors.AsType[*Error](err); !ok && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = call.spent(ContextError(ctx)) // a pause that ends early is reported without its cause
	}
	return c.Seal(err)
}

// NextWait returns the pause before the repetition of a request that failed so often: a random time between the
// shortest wait and a ceiling that doubles with every failure.
func (c *Client) NextWait(failed int) time.Duration { return c.retry.nextWait(failed, -1) }
