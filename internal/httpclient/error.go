package httpclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kind classifies an [Error]. Callers may define more kinds.
type Kind string

// The kinds that this package returns.
const (
	KindCanceled     Kind = "operation canceled"
	KindTimeout      Kind = "timeout reached"
	KindPauseTooLong Kind = "pause longer than the timeout"  // the service or the rate limit demands it
	KindNoTimeLeft   Kind = "no time left for a new attempt" // after a failure
	KindRateLimited  Kind = "rate limited"                   // the service requests a longer pause than the timeout
	KindStatus       Kind = "status"                         // a response that is not a 2xx

	KindConnection Kind = "connection failed"
	KindHost       Kind = "host not found"
	KindNoProxy    Kind = "proxy not reached"
	KindNotTLS     Kind = "server without TLS"
	KindTransfer   Kind = "transfer broke off"
	KindIdle       Kind = "connection silent"
	KindRedirect   Kind = "redirect refused"
	KindProxy      Kind = "proxy refused"
	KindHandshake  Kind = "TLS handshake refused"
	KindAuthority  Kind = "certificate authority not trusted"
	KindHostname   Kind = "certificate for another host"
	KindExpired    Kind = "certificate not valid now"
	KindCert       Kind = "certificate invalid"

	KindCoding      Kind = "content coding not supported"
	KindBodyDamaged Kind = "compressed body damaged"
	KindInflation   Kind = "compressed body inflates too much"
	KindTooLarge    Kind = "too large"
)

// Error is a failed request. Its strings, except those in Err, are masked, cleaned and cut when it leaves the client.
type Error struct {
	Op   string // the operation, set by the caller of [Client.Get]
	Kind Kind
	// Status is the response's status, or the proxy's for KindProxy; 0 without a response.
	Status int
	// Code and Message are the service's. For kinds without a response, Message is a sentence without a full stop.
	Code, Message string
	Snippet       string   // the start of an unexpected text body
	Lines         []string // additional facts, such as "Status: FAILED"
	Host          string   // the responding host if it differs from the configured one
	RequestID     string   // the service's identifier of the request
	// Attempts includes the first attempt. Elapsed is the time since its start.
	Attempts int
	Elapsed  time.Duration
	// Wait is the required pause, for KindPauseTooLong, KindNoTimeLeft and KindRateLimited.
	Wait time.Duration
	// RetryAfter is the pause that the service requests; negative for none. Refusals is the number of responses that
	// requested a pause.
	RetryAfter time.Duration
	Refusals   int
	// Remaining is the time that the rest of an interrupted transfer would have taken; 0 if it is unknown.
	Remaining time.Duration
	Passing   bool // a retry may succeed
	Err       error
}

func (e *Error) Error() string {
	text := e.Text()
	if e.Attempts > 1 {
		text = fmt.Sprintf("after %d attempts over %s; last: %s", e.Attempts, RoundDuration(e.Elapsed), text)
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Text returns the error without the number of attempts.
func (e *Error) Text() string {
	switch e.Kind {
	case KindPauseTooLong, KindNoTimeLeft:
		return fmt.Sprintf("a wait of %s is needed, which would not end before the timeout: %s",
			RoundDuration(e.Wait), cmp.Or(e.Message, e.response()))
	case KindRateLimited:
		if e.Wait > 0 {
			return e.refusal()
		}
	default:
	}
	if e.Status != 0 && e.Kind != KindProxy {
		return e.response()
	}
	return cmp.Or(e.Message, string(e.Kind))
}

func (e *Error) response() string {
	text := "the service"
	if e.Host != "" {
		text += " redirected to " + e.Host + ", which"
	}
	text += fmt.Sprintf(" responded with status %d", e.Status)
	if said := e.Said(); said != "" {
		text += ": " + said
	}
	return text
}

// requestedPause returns the pause that the service requests; negative for none, and for failures without a response.
func (e *Error) requestedPause() time.Duration {
	if e.Status == 0 || e.Kind == KindProxy {
		return -1
	}
	return e.RetryAfter
}

// refusal describes the wait that the service requested, and the client's reaction.
func (e *Error) refusal() string {
	text := e.response() + ", and did not say how long to wait"
	if e.RetryAfter >= 0 {
		text = fmt.Sprintf("%s, and requested a pause of %s", e.response(), RoundDuration(e.RetryAfter))
	}
	if e.Refusals > 1 {
		text += fmt.Sprintf("; it did so %d times over %s", e.Refusals, RoundDuration(e.Elapsed))
	}
	return fmt.Sprintf("%s; the next attempt, in %s, would start after the timeout", text, RoundDuration(e.Wait))
}

// Said returns the service's code and message, or the start of its response.
func (e *Error) Said() string {
	switch {
	case e.Code != "" && e.Message != "":
		return e.Code + ": " + e.Message
	default:
		return cmp.Or(e.Code, e.Message, e.Snippet)
	}
}

// HasCode reports whether code is the error's code, or its part before a colon or pipe.
func (e *Error) HasCode(code string) bool {
	name, _, _ := strings.Cut(strings.ReplaceAll(e.Code, "|", ":"), ":")
	return e.Code == code || strings.TrimSpace(name) == code
}

// Limits of the strings in an [Error] in characters, and of its lines.
const (
	maxMessage = 1000
	maxValue   = 200
	maxLines   = 20
)

// Seal masks, cleans and cuts the strings of an *Error in err, and returns err.
func (c *Client) Seal(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	for _, field := range []*string{&e.Code, &e.Host, &e.RequestID} {
		*field = c.masker.Excerpt(*field, false, maxValue)
	}
	e.Snippet = c.masker.Excerpt(e.Snippet, true, maxValue)
	limit := maxMessage
	if e.Status != 0 {
		limit = maxValue // the service's own words
	}
	e.Message = c.masker.Excerpt(e.Message, false, limit)
	if more := len(e.Lines) - maxLines; more > 1 { // a sealed error has one line more
		e.Lines = append(e.Lines[:maxLines:maxLines], fmt.Sprintf("… and %d more", more))
	}
	for i, line := range e.Lines {
		e.Lines[i] = c.masker.Excerpt(line, false, maxValue)
	}
	return err
}

// passingStatus are the statuses after which a retry may succeed.
var passingStatus = []int{
	http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

func isError(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}

// ContextError returns the error for the end of ctx.
func ContextError(ctx context.Context) *Error {
	cause := context.Cause(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Error{Kind: KindTimeout, Message: "the timeout was reached", Err: cause}
	}
	return &Error{Kind: KindCanceled, Message: "the operation was canceled", Err: cause}
}

func connectionError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Kind: KindConnection, Message: err.Error(), Err: err, Passing: true}
	var (
		lookup       *net.DNSError
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		operation    *net.OpError
	)
	switch {
	case errors.As(err, &authority):
		_ = errors.As(err, &verification)
		e.Kind, e.Passing = KindAuthority, false
		e.Message, e.Lines = untrusted(authority.Cert, verification)
	case errors.As(err, &hostname):
		e.Kind, e.Passing = KindHostname, false
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Kind, e.Passing = KindExpired, false
	case errors.As(err, &invalid), errors.As(err, &verification):
		e.Kind, e.Passing = KindCert, false
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		e.Kind = KindNoProxy
	case errors.As(err, &lookup):
		e.Kind = KindHost
	case errors.As(err, &operation) && operation.Op == "remote error":
		// A TLS alert before the response concerns the connection. crypto/tls exports no type for it.
		e.Kind, e.Passing = KindHandshake, false
		e.Message = "the server refused the TLS connection: " + operation.Err.Error()
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		e.Kind, e.Passing = KindNotTLS, false
	case errors.Is(err, io.EOF):
		e.Message = "the connection was closed before a response came"
	}
	return e
}

// proxyError returns the error of a proxy that rejects the connection. Status 0 means an invalid proxy address. It
// contains no credentials.
func proxyError(host string, status int) *Error {
	e := &Error{
		Kind: KindProxy, Status: status, Message: "the address of the proxy can't be read",
		Passing: slices.Contains(passingStatus, status),
	}
	if status != 0 {
		e.Message = strings.TrimSpace(fmt.Sprintf("the proxy %s refused to connect with status %d %s",
			host, status, http.StatusText(status)))
	}
	return e
}

// untrusted describes the chain of a certificate whose authority is not trusted.
func untrusted(
	leaf *x509.Certificate, verification *tls.CertificateVerificationError,
) (message string, lines []string) {
	chain := []*x509.Certificate{leaf}
	if verification != nil && len(verification.UnverifiedCertificates) > 0 {
		chain = verification.UnverifiedCertificates
	}
	if chain[0] == nil {
		return "the server's certificate is signed by an authority that this machine does not trust", nil
	}
	issuer, top := chain[0].Issuer.String(), chain[len(chain)-1].Issuer.String()
	lines = []string{"Certificate: " + chain[0].Subject.String(), "Issuer: " + issuer}
	if top != issuer {
		lines = append(lines, "Authority: "+top)
	}
	return fmt.Sprintf("the server's certificate is issued by %q, which this machine does not trust", top), lines
}
