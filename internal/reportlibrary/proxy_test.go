package reportlibrary

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// connectProxy is a real proxy for CONNECT that knows one name and leads it to target.
type connectProxy struct {
	net.Listener
	target   string
	response string // instead of a connection

	mu       sync.Mutex
	requests []*http.Request
	// certificates are the common names that clients presented; one per connection, empty for none.
	certificates []string
}

// proxiedHost is a name that only the proxy resolves: net/http uses no proxy for a loopback address.
const proxiedHost = "api.report-library.test"

func newConnectProxy(t testing.TB, target string, config *tls.Config) *connectProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	p := &connectProxy{Listener: l, target: target}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

func (p *connectProxy) serve(conn net.Conn) {
	defer conn.Close()
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	presented := ""
	if secure, ok := conn.(*tls.Conn); ok {
		for _, certificate := range secure.ConnectionState().PeerCertificates {
			presented += certificate.Subject.CommonName
		}
	}
	p.mu.Lock()
	p.requests = append(p.requests, req)
	p.certificates = append(p.certificates, presented)
	response := p.response
	p.mu.Unlock()
	if response != "" {
		_, _ = io.WriteString(conn, response)
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	forward(conn, p.target)
}

func (p *connectProxy) address() string {
	return "http://" + proxyCredentials + "@" + p.Addr().String()
}

// seen returns the requests so far.
func (p *connectProxy) seen() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// through returns a change that uses the proxy at address, which may hold credentials.
func through(t testing.TB, address string) func(*Config) {
	t.Helper()
	proxy := mustParseURL(t, address)
	return func(c *Config) { c.Proxy = http.ProxyURL(proxy) }
}

const (
	proxyPassword    = "p@ss:w/rd%25"
	proxyCredentials = "proxyuser:p%40ss%3Aw%2Frd%2525"
)

// wantNoCredentials fails for every form in which the proxy's credentials could be written.
func wantNoCredentials(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, form := range []string{
			proxyPassword, proxyCredentials, "proxyuser:", url.QueryEscape(proxyPassword), url.PathEscape(proxyPassword),
			base64.StdEncoding.EncodeToString([]byte("proxyuser:" + proxyPassword)),
		} {
			if strings.Contains(text, form) {
				t.Errorf("%q is in:\n%s", form, text)
			}
		}
	}
}

func newProxiedServer(t testing.TB, o reportlibrarytest.TLSOptions) (*reportlibrarytest.Server, string) {
	t.Helper()
	o.Names = []string{proxiedHost}
	srv := reportlibrarytest.NewTLSServer(withTLS(o))
	t.Cleanup(srv.Close)
	return srv, "https://" + proxiedHost + "/reports/v1"
}

func TestProxyWithCredentials(t *testing.T) {
	srv, base := newProxiedServer(t, reportlibrarytest.TLSOptions{})
	run := addTestRun(srv)
	proxy := newConnectProxy(t, strings.TrimPrefix(srv.Origin(), "https://"), nil)
	c, log := newTestClient(t, base, trusting(srv.CACertPEM()), through(t, proxy.address()))
	for range 3 {
		wantDownload(t, c, run)
	}
	requests := proxy.seen()
	if len(requests) != 1 || requests[0].Method != http.MethodConnect || requests[0].Host != proxiedHost+":443" {
		t.Fatalf("the proxy saw %v", requests)
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("proxyuser:"+proxyPassword))
	if got := requests[0].Header.Get("Proxy-Authorization"); got != want {
		t.Errorf("Proxy-Authorization: got %q, want %q", got, want)
	}
	for name := range requests[0].Header {
		if name != "Proxy-Authorization" && name != "User-Agent" {
			t.Errorf("the proxy got a header %s", name)
		}
	}
	for _, request := range srv.Requests() {
		if request.Header.Get("Proxy-Authorization") != "" || request.Proto != "HTTP/2.0" {
			t.Errorf("the server got %s with %v", request.Proto, request.Header)
		}
	}
	wantNoCredentials(t, log.String())
}

func TestProxyThatRefuses(t *testing.T) {
	srv, base := newProxiedServer(t, reportlibrarytest.TLSOptions{})
	for status, attempts := range map[int]int{407: 1, 403: 1, 502: 3, 503: 3} {
		proxy := newConnectProxy(t, "", nil)
		proxy.response = fmt.Sprintf("HTTP/1.1 %d Go away, proxyuser:%s\r\nContent-Length: 0\r\n\r\n", status, proxyPassword)
		c, log := newTestClient(t, base, trusting(srv.CACertPEM()), through(t, proxy.address()))
		_, err := download(t, c, anyRequest)
		as[*Error](t, err)
		got := wantKind(t, err, KindProxy)
		if got.Status != status || !strings.Contains(got.Message, proxy.Addr().String()) {
			t.Errorf("error is %#v", got)
		}
		if n := len(proxy.seen()); n != attempts {
			t.Errorf("%d attempts after a %d, want %d", n, status, attempts)
		}
		wantNoCredentials(t, err.Error(), log.String())
	}
}

func TestProxyThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c, log := newTestClient(t, "https://"+proxiedHost, through(t, "http://"+proxyCredentials+"@"+l.Addr().String()))
	_, err = download(t, c, anyRequest)
	if got := as[*net.OpError](t, err); got.Op != "proxyconnect" {
		t.Errorf("error is %v", err)
	}
	wantNoCredentials(t, err.Error(), log.String())
}

func TestProxyAddressThatCannotBeRead(t *testing.T) {
	for _, address := range []string{
		"http://proxyuser:p@ss:w/rd%zz@proxy.test:3128", "http://" + proxyCredentials + "@proxy.test:port",
	} {
		t.Setenv("HTTPS_PROXY", address)
		c, log := newTestClient(t, "https://"+proxiedHost, func(c *Config) {
			// The error of http.ProxyFromEnvironment, which keeps the environment of a process's first request.
			c.Proxy = func(*http.Request) (*url.URL, error) { return nil, fmt.Errorf("invalid proxy address %q", address) }
		})
		_, err := download(t, c, anyRequest)
		if wantKind(t, err, KindProxy).Status != 0 || log.messages(t, retryMessage) != nil {
			t.Errorf("error is %v", err)
		}
		wantNoCredentials(t, err.Error(), log.String(), c.Redact("the address is "+address))
	}
}

func TestHTTPSProxyIsNotOfferedTheClientCertificate(t *testing.T) {
	srv, base := newProxiedServer(t, reportlibrarytest.TLSOptions{RequireClientCertificate: true})
	run := addTestRun(srv)
	authority := newTestAuthority(t)
	clientOf := func(proxyName string) (*Client, *connectProxy, *logBuffer) {
		proxy := newConnectProxy(t, strings.TrimPrefix(srv.Origin(), "https://"), &tls.Config{
			Certificates: []tls.Certificate{authority.issue(t, proxyName)},
			ClientAuth:   tls.RequestClientCert, MinVersion: tls.VersionTLS12,
		})
		_, port, _ := net.SplitHostPort(proxy.Addr().String())
		c, log := newTestClient(t, base, trusting(srv.CACertPEM()), presenting(t, srv), func(c *Config) {
			c.RootCAs.AddCert(authority.certificate)
		}, through(t, "https://"+proxyCredentials+"@localhost:"+port))
		return c, proxy, log
	}

	c, proxy, log := clientOf("localhost")
	wantDownload(t, c, run)
	if len(proxy.certificates) != 1 || proxy.certificates[0] != "" {
		t.Errorf("the proxy was offered %q", proxy.certificates)
	}
	if got := srv.Requests(); len(got) != 1 || got[0].ClientCertificate != "terraform" || got[0].Proto != "HTTP/2.0" {
		t.Errorf("the server got %+v", got)
	}
	wantNoCredentials(t, log.String())

	// The proxy's own certificate counts as much as the server's.
	c, proxy, log = clientOf("other.test")
	_, err := download(t, c, requestFor(run))
	as[x509.HostnameError](t, err)
	if len(proxy.seen()) != 0 || log.messages(t, retryMessage) != nil {
		t.Errorf("the proxy saw %d requests", len(proxy.seen()))
	}
	wantNoCredentials(t, err.Error(), log.String())
}

// net/http reads the environment once in a process: the test is run again in one of its own.
func TestProxyFromEnvironment(t *testing.T) {
	const caFile = "TEST_PROXY_CA_FILE"
	if name := os.Getenv(caFile); name != "" {
		ca, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, log := newTestClient(t, "https://"+proxiedHost, trusting(string(ca)))
		_, err = download(t, c, anyRequest)
		if got := as[*Error](t, err); got.Status != http.StatusNotFound {
			t.Errorf("error is %v", err)
		}
		wantNoCredentials(t, log.String(), c.Redact(os.Getenv("HTTPS_PROXY")))
		return
	}
	srv, _ := newProxiedServer(t, reportlibrarytest.TLSOptions{})
	srv.Script(nil, reportlibrarytest.Status(http.StatusNotFound, "").Forever())
	proxy := newConnectProxy(t, strings.TrimPrefix(srv.Origin(), "https://"), nil)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, []byte(srv.CACertPEM()), 0o600); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyFromEnvironment$", "-test.count=1")
	// On Windows HTTPS_PROXY and https_proxy are one variable, and the last value counts.
	again.Env = append(os.Environ(), caFile+"="+ca, "no_proxy=", "NO_PROXY=", "https_proxy=", "HTTPS_PROXY="+proxy.address())
	if out, err := again.CombinedOutput(); err != nil || len(proxy.seen()) != 1 || len(srv.Requests()) != 1 {
		t.Errorf("%v after %d requests to the proxy and %d to the server:\n%s",
			err, len(proxy.seen()), len(srv.Requests()), out)
	}
}
