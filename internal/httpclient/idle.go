package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"
)

// idleTransport ends an exchange in which no byte arrives for timeout.
type idleTransport struct {
	next    *http.Transport
	timeout time.Duration
}

// exchange sends req and returns the response, whose body fails with KindIdle if it stalls. If again is not nil, it is
// called before net/http resends the request by itself, and can prevent that with an error.
//
// A body that can't be replayed would prevent the resend too, but over HTTP/2 an empty one gives the GET a body of
// unknown length, which gateways reject.
func (t *idleTransport) exchange(
	req *http.Request, again func(context.Context) error,
) (*http.Response, error) {
	idle := &Error{
		Kind: KindIdle, Passing: true,
		Message: fmt.Sprintf("the connection was silent for longer than the idle timeout of %s", t.timeout),
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(t.timeout, func() { cancel(idle) })
	if again != nil {
		sent := false
		trace := new(httptrace.ClientTrace)
		trace.GotConn = func(got httptrace.GotConnInfo) { //nolint:contextcheck // GotConn is called without a context
			if sent {
				timer.Stop() // waiting for a slot does not count
				if err := again(req.Context()); err != nil {
					cancel(err)
					forbid(got.Conn)
				}
				timer.Reset(t.timeout)
			}
			sent = true
		}
		ctx = httptrace.WithClientTrace(ctx, trace)
	}
	resp, err := t.next.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		defer cancel(nil)
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, err
	}
	resp.Body = &idleBody{body: resp.Body, ctx: ctx, cancel: cancel, timer: timer, timeout: t.timeout, idle: idle}
	return resp, nil
}

// forbid keeps net/http, which may write before it sees that a context has ended, from sending a request on conn. Over
// HTTP/2 other requests share the connection, so it stays open.
func forbid(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); !ok || secure.ConnectionState().NegotiatedProtocol != "h2" {
		_ = conn.Close()
	}
}

// idleBody runs the timer only while a Read waits for the network, because a slow disk must not end the exchange.
type idleBody struct {
	body    io.ReadCloser
	ctx     context.Context // the body's life is the exchange's
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	idle    *Error
	timeout time.Duration
}

func (b *idleBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.timeout)
	n, err := b.body.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF && errors.Is(context.Cause(b.ctx), b.idle) {
		err = b.idle
	}
	return n, err
}

func (b *idleBody) Close() error {
	b.timer.Stop()
	b.cancel(nil)
	return b.body.Close()
}
