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

// Kind says what failed. Callers may define more.
type Kind string

// The kinds of an [Error] that this package returns.
const (
	KindCanceled     Kind = "operation canceled"
	KindTimeout      Kind = "timeout reached"
	KindPauseTooLong Kind = "pause longer than the timeout"  // the service or the rate limit demands it
	KindNoTimeLeft   Kind = "no time left for a new attempt" // after a failure
	KindStatus       Kind = "status"                         // a response that is not a 2xx

	KindConnection Kind = "connection failed"
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

// Error is a failed request. Once it has left the client, its strings are masked, without invisible characters, and
// bounded; those of Err are not.
type Error struct {
	// Op is what was being done; empty where the caller of [Client.Get] sets none.
	Op   string
	Kind Kind
	// Status is the response's status, or for KindProxy the proxy's; 0 if there was no response.
	Status int
	// Code is the service's error code as it came; Message its words, or for other kinds a sentence without a final full
	// stop that says what happened.
	Code, Message string
	// Snippet is the start of a text body that was not expected.
	Snippet string
	// Lines are further facts, such as "Status: FAILED"; the last one may say how many more there are.
	Lines []string
	// Host is the host that responded if it is not the configured one.
	Host string
	// RequestID is the service's identifier of the request.
	RequestID string
	// Attempts counts all attempts, the first included, and Elapsed is the time that they took.
	Attempts int
	Elapsed  time.Duration
	// Wait is the pause that would be needed, for KindPauseTooLong and KindNoTimeLeft.
	Wait time.Duration
	// Passing reports whether a new attempt may succeed.
	Passing bool
	// Err is the cause, if there is one.
	Err error

	// retryAfter is the pause that the service asked for; negative if it asked for none.
	retryAfter time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Text()
	if e.Attempts > 1 {
		text = fmt.Sprintf("after %d attempts over %s; last: %s", e.Attempts, RoundDuration(e.Elapsed), text)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Text returns what happened, without the attempts before it.
func (e *Error) Text() string {
	switch e.Kind {
	case KindPauseTooLong, KindNoTimeLeft:
		return fmt.Sprintf("a wait of %s is needed, which would not end before the timeout: %s",
			RoundDuration(e.Wait), cmp.Or(e.Message, e.response()))
	default:
	}
	if e.Status != 0 && e.Kind != KindProxy {
		return e.response()
	}
	return cmp.Or(e.Message, string(e.Kind))
}

// response says what a service responded.
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

// Said returns the service's code and message, or else the start of its response.
func (e *Error) Said() string {
	switch {
	case e.Code != "" && e.Message != "":
		return e.Code + ": " + e.Message
	default:
		return cmp.Or(e.Code, e.Message, e.Snippet)
	}
}

// HasCode reports whether code is the error's code, or the part of it before a colon or a pipe.
func (e *Error) HasCode(code string) bool {
	name, _, _ := strings.Cut(strings.ReplaceAll(e.Code, "|", ":"), ":")
	return e.Code == code || strings.TrimSpace(name) == code
}

// The bounds of the strings in an [Error], in characters, and of its lines.
const (
	maxMessage = 1000
	maxValue   = 200
	maxLines   = 20
)

// Seal masks, cleans and bounds the strings of an *Error in err, and returns err.
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
	if more := len(e.Lines) - maxLines; more > 1 { // sealed again, there is one more
		e.Lines = append(e.Lines[:maxLines:maxLines], fmt.Sprintf("… and %d more", more))
	}
	for i, line := range e.Lines {
		e.Lines[i] = c.masker.Excerpt(line, false, maxValue)
	}
	return err
}

// passingStatus are the statuses that mean "not now".
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

// connectionError returns the error of an exchange without a response.
func connectionError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Kind: KindConnection, Message: err.Error(), Err: err, Passing: true}
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		operation    *net.OpError
	)
	switch {
	case errors.As(err, &authority):
		e.Kind, e.Passing = KindAuthority, false
	case errors.As(err, &hostname):
		e.Kind, e.Passing = KindHostname, false
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Kind, e.Passing = KindExpired, false
	case errors.As(err, &invalid), errors.As(err, &verification):
		e.Kind, e.Passing = KindCert, false
	case errors.As(err, &operation) && operation.Op == "remote error":
		// Before the response an alert is a verdict about the connection; crypto/tls has no exported type for it.
		e.Kind, e.Passing = KindHandshake, false
		e.Message = "the server refused the TLS connection: " + operation.Err.Error()
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		e.Passing = false
	case errors.Is(err, io.EOF):
		e.Message = "the connection was closed before a response came"
	}
	return e
}

// proxyError returns the error of a proxy that refused to connect; status 0 is an address that can't be read. It
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
