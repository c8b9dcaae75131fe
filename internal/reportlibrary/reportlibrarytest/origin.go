package reportlibrarytest

import (
	"bytes"
	"context"
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

// origin is one listening scheme, host and port, the common part of Server and Storage. It records requests,
// gives scripted responses, and otherwise hands over to serve.
type origin struct {
	requestLog
	script

	serve http.HandlerFunc
	// before is called with each request before the script; nil is not.
	before func(r *http.Request)

	base      string
	authority *authority
	server    *http.Server
	closing   chan struct{}
	closeOnce sync.Once
	running   sync.WaitGroup
	endMu     sync.Mutex
	ended     bool
	scratch   scratch
}

type connKey struct{}

// start listens on a free port of 127.0.0.1; with a nil t it speaks plain HTTP. Like httptest it panics when a loopback
// port cannot be had, since no test can go on without one.
func (o *origin) start(t *TLSOptions) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("reportlibrarytest: no loopback port: " + err.Error())
	}
	o.closing = make(chan struct{})
	o.server = &http.Server{
		Handler:  http.HandlerFunc(o.handle),
		ErrorLog: log.New(panicsOnly{}, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				o.connections.Add(1)
			}
		},
	}
	o.base = "http://" + listener.Addr().String()
	serve := o.server.Serve
	if t != nil {
		o.base = "https://" + listener.Addr().String()
		o.authority = newAuthority()
		o.server.TLSConfig = o.authority.serverConfig(*t)
		if t.HTTP1Only {
			o.server.Protocols = new(http.Protocols)
			o.server.Protocols.SetHTTP1(true)
		}
		serve = func(l net.Listener) error { return o.server.ServeTLS(l, "", "") }
	}
	o.running.Go(func() { _ = serve(listener) })
}

// Close stops listening, cuts every connection, releases every stalled response, and returns when all have ended.
// Further calls do nothing.
func (o *origin) Close() {
	o.closeOnce.Do(func() {
		o.endMu.Lock()
		o.ended = true
		o.endMu.Unlock()
		o.scratch.aborted.Store(true)
		close(o.closing)
		_ = o.server.Close()
		o.running.Wait()
		o.scratch.close()
	})
}

// Origin is scheme, host and port, such as http://127.0.0.1:40123, without a trailing slash.
func (o *origin) Origin() string { return o.base }

func (o *origin) handle(w http.ResponseWriter, r *http.Request) {
	o.begin()
	defer o.running.Done()
	rec := o.record(r)
	tracked := &trackedWriter{ResponseWriter: w, record: rec}
	if o.before != nil {
		o.before(r)
	}
	if response, ok := o.next(r); ok {
		response.give(&exchange{origin: o, w: tracked, r: r})
		return
	}
	o.serve(tracked, r)
}

// begin counts a request in, unless Close is already waiting for the ones that run.
func (o *origin) begin() {
	o.endMu.Lock()
	defer o.endMu.Unlock()
	if o.ended {
		panic(http.ErrAbortHandler)
	}
	o.running.Add(1)
}

// wait blocks until release is closed or receives. It aborts the response when the client leaves, the origin closes, or
// [deadline.Patience] is over.
func (o *origin) wait(r *http.Request, release <-chan struct{}) (open bool) {
	patience := time.NewTimer(deadline.Patience)
	defer patience.Stop()
	select {
	case _, open = <-release:
		return open
	case <-r.Context().Done():
	case <-o.closing:
	case <-patience.C:
	}
	panic(http.ErrAbortHandler)
}

// reset ends the connection of r with a TCP RST instead of a FIN.
func (o *origin) reset(r *http.Request) {
	conn, _ := r.Context().Value(connKey{}).(net.Conn)
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
		_ = tcp.Close()
	}
	panic(http.ErrAbortHandler)
}

// trackedWriter records the status of a response before the client receives it, so that a test that has seen a response
// finds it in the log.
type trackedWriter struct {
	http.ResponseWriter
	record *record
}

func (w *trackedWriter) WriteHeader(status int) {
	w.record.status.CompareAndSwap(0, int64(status))
	w.ResponseWriter.WriteHeader(status)
}

func (w *trackedWriter) Write(p []byte) (int, error) {
	w.record.status.CompareAndSwap(0, http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the methods of the real writer.
func (w *trackedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// panicsOnly drops net/http's log about broken handshakes and connections, which tests provoke, except for panics,
// which are mistakes in a hook or in this package.
type panicsOnly struct{}

func (panicsOnly) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("panic serving")) {
		return os.Stderr.Write(line)
	}
	return len(line), nil
}
