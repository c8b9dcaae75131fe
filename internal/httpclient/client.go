// Package httpclient makes GET requests to one service and sends its key to the service's origin only. It limits
// requests, pauses after a 429, retries, follows redirects without the key, and ends silent connections.
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

// Config configures a [Client]. Zero durations and counts are used as they are: defaults are up to the caller.
type Config struct {
	BaseURL     *url.URL      // the address that API paths are appended to
	APIKey      string        // sent as X-DC-DEVKEY, and masked in all text that leaves the client
	UserAgent   string        // sent to every host
	IdleTimeout time.Duration // limits the wait for the headers, and for each piece of a body
	Retry       Retry
	// Per5Seconds and Per3Minutes limit the requests in rolling windows; 0 means no limit.
	Per5Seconds, Per3Minutes int
	RootCAs                  *x509.CertPool   // the trusted roots; nil means the system's
	ClientCertificate        *tls.Certificate // offered to the origin of BaseURL only
	// Proxy returns the proxy for a request; nil means http.ProxyFromEnvironment.
	Proxy func(*http.Request) (*url.URL, error)
	// Dial opens connections; nil means TCP.
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	Logger *slog.Logger // receives a masked record of every exchange; nil means no log
	// Explain may set Kind, Code and Message of the error for a status other than 2xx from the start of the body, which is
	// also the error's Snippet. It clears Snippet if it understands the body.
	Explain func(e *Error, body []byte)
}

// Retry limits the retries of a failed request.
type Retry struct {
	MaxAttempts int // includes the first attempt
	// MinWait is the shortest pause before a retry. The longest starts at twice MinWait and doubles up to MaxWait.
	MinWait, MaxWait time.Duration
}

// Client is safe for concurrent use. All its requests share connections, rate limit and pauses.
type Client struct {
	retry     Retry
	log       *slog.Logger
	masker    *redact.Masker
	explain   func(*Error, []byte)
	http      *http.Client
	transport *transport
}

// New returns a client without making a request.
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

// Masker returns the masker of the key and the proxies' credentials.
func (c *Client) Masker() *redact.Masker { return c.masker }

// Log returns the client's masked log.
func (c *Client) Log() *slog.Logger { return c.log }

// CloseIdleConnections closes unused connections.
func (c *Client) CloseIdleConnections() { c.transport.closeIdleConnections() }

// Get requests target until accept returns nil for a 2xx response, an error is not transient, or the attempts are used
// up. accept reads the body. Its errors are returned unchanged, and a transient *Error causes a retry. All other errors
// are an *Error; the end of ctx is wrapped with its cause.
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
		if !isSuccess(resp) {
			return c.statusError(resp)
		}
		err := accept(resp)
		if e, ok := errors.AsType[*Error](err); ok && e.RequestID == "" {
			e.RequestID = requestID(resp)
		}
		return c.Seal(err)
	})
	// A new retrying client per call, because its policy keeps the state of the call.
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
		err = call.spent(call.ended(ctx)) // the library returns the end of a pause without its cause
	}
	return c.Seal(err)
}

// NextWait returns a random pause before a retry after that many failures: at least MinWait, below a ceiling that
// doubles with each failure.
func (c *Client) NextWait(failed int) time.Duration { return c.retry.nextWait(failed, -1) }
