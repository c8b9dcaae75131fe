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

// Limits of one Stamp: attempts requests of attemptTimeout each, with pauses of at least retryPause, all in
// stampTimeout.
const (
	attempts       = 3
	attemptTimeout = 6 * time.Second
	retryPause     = time.Second
	stampTimeout   = 20 * time.Second
)

// Authority is a time stamp authority and the roots to trust.
type Authority struct {
	URL *url.URL // an http or https address without credentials
	// CACertPEM are the roots for tokens. If empty, the system's are used, which macOS rejects for time stamps. An https
	// connection is checked against both.
	CACertPEM          string
	Username, Password string
	UserAgent          string
	Logger             *slog.Logger // receives a record of each request; nil means no log
}

// Client requests time stamps from one authority. It is safe for concurrent use.
type Client struct {
	authority Authority
	roots     *x509.CertPool
	transport *http.Transport
	mask      *redact.Masker
	log       *slog.Logger
}

// New returns a client without making a request. The error is about Authority.CACertPEM.
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
			tlsRoots = x509.NewCertPool() // on a system without roots only the user's apply
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
		DisableKeepAlives:      true, // requests are minutes or months apart
		DisableCompression:     true,
		MaxResponseHeaderBytes: MaxResponseSize,
		ForceAttemptHTTP2:      true,
	}
	return c, nil
}

// environmentProxy is http.ProxyFromEnvironment, except that its error does not quote the variable, which may contain a
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
	Response []byte // the unmodified TimeStampResp, the content of a .tsr file
	Facts
}

// Stamp requests a time stamp over a SHA-256 digest and verifies it, with up to three requests in at most 20 seconds.
// The error is an [*Error], or the cause of ctx once ctx has ended.
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

// attempt makes one request that ends at the deadline at the latest. It also returns the pause before a retry, negative
// if a retry is useless.
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

// Verify is the function [Verify] with the roots of the client.
func (c *Client) Verify(ctx context.Context, response []byte, digest [sha256.Size]byte) (Facts, error) {
	return Verify(ctx, response, digest, c.roots)
}
