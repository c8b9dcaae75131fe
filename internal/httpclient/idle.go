package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"
)

// idleTransport ends an exchange that is silent for longer than timeout.
type idleTransport struct {
	next    *http.Transport
	timeout time.Duration
}

// exchange sends req and returns the response, whose body fails with an *Error of KindIdle when it stalls. If again is
// not nil, it is called before next sends the request anew of its own accord, and may forbid it.
//
// net/http does not send a request anew whose body can't be replayed, but over HTTP/2 an empty body of that kind makes
// a GET with a body of unknown length, which gateways reject.
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
		trace.GotConn = func(httptrace.GotConnInfo) { //nolint:contextcheck // it is given none
			if sent {
				timer.Stop() // to wait for a slot is no silence
				if err := again(req.Context()); err != nil {
					cancel(err)
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

// idleBody lets the timer run while a Read waits for the network, and only then: a slow disk is no silence.
type idleBody struct {
	body    io.ReadCloser
	ctx     context.Context // the body's life is the exchange's
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	idle    *Error
	timeout time.Duration
}

// Read implements io.Reader.
func (b *idleBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.timeout)
	n, err := b.body.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF && errors.Is(context.Cause(b.ctx), b.idle) {
		err = b.idle
	}
	return n, err
}

// Close implements io.Closer.
func (b *idleBody) Close() error {
	b.timer.Stop()
	b.cancel(nil)
	return b.body.Close()
}
