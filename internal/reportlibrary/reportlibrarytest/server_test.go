package reportlibrarytest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestRequestLog(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{})
	var hooked []string
	srv.Configure(func(o *rlt.Options) {
		o.OnRequest = func(r *http.Request) { hooked = append(hooked, r.URL.Path) }
	})
	client := newClient(t)
	before := time.Now()
	get(t, client, downloadURL(srv, run, "CSV"), "User-Agent", "x")
	get(t, client, srv.URL()+"/report/history?limit=1")
	log := srv.Requests()
	equal(t, "requests", len(log), 2)
	equal(t, "method", log[0].Method, "GET")
	equal(t, "path", log[0].Path,
		"/reports/v1/report/"+run.ReportIdentifier+"/"+run.RunIdentifier+"/download")
	equal(t, "query", log[0].Query.Get("report_format"), "CSV")
	equal(t, "raw query", log[1].RawQuery, "limit=1")
	equal(t, "header", log[0].Header.Get("X-DC-DEVKEY"), srv.APIKey)
	equal(t, "agent", log[0].Header.Get("User-Agent"), "x")
	equal(t, "host", "http://"+log[0].Host, srv.Origin())
	equal(t, "protocol", log[0].Proto, "HTTP/1.1")
	equal(t, "status", log[0].Status, 200)
	equal(t, "in order", log[0].Time.Before(before) || log[1].Time.Before(log[0].Time), false)
	equal(t, "hook", strings.Join(hooked, " "), log[0].Path+" "+log[1].Path)
	equal(t, "connections", srv.Connections(), 1)
	srv.ResetRequests()
	equal(t, "after the reset", len(srv.Requests()), 0)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	equal(t, "WaitRequests", errors.Is(srv.WaitRequests(ctx, 1), context.Canceled), true)
}

func TestConcurrentUse(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Delivery: &rlt.Delivery{Wrap: rlt.WrapAlways}})
	client := newClient(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				get(t, client, downloadURL(srv, run, "CSV"))
				get(t, client, srv.URL()+"/report/history")
				srv.Configure(func(o *rlt.Options) { o.ExtraFields = !o.ExtraFields })
				srv.SetRun(run.RunIdentifier, func(r *rlt.Run) { r.ManuallyTriggered = !r.ManuallyTriggered })
				srv.Script(rlt.Details, rlt.Empty())
				srv.AddRun(rlt.Run{})
			}
		})
	}
	group.Wait()
	equal(t, "requests", len(srv.Requests()), 80)
	equal(t, "records", getHistory(t, srv, "").Page.Total, 41)
}

func TestRedirect(t *testing.T) {
	storage := rlt.NewStorage(rlt.StorageOptions{Strict: true})
	t.Cleanup(storage.Close)
	srv := newServer(t, func(o *rlt.Options) { o.Now = day("2026-11-24") })
	run := srv.AddRun(rlt.Run{DisplayName: "a/b c", Content: rlt.Text("x\n")})
	client := newClient(t)

	follow := func(to *rlt.Redirect) (hops []response) {
		srv.SetRun(run.RunIdentifier, func(r *rlt.Run) { r.Delivery = &rlt.Delivery{Redirect: to} })
		at, header := downloadURL(srv, run, "CSV"), []string{}
		for {
			a := get(t, client, at, header...)
			hops = append(hops, a)
			next, err := a.Location()
			if err != nil {
				return hops
			}
			at, header = next.String(), []string{"X-DC-DEVKEY", ""}
		}
	}

	hops := follow(&rlt.Redirect{To: storage})
	equal(t, "responses", len(hops), 2)
	equal(t, "status", hops[0].StatusCode, 302)
	location := hops[0].Header.Get("Location")
	equal(t, "to the storage", strings.HasPrefix(location, storage.Origin()+"/storage/"), true)
	equal(t, "signed", strings.Contains(location, "Signature="), true)
	equal(t, "body", hops[1].text(), "x\n")
	equal(t, "name", hops[1].Header.Get("Content-Disposition"), `attachment; filename="a_b c-2026-11-24.csv"`)
	equal(t, "storage's log", storage.Requests()[0].Status, 200)
	equal(t, "with the key", get(t, client, location).StatusCode, 400)
	wrong := strings.Replace(location, "Signature=", "Signature=x", 1)
	equal(t, "another signature", get(t, client, wrong, "X-DC-DEVKEY", "").StatusCode, 403)
	equal(t, "no blob", get(t, client, storage.Origin()+"/storage/x", "X-DC-DEVKEY", "").StatusCode, 404)

	hops = follow(&rlt.Redirect{Status: 307, Hops: 3, Relative: true})
	equal(t, "responses", len(hops), 4)
	equal(t, "relative", strings.HasPrefix(hops[0].Header.Get("Location"), "/storage/"), true)
	for _, hop := range hops[:3] {
		equal(t, "status", hop.StatusCode, 307)
	}
	equal(t, "body", hops[3].text(), "x\n")

	storage.Script(nil, rlt.Truncated(1))
	hops = follow(&rlt.Redirect{To: storage, Rewrite: func(l string) string {
		return strings.Replace(l, "127.0.0.1", "localhost", 1)
	}})
	equal(t, "rewritten", strings.HasPrefix(hops[0].Header.Get("Location"), "http://localhost:"), true)
	equal(t, "truncated by the storage", errors.Is(hops[1].err, io.ErrUnexpectedEOF), true)
}

func tlsClient(t *testing.T, srv *rlt.Server, http2 bool, certificates ...tls.Certificate) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(srv.CACertPEM())) {
		t.Fatal("no certificate in CACertPEM")
	}
	transport := &http.Transport{ForceAttemptHTTP2: http2,
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: certificates}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func newTLSServer(t *testing.T, options rlt.TLSOptions) *rlt.Server {
	t.Helper()
	srv := rlt.NewTLSServer(func(o *rlt.Options) { o.TLS = options })
	t.Cleanup(srv.Close)
	return srv
}

func TestTLS(t *testing.T) {
	srv := newTLSServer(t, rlt.TLSOptions{})
	run := srv.AddRun(rlt.Run{Content: rlt.Text("0123456789")})
	for http2, proto := range map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"} {
		srv.ResetRequests()
		client := tlsClient(t, srv, http2)
		equal(t, "body", get(t, client, downloadURL(srv, run, "CSV")).text(), "0123456789")
		equal(t, "protocol", srv.Requests()[0].Proto, proto)

		srv.Script(nil, rlt.Truncated(4), rlt.TruncatedChunked(4))
		for range 2 {
			a := get(t, client, downloadURL(srv, run, "CSV"))
			equal(t, "truncated body", a.text(), "0123")
			equal(t, "truncated", a.err != nil, true)
		}
	}
	_, err := send(t, newClient(t), srv.URL())
	var unknown x509.UnknownAuthorityError
	equal(t, "unknown authority", errors.As(err, &unknown), true)
}

func TestResetOverHTTP2(t *testing.T) {
	srv := newTLSServer(t, rlt.TLSOptions{})
	srv.Script(nil, rlt.Reset().Forever())
	_, err := send(t, tlsClient(t, srv, true), srv.URL())
	equal(t, "error", err != nil, true)
}

func TestTLSSwitches(t *testing.T) {
	client := func(srv *rlt.Server) error {
		resp, err := send(t, tlsClient(t, srv, true), srv.URL()+"/report/history")
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	var hostname x509.HostnameError
	other := newTLSServer(t, rlt.TLSOptions{Names: []string{"a.example"}})
	equal(t, "wrong name", errors.As(client(other), &hostname), true)

	var invalid x509.CertificateInvalidError
	expired := newTLSServer(t, rlt.TLSOptions{NotAfter: time.Now().Add(-time.Hour)})
	equal(t, "expired", errors.As(client(expired), &invalid) && invalid.Reason == x509.Expired, true)

	old := newTLSServer(t, rlt.TLSOptions{MaxVersion: tls.VersionTLS11})
	equal(t, "TLS 1.1 refused", client(old) != nil, true)
	lenient := tlsClient(t, old, false)
	lenient.Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS11
	equal(t, "TLS 1.1 accepted", get(t, lenient, old.URL()+"/report/history").TLS.Version, tls.VersionTLS11)

	plain := newTLSServer(t, rlt.TLSOptions{HTTP1Only: true})
	equal(t, "HTTP/1 only", client(plain), nil)
	equal(t, "protocol", plain.Requests()[0].Proto, "HTTP/1.1")
}

func TestClientCertificate(t *testing.T) {
	srv := newTLSServer(t, rlt.TLSOptions{RequireClientCertificate: true})
	_, err := send(t, tlsClient(t, srv, false), srv.URL())
	equal(t, "refused without", err != nil, true)
	certificate, key := srv.ClientCertPEM("terraform")
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "status", get(t, tlsClient(t, srv, false, pair), srv.URL()+"/report/history").StatusCode, 200)
	equal(t, "logged", srv.Requests()[0].ClientCertificate, "terraform")

	plain := newServer(t)
	certificate, key = plain.ClientCertPEM("x")
	equal(t, "nothing for plain HTTP", plain.CACertPEM()+certificate+key, "")
}
