package reportlibrary

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// dialRecorder connects every address to one handler, and records which address each request came by.
type dialRecorder struct {
	pipeListener
	mu       sync.Mutex
	requests []dialledRequest
}

// dialledRequest is a request with the address that was dialled for it.
type dialledRequest struct {
	address string
	host    string
	header  http.Header
}

// dialledConn is the server's end of a connection.
type dialledConn struct {
	net.Conn
	address string
}

type dialledAddress struct{}

// newDialRecorder returns a client of baseURL whose connections all lead to handler.
func newDialRecorder(t *testing.T, baseURL string, handler http.HandlerFunc) (*Client, *dialRecorder) {
	t.Helper()
	d := &dialRecorder{pipeListener: pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}}
	srv := &http.Server{
		ReadHeaderTimeout: time.Minute,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, dialledAddress{}, conn.(dialledConn).address)
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			address, _ := r.Context().Value(dialledAddress{}).(string)
			d.mu.Lock()
			d.requests = append(d.requests, dialledRequest{address, r.Host, r.Header.Clone()})
			d.mu.Unlock()
			handler(w, r)
		}),
	}
	go srv.Serve(d)
	t.Cleanup(func() { srv.Close() })
	c, _ := newTestClient(t, baseURL, func(c *Config) {
		c.Retry.MaxAttempts, c.Proxy = 1, noProxy
		c.Dial = func(ctx context.Context, _, address string) (net.Conn, error) {
			client, server := net.Pipe()
			select {
			case d.conns <- dialledConn{server, address}:
				return client, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	})
	return c, d
}

func (d *dialRecorder) seen() []dialledRequest {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests
}

// quickly returns a context of 20 seconds, for a test whose failure is a hang.
func quickly(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// TestKeyIsSentToTheConfiguredHostOnly follows redirects to hosts that some way of comparing takes for the configured
// one.
func TestKeyIsSentToTheConfiguredHostOnly(t *testing.T) {
	t.Parallel()
	const (
		base = "http://kiosk.digicert.test/reports/v1"
		home = "kiosk.digicert.test:80"
	)
	for location, want := range map[string]string{ // the address dialled
		"http://kiosk.digicert.test/x":                 home,
		"http://KIOSK.DigiCert.TEST/x":                 home,
		"HTTP://kiosk.digicert.test:80/x":              home,
		"http://kiosk.digicert.test:/x":                home,
		"http://user:password@kiosk.digicert.test/x":   home,
		"http://kio\u017fk.digicert.test/x":            home, // long s
		"http://\u212aiosk.digicert.test/x":            home, // Kelvin sign
		"http://kiosk\uff0edigicert\u3002test/x":       home, // other full stops
		"http://ｋｉｏｓｋ.digicert.test/x":                 home, // full width
		"http://kio\u00adsk.digicert.test/x":           home, // soft hyphen
		"http://k%E2%80%8Biosk.digicert.test/x":        home, // zero width space
		"/x":                                           home,
		"//kiosk.digicert.test/x":                      home,
		"http://k\u0130osk.digicert.test/x":            "xn--kiosk-8fd.digicert.test:80", // I with a dot
		"http://k\u0131osk.digicert.test/x":            "xn--kosk-lza.digicert.test:80",  // i without one
		"http://ki\u00f6sk.digicert.test/x":            "xn--kisk-6qa.digicert.test:80",
		"http://\u0138iosk.digicert.test/x":            "xn--iosk-k0a.digicert.test:80", // kra
		"http://kiosk.digicert.test./x":                "kiosk.digicert.test.:80",
		"http://kiosk.digicert.test:080/x":             "kiosk.digicert.test:080",
		"http://kiosk.digicert.test:8080/x":            "kiosk.digicert.test:8080",
		"http://kiosk.digicert.test:443/x":             "kiosk.digicert.test:443",
		"http://kiosk.digicert.test@evil.test/x":       "evil.test:80",
		"http://evil.test/kiosk.digicert.test":         "evil.test:80",
		"http://kiosk.digicert.test.evil.test/x":       "kiosk.digicert.test.evil.test:80",
		"http://xkiosk.digicert.test/x":                "xkiosk.digicert.test:80",
		"http://evil.test\\@kiosk.digicert.test/x":     "", // not an address
		"http://kiosk.digicert.test%00/x":              "",
		"http://kiosk\u2024digicert.test/x":            "", // one dot leader
		"http://-\u00f6.digicert.test/x":               "", // not a host name
		"http://\u00ad/x":                              "",
		"http://[::ffff:127.0.0.1]/x":                  "[::ffff:127.0.0.1]:80",
		"http://[fe80::1%25kiosk.digicert.test]:80/x":  "[fe80::1%kiosk.digicert.test]:80",
		"https://kiosk.digicert.test/x":                "kiosk.digicert.test:443",
		"http://0177.0.0.1/x":                          "0177.0.0.1:80",
		"http://kiosk.digicert.test:80:80/x":           "",
		"http://kiosk.digicert.test#@evil.test/x":      home,
		"http://kiosk.digicert.test?@evil.test/x":      home,
		"http:\\\\evil.test/x":                         "",
		"http:kiosk.digicert.test/x":                   "",
		"http://%6biosk.digicert.test/x":               "",
		"http://kiosk.digicert.test%EF%BC%8Eevil.test": "kiosk.digicert.test.evil.test:80",
	} {
		t.Run(location, func(t *testing.T) {
			t.Parallel()
			c, dialled := newDialRecorder(t, base, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/reports") {
					w.Header()["Location"] = []string{location}
					w.WriteHeader(http.StatusFound)
				}
			})
			req := anyRequest
			req.AllowEmpty = true
			_, err := c.Download(quickly(t), req, new(memoryFile))
			requests := dialled.seen()
			switch {
			case want == "":
				wantKind(t, err, KindRedirect)
				if len(requests) != 1 {
					t.Fatalf("got %d requests, want the first alone", len(requests))
				}
				return
			case strings.HasPrefix(location, "https:"):
				// The listener does not speak TLS: it is dialled, and gets no request at all.
				as[*Error](t, err)
				if len(requests) != 1 {
					t.Fatalf("got %d requests, want the first alone", len(requests))
				}
				return
			case len(requests) != 2:
				t.Fatalf("%d requests, %v", len(requests), err)
			}
			if got := requests[1].address; got != want {
				t.Errorf("got a connection to %s, want %s", got, want)
			}
			for i, request := range requests {
				if got := request.header.Get("X-Dc-Devkey") != ""; got != (request.address == home) {
					t.Errorf("request %d to %s has the key: %t", i, request.address, got)
				}
				if got := request.header.Get("Authorization") + request.header.Get("Referer"); got != "" {
					t.Errorf("request %d to %s has credentials or a referer: %q", i, request.address, got)
				}
			}
		})
	}
}

// TestOddBaseURLsGetTheKey writes a legal base URL in odd ways; the redirect to the same spelling is to the same origin.
func TestOddBaseURLsGetTheKey(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]dialledRequest{
		"http://API.DigiCert.TEST":     {address: "api.digicert.test:80", host: "api.digicert.test"},
		"http://api.digicert.test.":    {address: "api.digicert.test.:80", host: "api.digicert.test."},
		"http://api.digicert.test:80":  {address: "api.digicert.test:80", host: "api.digicert.test"},
		"http://api.digicert.test:081": {address: "api.digicert.test:081", host: "api.digicert.test:081"},
		"http://bücher.test":           {address: "xn--bcher-kva.test:80", host: "xn--bcher-kva.test"},
		"http://BÜCHER.test:8080":      {address: "xn--bcher-kva.test:8080", host: "xn--bcher-kva.test:8080"},
		"http://faß.test":              {address: "xn--fa-hia.test:80", host: "xn--fa-hia.test"},
		"http://日本。test":               {address: "xn--wgv71a.test:80", host: "xn--wgv71a.test"},
		"http://[::1]":                 {address: "[::1]:80", host: "[::1]"},
		"http://[0:0:0:0:0:0:0:1]:80":  {address: "[::1]:80", host: "[::1]"},
		"http://[fe80::1%25eth0]":      {address: "[fe80::1%eth0]:80", host: "[fe80::1]"},
		"http://127.0.0.1:1":           {address: "127.0.0.1:1", host: "127.0.0.1:1"},
		"http://under_score.test":      {address: "under_score.test:80", host: "under_score.test"},
		"http://localhost":             {address: "localhost:80", host: "localhost"},
	} {
		for _, location := range []string{base + "/x", "/x"} {
			t.Run(base+" to "+location, func(t *testing.T) {
				t.Parallel()
				c, dialled := newDialRecorder(t, base+"/reports/v1", func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != "/x" {
						w.Header()["Location"] = []string{location}
						w.WriteHeader(http.StatusFound)
						return
					}
					_, _ = w.Write([]byte(testCSV))
				})
				if _, err := c.Download(quickly(t), anyRequest, new(memoryFile)); err != nil {
					t.Fatal(err)
				}
				requests := dialled.seen()
				if len(requests) != 2 {
					t.Fatalf("got %d requests, want 2", len(requests))
				}
				for i, got := range requests {
					if got.address != want.address || got.host != want.host {
						t.Errorf("request %d was to %s, Host %s; want %s, Host %s", i, got.address, got.host, want.address, want.host)
					}
					if key := got.header.Get("X-Dc-Devkey"); key != reportlibrarytest.DefaultAPIKey {
						t.Errorf("request %d has the key %q", i, key)
					}
				}
			})
		}
	}
}
