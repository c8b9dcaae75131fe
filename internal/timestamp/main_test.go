package timestamp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

func TestMain(m *testing.M) { os.Exit(deadline.Main(m)) }

// stamped is the content that the tests get time stamps over.
const stamped = "0a1b2c  2026-10-01-42ffffca.csv\n"

var stampedDigest = sha256.Sum256([]byte(stamped))

func newServer(t testing.TB) *timestamptest.Server {
	t.Helper()
	srv := timestamptest.NewServer()
	t.Cleanup(srv.Close)
	return srv
}

func newClient(t testing.TB, srv *timestamptest.Server, change ...func(*Authority)) *Client {
	t.Helper()
	address, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	authority := Authority{URL: address, CACertPEM: srv.CACertPEM(), UserAgent: "test/1"}
	for _, apply := range change {
		apply(&authority)
	}
	c, err := New(authority)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// bubbleClient returns a client of srv whose connections stay inside a synctest bubble.
func bubbleClient(t *testing.T, srv *timestamptest.Server) *Client {
	t.Helper()
	c := newClient(t, srv)
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	web := &http.Server{Handler: srv}
	go web.Serve(l)
	t.Cleanup(func() { web.Close() })
	c.transport.Proxy = nil
	c.transport.DialContext = l.dial
	return c
}

// pipeListener accepts the other ends of the connections that its dial returns.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// kindOf returns the kind of an error; 0 for nil.
func kindOf(t testing.TB, err error) Kind {
	t.Helper()
	if err == nil {
		return 0
	}
	stampErr, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v, want an *Error", err)
	}
	return stampErr.Kind
}

func rootsOf(t testing.TB, pem string) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		t.Fatal("no certificate in the PEM")
	}
	return pool
}

// openssl is the auditor's tool, version 3 or newer; empty where there is none, such as on macOS with its LibreSSL.
var openssl = sync.OnceValue(func() string {
	path, err := exec.LookPath("openssl")
	if err != nil {
		return ""
	}
	version, err := exec.Command(path, "version").Output()
	if err != nil || !bytes.HasPrefix(version, []byte("OpenSSL ")) || bytes.HasPrefix(version, []byte("OpenSSL 1.")) {
		return ""
	}
	return path
})

// opensslAccepts runs the command of the auditors' guide over a stored response. Without openssl it returns otherwise.
func opensslAccepts(t testing.TB, response []byte, caPEM string, otherwise bool, arguments ...string) (bool, string) {
	t.Helper()
	if openssl() == "" {
		return otherwise, "openssl 3 is not installed"
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"0001.sha256": stamped, "0001.sha256.tsr": string(response), "root.pem": caPEM,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), openssl(), append([]string{
		"ts", "-verify", "-in", "0001.sha256.tsr", "-data", "0001.sha256", "-CAfile", "root.pem",
	}, arguments...)...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	accepted := strings.Contains(string(output), "Verification: OK")
	if accepted != (err == nil) {
		t.Errorf("openssl ended with %v and wrote:\n%s", err, output)
	}
	return accepted, string(output)
}
