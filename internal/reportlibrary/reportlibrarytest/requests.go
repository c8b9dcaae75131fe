package reportlibrarytest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

// Request is a received request and the status of its response.
type Request struct {
	Method string
	// Path is the whole decoded path, such as /reports/v1/report/history.
	Path     string
	RawQuery string
	Query    url.Values
	Host     string
	// Header is a copy, with everything the client sent.
	Header http.Header
	// Proto is HTTP/1.1 or HTTP/2.0.
	Proto string
	// ClientCertificate is the common name of the certificate that the client presented, or empty.
	ClientCertificate string
	// Time is the arrival, by the system's clock.
	Time time.Time
	// Status is 0 until the response starts, and after a response without a status.
	Status int
}

type record struct {
	request Request
	status  atomic.Int64
}

// requestLog is every request since the start or the last reset, in order of arrival.
type requestLog struct {
	mu          sync.Mutex
	records     []*record
	arrived     chan struct{}
	connections atomic.Int64
}

func (l *requestLog) record(r *http.Request) *record {
	rec := &record{request: Request{
		Method: r.Method, Path: r.URL.Path, RawQuery: r.URL.RawQuery, Query: r.URL.Query(), Host: r.Host,
		Header: r.Header.Clone(), Proto: r.Proto, Time: time.Now(),
	}}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		rec.request.ClientCertificate = r.TLS.PeerCertificates[0].Subject.CommonName
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, rec)
	if l.arrived != nil {
		close(l.arrived)
		l.arrived = nil
	}
	return rec
}

// Requests returns the requests since the start or the last ResetRequests in order of arrival, also those without a
// response.
func (l *requestLog) Requests() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	requests := make([]Request, len(l.records))
	for i, rec := range l.records {
		requests[i] = rec.request
		requests[i].Status = int(rec.status.Load())
	}
	return requests
}

// ResetRequests forgets the requests so far.
func (l *requestLog) ResetRequests() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = nil
}

// WaitRequests returns when at least n requests have arrived since the last reset, or with an error at the end of ctx
// or after [deadline.Patience]. It lets a test act in the middle of a request without sleeping.
func (l *requestLog) WaitRequests(ctx context.Context, n int) error {
	patience := time.NewTimer(deadline.Patience)
	defer patience.Stop()
	for {
		l.mu.Lock()
		if len(l.records) >= n {
			l.mu.Unlock()
			return nil
		}
		if l.arrived == nil {
			l.arrived = make(chan struct{})
		}
		arrived := l.arrived
		l.mu.Unlock()
		select {
		case <-arrived:
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return fmt.Errorf("got %d requests in %s, want %d", len(l.Requests()), deadline.Patience, n)
		}
	}
}

// Connections counts the connections accepted since the start; ResetRequests does not touch it.
func (l *requestLog) Connections() int { return int(l.connections.Load()) }
