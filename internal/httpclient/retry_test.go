package httpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestError_Error(t *testing.T) {
	busy := &Error{Kind: KindStatus, Status: 503, Message: "busy"}
	for want, err := range map[string]*Error{
		"the service responded with status 503: busy": busy,
		"after 5 attempts over 14s; last: the service responded with status 503: a|b: busy": {
			Status: 503, Code: "a|b", Message: "busy", Attempts: 5, Elapsed: 14100 * time.Millisecond,
		},
		"the service redirected to store.test, which responded with status 403: Expired": {
			Status: 403, Host: "store.test", Snippet: "Expired",
		},
		"a wait of 1m0s is needed, which would not end before the timeout: the service responded with status 503: busy": tooLong(
			KindPauseTooLong, time.Minute, busy),
		"the proxy p refused to connect with status 407 Proxy Authentication Required": proxyError("p", 407),
		"connection failed": {Kind: KindConnection},
		"the service responded with status 429: slow: Down, and requested a pause of 2h0m0s; it did so 9 times over " +
			"27m0s; the next attempt, in 3m0s, would start after the timeout": {
			Kind: KindRateLimited, Status: 429, Code: "slow", Message: "Down", RetryAfter: 2 * time.Hour, Refusals: 9,
			Elapsed: 27 * time.Minute, Wait: 3 * time.Minute,
		},
		"the service responded with status 429, and did not say how long to wait; the next attempt, in 5s, would start " +
			"after the timeout": {
			Kind: KindRateLimited, Status: 429, RetryAfter: -1, Refusals: 1, Wait: 5 * time.Second,
		},
		"the service responded with status 429: busy": {Kind: KindRateLimited, Status: 429, Message: "busy"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestConnectionError(t *testing.T) {
	tests := []struct {
		err     error
		kind    Kind
		passing bool
	}{
		{x509.UnknownAuthorityError{}, KindAuthority, false},
		{x509.HostnameError{Certificate: new(x509.Certificate), Host: "h"}, KindHostname, false},
		{x509.CertificateInvalidError{Reason: x509.Expired}, KindExpired, false},
		{x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}, KindCert, false},
		{&tls.CertificateVerificationError{Err: io.ErrUnexpectedEOF}, KindCert, false},
		{&net.OpError{Op: "remote error", Err: io.EOF}, KindHandshake, false},
		{tls.RecordHeaderError{}, KindNotTLS, false},
		{http.ErrSchemeMismatch, KindNotTLS, false},
		{&net.OpError{Op: "proxyconnect", Err: &net.DNSError{IsNotFound: true}}, KindNoProxy, true},
		{&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, KindHost, true},
		{&net.OpError{Op: "dial", Err: io.EOF}, KindConnection, true},
		{io.EOF, KindConnection, true},
		{proxyError("p", 407), KindProxy, false},
		{proxyError("p", 503), KindProxy, true},
		{proxyError("", 0), KindProxy, false},
	}
	for _, tt := range tests {
		if got := connectionError(fmt.Errorf("wrapped: %w", tt.err)); got.Kind != tt.kind || got.Passing != tt.passing {
			t.Errorf("%v: got %s, passing %t; want %s, %t", tt.err, got.Kind, got.Passing, tt.kind, tt.passing)
		}
	}
}

func TestNextWait(t *testing.T) {
	const s = time.Second
	tests := map[string]struct {
		retry          Retry
		failed         int
		retryAfter     time.Duration
		floor, ceiling time.Duration
	}{
		"first":                      {Retry{5, s, 180 * s}, 1, -1, s, 2 * s},
		"second":                     {Retry{5, s, 180 * s}, 2, -1, s, 4 * s},
		"fourth":                     {Retry{5, s, 180 * s}, 4, -1, s, 16 * s},
		"twentieth":                  {Retry{50, s, 180 * s}, 20, -1, s, 180 * s},
		"longest below the shortest": {Retry{5, 10 * s, 3 * s}, 2, -1, 3 * s, 3 * s},
		"none":                       {Retry{5, 0, 0}, 2, -1, 0, 0},
		"for ever":                   {Retry{99, s, math.MaxInt64}, 90, -1, s, math.MaxInt64},
		"negative":                   {Retry{5, -s, -s}, 2, -1, 0, 0},
		"asked for":                  {Retry{5, s, 180 * s}, 1, 7 * s, 7 * s, 7 * s},
		"asked for too much":         {Retry{5, s, 180 * s}, 1, math.MaxInt64, 180 * s, 180 * s},
		"asked for none":             {Retry{5, s, 180 * s}, 1, 0, s, s},
	}
	for name, tt := range tests {
		shortest, longest := time.Duration(math.MaxInt64), time.Duration(0)
		for range 1000 {
			got := tt.retry.nextWait(tt.failed, tt.retryAfter)
			shortest, longest = min(shortest, got), max(longest, got)
		}
		if shortest < tt.floor || longest > tt.ceiling {
			t.Errorf("%s: waits from %s to %s, want %s to %s", name, shortest, longest, tt.floor, tt.ceiling)
		}
		if spread := tt.ceiling - tt.floor; longest-shortest < spread/2 {
			t.Errorf("%s: waits from %s to %s don't spread over %s", name, shortest, longest, spread)
		}
	}
}

// TestRetry_connectionFailuresBackOff dials in vain: the pauses grow, because no response has requested any.
func TestRetry_connectionFailuresBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target, err := url.Parse("http://fake.test/")
		if err != nil {
			t.Fatal(err)
		}
		c := New(Config{
			BaseURL: target, IdleTimeout: time.Minute, Retry: Retry{MaxAttempts: 5, MinWait: time.Second, MaxWait: time.Hour},
			Proxy: func(*http.Request) (*url.URL, error) { return nil, nil },
			Dial:  func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe },
		})
		start := time.Now()
		err = c.Get(t.Context(), target, func(*http.Response) error { return nil })
		failure, ok := errors.AsType[*Error](err)
		if !ok || failure.Kind != KindConnection || failure.Attempts != 5 {
			t.Fatalf("got %v, want a failed connection after 5 attempts", err)
		}
		// Four pauses of min_wait each would take 4 s.
		if got := time.Since(start); got <= 4*time.Second || got > 30*time.Second {
			t.Errorf("the attempts took %s, want 4 s to 30 s", got)
		}
	})
}

func TestUntrusted(t *testing.T) {
	t.Parallel()
	certificate := func(subject, issuer string) *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: subject}, Issuer: pkix.Name{CommonName: issuer}}
	}
	leaf, intermediate := certificate("api.test", "Proxy CA"), certificate("Proxy CA", "Corporate Root")
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"chain": {
			&tls.CertificateVerificationError{
				UnverifiedCertificates: []*x509.Certificate{leaf, intermediate}, Err: x509.UnknownAuthorityError{Cert: leaf},
			},
			"the server's certificate is issued by \"CN=Corporate Root\", which this machine does not trust\n" +
				"Certificate: CN=api.test\nIssuer: CN=Proxy CA\nAuthority: CN=Corporate Root",
		},
		"leaf alone": {
			x509.UnknownAuthorityError{Cert: leaf},
			"the server's certificate is issued by \"CN=Proxy CA\", which this machine does not trust\n" +
				"Certificate: CN=api.test\nIssuer: CN=Proxy CA",
		},
		"no certificate": {
			x509.UnknownAuthorityError{},
			"the server's certificate is signed by an authority that this machine does not trust",
		},
	} {
		e := connectionError(tt.err)
		if got := strings.Join(append([]string{e.Message}, e.Lines...), "\n"); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
