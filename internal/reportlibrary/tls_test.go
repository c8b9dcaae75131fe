package reportlibrary

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// trusting returns a change that trusts one authority and no other; none leaves the configuration as it is.
func trusting(caPEM string) func(*Config) {
	return func(c *Config) {
		if caPEM == "" {
			return
		}
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AppendCertsFromPEM([]byte(caPEM))
	}
}

// presenting returns a change that offers a client certificate of the server's own authority.
func presenting(t testing.TB, srv interface{ ClientCertPEM(string) (string, string) }) func(*Config) {
	t.Helper()
	certificate, key := srv.ClientCertPEM("terraform")
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) { c.ClientCertificate = &pair }
}

func withTLS(o reportlibrarytest.TLSOptions) func(*reportlibrarytest.Options) {
	return func(all *reportlibrarytest.Options) { all.TLS = o }
}

// refused downloads and returns the error, which must come from the only connection made, and never from a request.
func refused(t *testing.T, srv *reportlibrarytest.Server, change ...func(*Config)) error {
	t.Helper()
	t.Cleanup(srv.Close)
	c, log := newTestClient(t, srv.URL(), change...)
	_, err := download(t, c, anyRequest)
	as[*Error](t, err)
	if retries := log.messages(t, retryMessage); retries != nil {
		t.Errorf("retried: %v", retries)
	}
	if got := len(srv.Requests()); got != 0 {
		t.Errorf("%d requests arrived", got)
	}
	return err
}

func TestCertificatesThatAreRefused(t *testing.T) {
	t.Run("unknown authority", func(t *testing.T) {
		srv := reportlibrarytest.NewTLSServer()
		as[x509.UnknownAuthorityError](t, wantKind(t, refused(t, srv), KindAuthority))
	})
	t.Run("wrong name", func(t *testing.T) {
		srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{Names: []string{"api.example.com"}}))
		as[x509.HostnameError](t, wantKind(t, refused(t, srv, trusting(srv.CACertPEM())), KindHostname))
	})
	t.Run("expired", func(t *testing.T) {
		srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{NotAfter: time.Now().Add(-time.Minute)}))
		got := as[x509.CertificateInvalidError](t, wantKind(t, refused(t, srv, trusting(srv.CACertPEM())), KindExpired))
		if got.Reason != x509.Expired {
			t.Errorf("reason is %v", got.Reason)
		}
	})
	t.Run("not yet valid", func(t *testing.T) {
		srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{NotAfter: time.Now().AddDate(2, 0, 0)}))
		got := as[x509.CertificateInvalidError](t, wantKind(t, refused(t, srv, trusting(srv.CACertPEM())), KindExpired))
		if got.Reason != x509.Expired {
			t.Errorf("reason is %v", got.Reason)
		}
	})
	t.Run("of an authority for client certificates only", func(t *testing.T) {
		srv := reportlibrarytest.NewTLSServer()
		certificate, _ := srv.ClientCertPEM("other")
		as[x509.UnknownAuthorityError](t, refused(t, srv, trusting(certificate)))
	})
}

func TestOldTLSIsRefused(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{MaxVersion: version}))
		wantKind(t, refused(t, srv, trusting(srv.CACertPEM())), KindHandshake)
	}
	srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{MaxVersion: tls.VersionTLS12}))
	t.Cleanup(srv.Close)
	c, _ := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()))
	wantDownload(t, c, addTestRun(srv))
}

func TestMissingClientCertificateIsRefused(t *testing.T) {
	required := reportlibrarytest.TLSOptions{RequireClientCertificate: true, MaxVersion: tls.VersionTLS12}
	srv := reportlibrarytest.NewTLSServer(withTLS(required))
	wantKind(t, refused(t, srv, trusting(srv.CACertPEM())), KindHandshake)

	// With TLS 1.3 the alert comes after the handshake, and may be lost in the end of the connection: then the next
	// attempt tells.
	for _, http1 := range []bool{false, true} {
		required = reportlibrarytest.TLSOptions{RequireClientCertificate: true, HTTP1Only: http1}
		srv := reportlibrarytest.NewTLSServer(withTLS(required))
		t.Cleanup(srv.Close)
		c, _ := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()), func(c *Config) { c.Retry.MaxAttempts = 100 })
		_, err := download(t, c, anyRequest)
		wantKind(t, err, KindHandshake)
		if got := len(srv.Requests()); got != 0 {
			t.Errorf("%d requests arrived", got)
		}
	}
}

func TestClientCertificate(t *testing.T) {
	store := reportlibrarytest.NewStorage(
		reportlibrarytest.StorageOptions{TLS: new(reportlibrarytest.TLSOptions), Strict: true})
	defer store.Close()
	srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{RequireClientCertificate: true}),
		func(o *reportlibrarytest.Options) { o.Delivery.Redirect = &reportlibrarytest.Redirect{To: store} })
	defer srv.Close()
	run := addTestRun(srv)
	c, log := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()+store.CACertPEM()), presenting(t, srv))
	wantDownload(t, c, run)
	if got := srv.Requests()[0].ClientCertificate; got != "terraform" {
		t.Errorf("certificate presented to the API is %q", got)
	}
	if got := store.Requests(); len(got) != 1 || got[0].ClientCertificate != "" {
		t.Errorf("requests at the store: %+v", got)
	}
	for _, record := range log.messages(t, "headers received") {
		if record["protocol"] != "HTTP/2.0" {
			t.Errorf("protocol is %v", record["protocol"])
		}
	}
}

// A host that requests any certificate must not receive one either.
func TestClientCertificateIsNotOfferedToForeignOrigins(t *testing.T) {
	foreign := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := len(r.TLS.PeerCertificates); n != 0 {
			t.Errorf("%d certificates presented", n)
		}
		_, _ = io.WriteString(w, testCSV)
	}))
	foreign.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	foreign.StartTLS()
	defer foreign.Close()
	srv := reportlibrarytest.NewTLSServer()
	defer srv.Close()
	srv.Script(nil, reportlibrarytest.RedirectTo(http.StatusTemporaryRedirect, foreign.URL))
	c, _ := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()), presenting(t, srv), func(c *Config) {
		c.RootCAs.AddCert(foreign.Certificate())
	})
	if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
		t.Errorf("download is %q, %v", got, err)
	}
	if got := srv.Requests()[0].ClientCertificate; got != "terraform" {
		t.Errorf("certificate presented to the API is %q", got)
	}
}

func TestHandshakeThatIsCutIsRetried(t *testing.T) {
	for name, linger := range map[string]int{"closed": -1, "reset": 0} {
		t.Run(name, func(t *testing.T) {
			srv := reportlibrarytest.NewTLSServer()
			defer srv.Close()
			run := addTestRun(srv)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				for n := 0; ; n++ {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					if n < 2 {
						_, _ = io.ReadFull(conn, make([]byte, 100)) // the start of a ClientHello
						_ = conn.(*net.TCPConn).SetLinger(linger)
						_ = conn.Close()
						continue
					}
					go forward(conn, strings.TrimPrefix(srv.Origin(), "https://"))
				}
			}()
			base := strings.Replace(srv.URL(), strings.TrimPrefix(srv.Origin(), "https://"), l.Addr().String(), 1)
			c, log := newTestClient(t, base, trusting(srv.CACertPEM()))
			wantDownload(t, c, run)
			if got := log.messages(t, retryMessage); len(got) != 2 {
				t.Errorf("retries logged: %v", got)
			}
		})
	}
}

// forward joins conn to a new connection to address until either end closes.
func forward(conn net.Conn, address string) {
	defer conn.Close()
	upstream, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer upstream.Close()
	go func() {
		_, _ = io.Copy(upstream, conn)
		_ = upstream.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(conn, upstream)
}

func TestPlainHTTPWhereTLSIsExpectedIsNotRetried(t *testing.T) {
	srv, _ := newFake(t)
	c, log := newTestClient(t, strings.Replace(srv.URL(), "http://", "https://", 1))
	_, err := download(t, c, anyRequest)
	if !errors.Is(as[*Error](t, err), http.ErrSchemeMismatch) {
		t.Errorf("error is %v", err)
	}
	if retries := log.messages(t, retryMessage); retries != nil {
		t.Errorf("retried: %v", retries)
	}
}

func TestHTTP2IsUsedWhereOffered(t *testing.T) {
	for http1, want := range map[bool]string{false: "HTTP/2.0", true: "HTTP/1.1"} {
		srv := reportlibrarytest.NewTLSServer(withTLS(reportlibrarytest.TLSOptions{HTTP1Only: http1}))
		t.Cleanup(srv.Close)
		c, log := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()))
		for range 3 {
			wantDownload(t, c, addTestRun(srv))
		}
		if got := srv.Requests()[0].Proto; got != want || srv.Connections() != 1 {
			t.Errorf("protocol: got %s over %d connections, want %s over one", got, srv.Connections(), want)
		}
		if got := log.messages(t, "headers received")[0]["protocol"]; got != want {
			t.Errorf("protocol logged: got %v, want %s", got, want)
		}
	}
}

// testAuthority issues certificates for servers that the fake can't be, such as proxies.
type testAuthority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newTestAuthority(t testing.TB) *testAuthority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &testAuthority{certificate: certificate, key: key}
}

func (a *testAuthority) issue(t testing.TB, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.certificate, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestStreamResetInTheMiddleOfABodyIsRetried(t *testing.T) {
	requests := 0
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("protocol is %s", r.Proto)
		}
		_, _ = io.WriteString(w, testCSV[:20])
		w.(http.Flusher).Flush()
		if requests++; requests == 1 {
			panic(http.ErrAbortHandler) // without a length, only RST_STREAM marks the body as incomplete
		}
		_, _ = io.WriteString(w, testCSV[20:])
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	c, _ := newTestClient(t, srv.URL, func(c *Config) {
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AddCert(srv.Certificate())
	})
	if got, err := download(t, c, anyRequest); err != nil || got != testCSV || requests != 2 {
		t.Errorf("download is %q, %v after %d requests", got, err, requests)
	}
}
