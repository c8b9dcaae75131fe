package timestamp

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

func TestStamp(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	stamp, err := newClient(t, srv).Stamp(t.Context(), stampedDigest)
	if err != nil {
		t.Fatal(err)
	}
	if age := time.Since(stamp.Time); age < -time.Minute || age > time.Minute || stamp.Signer != timestamptest.SignerName {
		t.Errorf("got %v", stamp.Facts)
	}
	requests := srv.Requests()
	if len(requests) != 1 {
		t.Fatalf("got %d requests, want 1", len(requests))
	}
	request := requests[0]
	for name, want := range map[string]string{
		"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply", "User-Agent": "test/1",
		"Authorization": "", "X-Dc-Devkey": "", "Cookie": "", "Accept-Encoding": "",
	} {
		if got := request.Header.Get(name); got != want {
			t.Errorf("got header %s %q, want %q", name, got, want)
		}
	}
	if string(request.Digest) != string(stampedDigest[:]) || !request.CertReq || request.Nonce == nil || request.Nonce.BitLen() > 64 {
		t.Errorf("got request %+v", request)
	}
	// The bytes that are saved verify again, here and with openssl.
	if got, err := Verify(t.Context(), stamp.Response, stampedDigest, rootsOf(t, srv.CACertPEM())); err != nil || got != stamp.Facts {
		t.Errorf("got %v, %v, want %v", got, err, stamp.Facts)
	}
	if ok, output := opensslAccepts(t, stamp.Response, srv.CACertPEM(), true); !ok {
		t.Errorf("openssl rejects it:\n%s", output)
	}
	if ok, output := opensslAccepts(t, stamp.Response, srv.OtherCACertPEM(), false); ok {
		t.Errorf("openssl accepts it under another root:\n%s", output)
	}
}

func TestStamp_noncesDiffer(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	c := newClient(t, srv)
	seen := map[string]bool{}
	var longest int
	for range 16 {
		if _, err := c.Stamp(t.Context(), stampedDigest); err != nil {
			t.Fatal(err)
		}
	}
	for _, request := range srv.Requests() {
		seen[request.Nonce.String()] = true
		longest = max(longest, request.Nonce.BitLen())
	}
	if len(seen) != 16 || longest < 50 {
		t.Errorf("got %d different nonces of up to %d bits, want 16 of up to 64", len(seen), longest)
	}
}

// stampCases are the failures of one response that a stored one cannot have.
var stampCases = map[string]struct {
	fault    timestamptest.Fault
	want     Kind
	text     string
	attempts int
}{
	"media type with parameters": {timestamptest.ContentType(`Application/Timestamp-Reply; charset="utf-8"; x`), 0, "", 1},
	"another nonce":              {timestamptest.WrongNonce(), KindNonce, "nonce", 1},
	"no nonce":                   {timestamptest.WithoutNonce(), KindNonce, "nonce", 1},
	"page":                       {timestamptest.HTML(200), KindContentType, "text/html", 1},
	"no media type":              {timestamptest.ContentType(""), KindContentType, `""`, 1},
	"query's media type":         {timestamptest.ContentType("application/timestamp-query"), KindContentType, "timestamp-query", 1},
	"302":                        {timestamptest.Redirect(302, "https://other.example/path?token=1"), KindRedirect, "302 Found: to the host other.example", 1},
	"308":                        {timestamptest.Redirect(308, "/elsewhere"), KindRedirect, "308", 1},
	"304":                        {timestamptest.Status(304), KindRedirect, "304", 1},
	"204":                        {timestamptest.Status(204), KindHTTPStatus, "204", 1},
	"401":                        {timestamptest.Status(401), KindHTTPStatus, "401 Unauthorized", 1},
	"404 page":                   {timestamptest.HTML(404), KindHTTPStatus, "404", 1},
	"501":                        {timestamptest.Status(501), KindHTTPStatus, "501", 1},
	"endless":                    {timestamptest.Endless(), KindTooLarge, "64 KiB", 1},
	"rejection":                  {timestamptest.Reject("out of stamps"), KindRejected, `"out of stamps"`, 1},
	"two signers":                {timestamptest.Signers(2), KindSignerCount, "2", 1},
}

func TestStamp_failures(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	c := newClient(t, srv)
	for name, tt := range stampCases {
		before := len(srv.Requests())
		srv.Next(tt.fault)
		stamp, err := c.Stamp(t.Context(), stampedDigest)
		if got := kindOf(t, err); got != tt.want {
			t.Errorf("%s: got kind %d (%v), want %d", name, got, err, tt.want)
			continue
		}
		if got := len(srv.Requests()) - before; got != tt.attempts {
			t.Errorf("%s: got %d requests, want %d", name, got, tt.attempts)
		}
		if err == nil {
			continue
		}
		if !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), "token=1") {
			t.Errorf("%s: got %q, want it to contain %q", name, err, tt.text)
		}
		if stamp.Response != nil {
			t.Errorf("%s: a response is returned beside the error", name)
		}
		if failed, _ := errors.AsType[*Error](err); failed.Host == "" || !strings.Contains(srv.URL(), failed.Host) || failed.Attempts != tt.attempts {
			t.Errorf("%s: got host %q and %d attempts", name, failed.Host, failed.Attempts)
		}
	}
}

// endlessBody is a response without an end.
type endlessBody struct{ read int }

func (b *endlessBody) Read(p []byte) (int, error) { b.read += len(p); return len(p), nil }
func (b *endlessBody) Close() error               { return nil }

func (b *endlessBody) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/timestamp-reply"}}, Body: b}, nil
}

func TestStamp_readsNoMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	body := new(endlessBody)
	c, err := New(Authority{URL: &url.URL{Scheme: "endless", Host: "tsa.example"}})
	if err != nil {
		t.Fatal(err)
	}
	c.transport.RegisterProtocol("endless", body)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := c.Stamp(ctx, stampedDigest); kindOf(t, err) != KindTooLarge {
		t.Errorf("got %v, want KindTooLarge", err)
	}
	if want := MaxResponseSize + 1; body.read != want {
		t.Errorf("read %d bytes, want %d", body.read, want)
	}
}

// retryCases are responses in their order.
var retryCases = map[string]struct {
	faults   []timestamptest.Fault
	want     Kind
	text     string
	requests int
	elapsed  time.Duration
}{
	"two failures, then success": {
		faults: []timestamptest.Fault{timestamptest.Status(503), timestamptest.HangUp()}, requests: 3, elapsed: 2 * time.Second,
	},
	"truncated once": {faults: []timestamptest.Fault{timestamptest.Truncated(100)}, requests: 2, elapsed: time.Second},
	"every failure that may pass": {
		faults: []timestamptest.Fault{timestamptest.Status(500), timestamptest.Status(408), timestamptest.HTML(502)},
		want:   KindHTTPStatus, text: "502 Bad Gateway", requests: 3, elapsed: 2 * time.Second,
	},
	"Retry-After": {
		faults: []timestamptest.Fault{timestamptest.RetryAfter(429, 7), timestamptest.RetryAfter(503, 0)}, requests: 3, elapsed: 8 * time.Second,
	},
	"Retry-After beyond the limit": {
		faults: []timestamptest.Fault{timestamptest.RetryAfter(503, 60)}, want: KindHTTPStatus, text: "503", requests: 1,
	},
	"Retry-After up to the limit": {
		faults: []timestamptest.Fault{timestamptest.RetryAfter(503, 18), timestamptest.Silent()}, want: KindUnreachable, requests: 2, elapsed: 20 * time.Second,
	},
	"silence": {
		faults: []timestamptest.Fault{timestamptest.Silent(), timestamptest.Silent(), timestamptest.Silent()},
		want:   KindUnreachable, text: "within 6s", requests: 3, elapsed: 20 * time.Second,
	},
	"a slow body": {
		faults: []timestamptest.Fault{timestamptest.Drip(time.Second), timestamptest.Drip(time.Second), timestamptest.Drip(time.Second)},
		want:   KindUnreachable, text: "within 6s", requests: 3, elapsed: 20 * time.Second,
	},
	"silence, then success": {faults: []timestamptest.Fault{timestamptest.Silent()}, requests: 2, elapsed: 7 * time.Second},
	"rejection after a failure": {
		faults: []timestamptest.Fault{timestamptest.Status(503), timestamptest.Reject("")}, want: KindRejected, requests: 2, elapsed: time.Second,
	},
}

// A failure that may pass is met three times within 20 seconds, in the time of a bubble.
func TestStamp_retries(t *testing.T) {
	t.Parallel()
	for name, tt := range retryCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			srv.Next(tt.faults...)
			synctest.Test(t, func(t *testing.T) {
				c := bubbleClient(t, srv)
				start := time.Now()
				stamp, err := c.Stamp(t.Context(), stampedDigest)
				if got := kindOf(t, err); got != tt.want || err != nil && !strings.Contains(err.Error(), tt.text) {
					t.Errorf("got kind %d (%v), want %d and %q", got, err, tt.want, tt.text)
				}
				if (err == nil) != (stamp.Response != nil) {
					t.Errorf("got a response of %d bytes beside %v", len(stamp.Response), err)
				}
				if got := time.Since(start); got != tt.elapsed {
					t.Errorf("got %s elapsed, want %s", got, tt.elapsed)
				}
				if got := len(srv.Requests()); got != tt.requests {
					t.Errorf("got %d requests, want %d", got, tt.requests)
				}
			})
		})
	}
}

func TestStamp_honoursItsContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("the user has pressed Ctrl-C")
	for name, fault := range map[string]timestamptest.Fault{"request": timestamptest.Silent(), "pause": timestamptest.RetryAfter(503, 15)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			srv.Always(fault)
			synctest.Test(t, func(t *testing.T) {
				c := bubbleClient(t, srv)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(3*time.Second, func() { cancel(cause) })
				start := time.Now()
				_, err := c.Stamp(ctx, stampedDigest)
				if _, ok := errors.AsType[*Error](err); ok || !errors.Is(err, cause) {
					t.Errorf("got %v, want the cause of the cancellation", err)
				}
				if got := time.Since(start); got != 3*time.Second {
					t.Errorf("got %s elapsed, want 3s", got)
				}
			})
		})
	}
}

func TestStamp_unreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Authority{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1", Path: "/", RawQuery: "token=1234567"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Stamp(t.Context(), stampedDigest)
		if kindOf(t, err) != KindUnreachable || strings.Contains(err.Error(), "1234567") {
			t.Errorf("got %v, want KindUnreachable without the query", err)
		}
	})
}

// The password reaches the authority and no error.
func TestStamp_credentials(t *testing.T) {
	t.Parallel()
	const username, password = "auditor", "S3cret/+ pass"
	srv := newServer(t)
	srv.Username, srv.Password = username, password
	with := func(a *Authority) { a.Username, a.Password = username, password }
	if _, err := newClient(t, srv, with).Stamp(t.Context(), stampedDigest); err != nil {
		t.Fatal(err)
	}
	_, err := newClient(t, srv).Stamp(t.Context(), stampedDigest)
	if kindOf(t, err) != KindHTTPStatus || !strings.Contains(err.Error(), "401") {
		t.Errorf("without credentials: got %v", err)
	}
	basic := base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
	for name, fault := range map[string]timestamptest.Fault{
		"text":       timestamptest.Reject("wrong " + password + " or " + basic),
		"media type": timestamptest.ContentType("text/" + basic),
		"redirect":   timestamptest.Redirect(302, "http://"+url.QueryEscape(password)+"/"),
	} {
		srv.Next(fault)
		_, err := newClient(t, srv, with).Stamp(t.Context(), stampedDigest)
		failed, _ := errors.AsType[*Error](err)
		if failed == nil {
			t.Fatalf("%s: got %v", name, err)
		}
		for _, form := range []string{password, basic, url.QueryEscape(password)} {
			if strings.Contains(failed.Error()+failed.Message, form) {
				t.Errorf("%s: %q is in %q", name, form, failed)
			}
		}
	}
}

// A proxy gets the request for a plain http address, and its own password is in no error.
func TestStamp_proxy(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	var got []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method+" "+r.URL.String())
		srv.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	c := newClient(t, srv, func(a *Authority) { a.URL = &url.URL{Scheme: "http", Host: "tsa.example", Path: "/tsa"} })
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.transport.Proxy = http.ProxyURL(address)
	if _, err := c.Stamp(t.Context(), stampedDigest); err != nil {
		t.Fatal(err)
	}
	if want := "POST http://tsa.example/tsa"; len(got) != 1 || got[0] != want {
		t.Errorf("the proxy got %q, want %q", got, want)
	}
}

// An https authority is trusted by the roots of the system and by CACertPEM; an untrusted server receives one request.
func TestStamp_TLS(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	secure := httptest.NewTLSServer(srv)
	defer secure.Close()
	address, err := url.Parse(secure.URL)
	if err != nil {
		t.Fatal(err)
	}
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	trusting := newClient(t, srv, func(a *Authority) { a.URL, a.CACertPEM = address, a.CACertPEM+certificate })
	if _, err := trusting.Stamp(t.Context(), stampedDigest); err != nil {
		t.Error(err)
	}
	_, err = newClient(t, srv, func(a *Authority) { a.URL = address }).Stamp(t.Context(), stampedDigest)
	failed, _ := errors.AsType[*Error](err)
	if failed == nil || failed.Kind != KindUnreachable || failed.Attempts != 1 || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v, want KindUnreachable after one attempt", err)
	}
}

func TestNew_rejectsOtherThanPEM(t *testing.T) {
	t.Parallel()
	if _, err := New(Authority{URL: new(url.URL), CACertPEM: "none"}); err == nil {
		t.Error("got no error")
	}
}

func TestClient_Verify(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	response := srv.Reply(stampedDigest[:], big.NewInt(1))
	if _, err := newClient(t, srv).Verify(t.Context(), response, stampedDigest); err != nil {
		t.Error(err)
	}
	other := newClient(t, srv, func(a *Authority) { a.CACertPEM = srv.OtherCACertPEM() })
	if _, err := other.Verify(t.Context(), response, stampedDigest); kindOf(t, err) != KindUntrusted {
		t.Errorf("got %v, want KindUntrusted", err)
	}
}
