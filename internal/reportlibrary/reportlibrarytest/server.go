package reportlibrarytest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// DefaultAPIKey is the key of every new Server. It looks random, so that a search for it in logs, state and output
// finds nothing but the key.
const DefaultAPIKey = "RLTESTKEY_7Q2MZXW4K9VB3ND8JH5TCG6YFP1SRA0E"

const (
	basePath    = "/reports/v1"
	historyPath = basePath + "/report/history"
)

// Server is a Report Library on a loopback port. Make one with NewServer or NewTLSServer, and Close it.
type Server struct {
	*origin

	// APIKey is the only key accepted. Set it before the first request if at all.
	APIKey string

	optionsMu sync.Mutex
	current   Options
	revision  int

	library library
	blobs   blobs
}

// NewServer starts a Server over plain HTTP on a free port of 127.0.0.1. It panics if there is none.
func NewServer(configure ...func(*Options)) *Server {
	s := newServer(configure)
	s.start(nil)
	return s
}

// NewTLSServer starts a Server over HTTPS and HTTP/2 on a free port of 127.0.0.1, with a certificate of an authority of
// its own: see CACertPEM and Options.TLS. It panics if no port is free.
func NewTLSServer(configure ...func(*Options)) *Server {
	s := newServer(configure)
	s.start(&s.current.TLS)
	return s
}

func newServer(configure []func(*Options)) *Server {
	s := &Server{APIKey: DefaultAPIKey}
	for _, change := range configure {
		change(&s.current)
	}
	s.origin = &origin{serve: s.route, before: s.before}
	return s
}

// URL is the base URL of the API, without a trailing slash: the base_url of a client.
func (s *Server) URL() string { return s.base + basePath }

// before calls the hook of the options.
func (s *Server) before(r *http.Request) {
	if o := s.options(); o.OnRequest != nil {
		o.OnRequest(r)
	}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, storagePath) {
		s.blobs.serve(w, r)
		return
	}
	o := s.options()
	if keys := r.Header.Values("X-DC-DEVKEY"); len(keys) == 0 {
		UserAuthenticationError.write(w)
		return
	} else if len(keys) > 1 || keys[0] != s.APIKey {
		UserAuthenticationError.write(w)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, basePath+"/report/")
	segments := strings.Split(rest, "/")
	switch {
	case !ok || r.Method != http.MethodGet:
		notFound.write(w)
	case rest == "history":
		s.serveHistory(w, r, o)
	case len(segments) == 1:
		s.serveDetails(w, r, o, rest)
	case len(segments) == 3 && segments[2] == "download":
		s.serveDownload(w, r, o, segments[0], segments[1])
	default:
		notFound.write(w)
	}
}

var notFound = APIError(http.StatusNotFound, "not_found", "The requested resource does not exist.")

func (o Options) sendJSON(w http.ResponseWriter, r *http.Request, response map[string]any) {
	body, err := json.Marshal(response)
	if err == nil && o.RewriteJSON != nil {
		// Through JSON once, so that the hook sees plain values only.
		var plain map[string]any
		if err = json.Unmarshal(body, &plain); err == nil {
			o.RewriteJSON(r, plain)
			body, err = json.Marshal(plain)
		}
	}
	if err != nil {
		panic("reportlibrarytest: what JSON can't say: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}
