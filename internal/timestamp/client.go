package timestamp

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// The limits of one Stamp: at most attempts requests, each of attemptTimeout, with pauses of at least retryPause, all
// within stampTimeout.
const (
	attempts       = 3
	attemptTimeout = 6 * time.Second
	retryPause     = time.Second
	stampTimeout   = 20 * time.Second
)

// Authority is a time stamp authority and the roots to trust.
type Authority struct {
	// URL takes the requests: http or https, without credentials.
	URL *url.URL
	// CACertPEM are the roots that tokens must lead to. Empty means those of the system, which macOS rejects for time
	// stamps. An https URL may lead to these roots and to the system's.
	CACertPEM string
	// Username and Password are Basic credentials; both empty for none.
	Username, Password string
	// UserAgent is sent with each request.
	UserAgent string
	// Logger takes a record of each request; nil means silence.
	Logger *slog.Logger
}

// Client asks one authority for time stamps. It is safe for concurrent use.
type Client struct {
	authority Authority
	roots     *x509.CertPool
	transport *http.Transport
	mask      *redact.Masker
	log       *slog.Logger
}

// New returns a client. It makes no request. The error is about Authority.CACertPEM.
func New(authority Authority) (*Client, error) {
	c := &Client{authority: authority, log: authority.Logger}
	if authority.Password != "" {
		c.mask = redact.New(authority.Password, authority.Username+":"+authority.Password)
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	tlsRoots, err := x509.SystemCertPool()
	if authority.CACertPEM != "" {
		if err != nil {
			tlsRoots = x509.NewCertPool() // a system without roots still has the user's
		}
		c.roots = x509.NewCertPool()
		if !c.roots.AppendCertsFromPEM([]byte(authority.CACertPEM)) {
			return nil, errors.New("the value contains no PEM certificate")
		}
		tlsRoots.AppendCertsFromPEM([]byte(authority.CACertPEM))
	}
	c.transport = &http.Transport{
		Proxy:                  environmentProxy,
		TLSClientConfig:        &tls.Config{RootCAs: tlsRoots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true, // one request in minutes or months
		DisableCompression:     true,
		MaxResponseHeaderBytes: MaxResponseSize,
		ForceAttemptHTTP2:      true,
	}
	return c, nil
}

// environmentProxy is http.ProxyFromEnvironment with an error that does not quote the variable, which may contain a
// password.
func environmentProxy(req *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, errors.New("the variable HTTP_PROXY or HTTPS_PROXY is not a URL")
	}
	return proxy, nil
}

// Stamp is a verified time stamp.
type Stamp struct {
	// Response is the TimeStampResp as the authority sent it: the content of a .tsr file.
	Response []byte
	Facts
}

// Stamp asks for a time stamp over a SHA-256 digest and verifies it. It makes up to three requests in at most 20
// seconds. Errors are an [*Error], or the cause of ctx once that is done.
func (c *Client) Stamp(ctx context.Context, digest [sha256.Size]byte) (Stamp, error) {
	deadline := time.Now().Add(stampTimeout)
	for attempt := 1; ; attempt++ {
		start := time.Now()
		stamp, pause, err := c.attempt(ctx, deadline, digest)
		if err == nil {
			c.log.DebugContext(ctx, "got a time stamp", "host", c.authority.URL.Host, "attempt", attempt,
				"duration", time.Since(start), "time", stamp.Time)
			return stamp, nil
		}
		if ctx.Err() != nil {
			return Stamp{}, fmt.Errorf("asking %s for a time stamp: %w", c.authority.URL.Host, context.Cause(ctx))
		}
		err.Host, err.Attempts, err.mask = c.authority.URL.Host, attempt, c.mask
		err.Message = c.mask.Text(err.Message)
		c.log.WarnContext(ctx, "got no time stamp", "host", err.Host, "attempt", attempt,
			"duration", time.Since(start), "error", err.Error())
		if attempt == attempts || pause < 0 || time.Until(deadline) < pause+retryPause {
			return Stamp{}, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return Stamp{}, fmt.Errorf("asking %s for a time stamp: %w", c.authority.URL.Host, context.Cause(ctx))
		}
	}
}

// attempt makes one request, which ends at the deadline at the latest. A failure that may pass comes with the pause
// before the next attempt, any other with a negative one.
func (c *Client) attempt(
	ctx context.Context, deadline time.Time, digest [sha256.Size]byte,
) (Stamp, time.Duration, *Error) {
	ctx, cancel := context.WithTimeout(ctx, min(attemptTimeout, time.Until(deadline)))
	defer cancel()
	query, nonce := newQuery(digest)
	response, pause, err := c.post(ctx, query)
	if err != nil {
		return Stamp{}, pause, err
	}
	facts, err := verify(ctx, response, digest, nonce, c.roots)
	if err != nil {
		return Stamp{}, -1, err
	}
	return Stamp{Response: response, Facts: facts}, 0, nil
}

// Verify judges a stored response as [Verify] does, by the roots of the client.
func (c *Client) Verify(ctx context.Context, response []byte, digest [sha256.Size]byte) (Facts, error) {
	return Verify(ctx, response, digest, c.roots)
}
