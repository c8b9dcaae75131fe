package reportlibrarytest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

const storagePath = "/storage/"

// Redirect sends a download elsewhere for its file, with a path and query as of a signed link.
type Redirect struct {
	// To is the object store to go to; nil is the same origin, at another path.
	To *Storage
	// Status is the redirect's; 0 is 302.
	Status int
	// Hops is how many redirects there are until the file; 0 is 1.
	Hops int
	// Relative gives a Location without scheme and host, for the same origin.
	Relative bool
	// Rewrite may change the first Location: its scheme, its host, its fragment; nil doesn't.
	Rewrite func(location string) string
}

// StorageOptions are the switches of a Storage.
type StorageOptions struct {
	// TLS serves over HTTPS; nil over plain HTTP.
	TLS *TLSOptions
	// Strict responds with 400 to requests with the API key, an Authorization, a Cookie, a Referer or a Content-Type,
	// which are for the Report Library only.
	Strict bool
}

// Storage is an object store on an origin of its own, which serves the files that a Server redirects to. It records
// requests and can be scripted like a Server.
type Storage struct {
	*origin
	blobs blobs
}

// NewStorage starts a Storage on a free port of 127.0.0.1. It panics if there is none.
func NewStorage(o StorageOptions) *Storage {
	s := &Storage{}
	s.origin = &origin{serve: func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"X-Dc-Devkey", "Authorization", "Cookie", "Referer", "Content-Type"} {
			if o.Strict && r.Header.Get(name) != "" {
				storageError(w, http.StatusBadRequest, "InvalidArgument")
				return
			}
		}
		s.blobs.serve(w, r)
	}}
	s.start(o.TLS)
	return s
}

func storageError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code></Error>"))
}

// blobs are the files that redirects lead to, by path. They stay for as long as their origin: a link may be followed
// again.
type blobs struct {
	mu    sync.Mutex
	files map[string]file
}

// add returns the path and query that lead to the file after further redirects.
func (b *blobs) add(f file, hops int) *url.URL {
	path := storagePath + identifier("blob", f.key) + "/" + f.name
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.files == nil {
		b.files = make(map[string]file)
	}
	b.files[path] = f
	query := url.Values{"Expires": {"300"}, "Signature": {identifier("signature", f.key)}}
	return hop(&url.URL{Path: path, RawQuery: query.Encode()}, hops)
}

func (b *blobs) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	f, ok := b.files[r.URL.Path]
	b.mu.Unlock()
	query := r.URL.Query()
	hops, _ := strconv.Atoi(query.Get("hops"))
	switch {
	case !ok:
		storageError(w, http.StatusNotFound, "NoSuchKey")
	case r.Method != http.MethodGet:
		storageError(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
	case query.Get("Signature") != identifier("signature", f.key):
		storageError(w, http.StatusForbidden, "SignatureDoesNotMatch")
	case hops > 0:
		RedirectTo(f.delivery.Redirect.status(), hop(r.URL, hops-1).RequestURI()).write(w)
	default:
		f.ServeHTTP(w, r)
	}
}

// hop is a location with so many redirects behind it.
func hop(location *url.URL, hops int) *url.URL {
	next := *location
	query := next.Query()
	query.Set("hops", strconv.Itoa(hops))
	next.RawQuery = query.Encode()
	return &next
}

func (r *Redirect) status() int {
	status := r.Status
	setDefault(&status, http.StatusFound)
	return status
}

func (s *Server) redirect(w http.ResponseWriter, f file) {
	to := f.delivery.Redirect
	// A path's last segment has no slashes.
	name := f
	name.name = strings.ReplaceAll(f.name, "/", "_")
	base, store := s.base, &s.blobs
	if to.To != nil {
		base, store = to.To.base, &to.To.blobs
	}
	location := store.add(name, max(to.Hops, 1)-1).RequestURI()
	if !to.Relative {
		location = base + location
	}
	if to.Rewrite != nil {
		location = to.Rewrite(location)
	}
	RedirectTo(to.status(), location).write(w)
}
