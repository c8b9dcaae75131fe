package reportlibrary

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// TransferError is a failure between the two ends: no connection, no answer, or a body that broke off.
type TransferError struct {
	// Err is the failure as the network layer reported it. Unlike the TransferError's, its text is not masked.
	Err error

	text string
}

// Error implements error. The text is cleaned of control characters and masked.
func (e *TransferError) Error() string { return cmp.Or(e.text, e.Err.Error()) }

// Unwrap returns the failure as the network layer reported it.
func (e *TransferError) Unwrap() error { return e.Err }

// IdleError says that a connection was silent for longer than Config.IdleTimeout.
type IdleError struct {
	Timeout time.Duration
}

// Error implements error.
func (e *IdleError) Error() string {
	return fmt.Sprintf("the connection was silent for longer than the idle timeout of %s", e.Timeout)
}

// HandshakeError says that the other end refused the TLS connection with an alert: it wants a client certificate or
// another one, speaks other versions of TLS, or doesn't know the host's name.
type HandshakeError struct {
	// Err names the alert.
	Err error
}

// Error implements error.
func (e *HandshakeError) Error() string {
	return "the server refused the TLS connection: " + e.Err.Error()
}

// Unwrap returns the alert as crypto/tls reports it.
func (e *HandshakeError) Unwrap() error { return e.Err }

// RedirectError is a redirect that is not followed.
type RedirectError struct {
	// Reason is a sentence without a final full stop.
	Reason string
}

// Error implements error.
func (e *RedirectError) Error() string { return e.Reason }

// ProxyError is a proxy that can't be used: one that refused to connect through to the server, or an address that is
// none. It holds no credentials.
type ProxyError struct {
	// Proxy is the proxy's host and port; empty if its address can't be read.
	Proxy string
	// StatusCode is the proxy's answer to CONNECT; 0 if it was never asked.
	StatusCode int
}

// Error implements error.
func (e *ProxyError) Error() string {
	if e.StatusCode == 0 {
		return "the address of the proxy can't be read"
	}
	text := fmt.Sprintf("the proxy %s refused to connect with status %d", e.Proxy, e.StatusCode)
	if name := http.StatusText(e.StatusCode); name != "" {
		text += " " + name
	}
	return text
}

// transferError returns the error of an exchange that brought no answer.
func (c *Client) transferError(err error) error {
	if deadlineErr, ok := errors.AsType[*DeadlineError](err); ok {
		return deadlineErr
	}
	// Until the answer an alert is a verdict about the connection; crypto/tls has no exported type for it.
	if opErr, ok := errors.AsType[*net.OpError](err); ok && opErr.Op == "remote error" {
		err = &HandshakeError{Err: opErr.Err}
	}
	text := err.Error()
	if errors.Is(err, io.EOF) {
		text = "the connection was closed before an answer came"
	}
	return newTransferError(err, text, c.Redact)
}

// newTransferError returns err with a text that may be shown: what the network layer reports can quote the other end.
func newTransferError(err error, text string, redact func(string) string) *TransferError {
	const enough = 500
	return &TransferError{Err: err, text: cleanSnippet([]byte(redact(text)), enough)}
}
