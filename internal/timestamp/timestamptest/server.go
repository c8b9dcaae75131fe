package timestamptest

import (
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// Server is a time stamp authority. Make one with NewServer, and Close it. It is safe for concurrent use.
type Server struct {
	// Username and Password are the Basic credentials that every request must carry; empty for none. Set them before
	// the first request.
	Username, Password string

	hierarchy *hierarchy
	http      *httptest.Server

	mu       sync.Mutex
	serial   int64
	faults   []Fault
	next     []Fault
	requests []Request
}

// Request is one that a Server received.
type Request struct {
	Method string
	Header http.Header
	Body   []byte
	// Digest, Nonce and CertReq are from the body; zero if it is not a time stamp request.
	Digest  []byte
	Nonce   *big.Int
	CertReq bool
}

// NewServer starts a Server over plain HTTP on a free port of 127.0.0.1. It panics if there is none.
func NewServer() *Server {
	s := &Server{hierarchy: newHierarchy()}
	s.http = httptest.NewServer(s)
	return s
}

// Close stops the server and breaks off the responses under way.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL is the address that a client posts its requests to.
func (s *Server) URL() string { return s.http.URL + "/tsa" }

// CACertPEM is the root certificate in PEM. Tokens contain the certificates below it, not the root itself.
func (s *Server) CACertPEM() string { return s.hierarchy.root.pem() }

// OtherCACertPEM is a root certificate of the same name that no token leads to.
func (s *Server) OtherCACertPEM() string { return s.hierarchy.foreignRoot.pem() }

// Always applies faults to every response from now on; without arguments it ends that.
func (s *Server) Always(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Clone(faults)
}

// Next applies faults to the coming requests, one to each, after those that are still waiting.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = append(s.next, faults...)
}

// Requests returns the requests received so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Reply returns a response over a SHA-256 digest as the server would send it, changed by faults. A nil nonce leaves it
// out.
func (s *Server) Reply(digest []byte, nonce *big.Int, faults ...Fault) []byte {
	a := s.newResponse(timestampRequest{Imprint: messageImprint{sha256Algorithm, digest}, Nonce: nonce, CertReq: true})
	for _, fault := range faults {
		fault(a)
	}
	return a.encode()
}

func (s *Server) newResponse(req timestampRequest) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return newResponse(s.hierarchy, req, s.serial, time.Now())
}

// ServeHTTP implements http.Handler, for a test that serves without a port.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	req, parseErr := parseRequest(body)
	faults := s.record(r, body, req)
	if username, password, _ := r.BasicAuth(); username != s.Username || password != s.Password {
		http.Error(w, "unknown user", http.StatusUnauthorized)
		return
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, "post an application/timestamp-query", http.StatusUnsupportedMediaType)
		return
	}
	a := s.newResponse(req)
	if parseErr != nil {
		Reject(fmt.Sprint(parseErr), BadDataFormat)(a)
	}
	for _, fault := range faults {
		fault(a)
	}
	a.write(w, r)
}

// record notes a request and returns the faults of its response.
func (s *Server) record(r *http.Request, body []byte, req timestampRequest) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{
		Method: r.Method, Header: r.Header.Clone(), Body: body,
		Digest: req.Imprint.Digest, Nonce: req.Nonce, CertReq: req.CertReq,
	})
	faults := slices.Clone(s.faults)
	if len(s.next) > 0 {
		faults = append(faults, s.next[0])
		s.next = s.next[1:]
	}
	return faults
}
