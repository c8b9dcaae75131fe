package reportlibrary

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// newTestClient returns a client without a rate limit and with waits of milliseconds, and its log.
func newTestClient(t testing.TB, baseURL string, change ...func(*Config)) (*Client, *logBuffer) {
	t.Helper()
	log := new(logBuffer)
	config := Config{
		BaseURL:     mustParseURL(t, baseURL),
		APIKey:      reportlibrarytest.DefaultAPIKey,
		UserAgent:   "test/1.0",
		IdleTimeout: time.Minute,
		Retry:       Retry{MaxAttempts: 3, MinWait: time.Millisecond, MaxWait: 2 * time.Millisecond},
		Logger:      slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&config)
	}
	c := New(config)
	t.Cleanup(c.CloseIdleConnections)
	return c, log
}

// newFake returns a fake with one run of about 5 KB.
func newFake(
	t testing.TB, configure ...func(*reportlibrarytest.Options),
) (*reportlibrarytest.Server, reportlibrarytest.Run) {
	t.Helper()
	srv := reportlibrarytest.NewServer(configure...)
	t.Cleanup(srv.Close)
	return srv, addTestRun(srv)
}

func addTestRun(srv *reportlibrarytest.Server) reportlibrarytest.Run {
	return srv.AddRun(reportlibrarytest.Run{Content: reportlibrarytest.Bytes(reportlibrarytest.Orders(40, 1).CSV())})
}

// bubbleClient returns a client of handler for a synctest bubble: no real socket is between them.
func bubbleClient(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) (*Client, *logBuffer) {
	t.Helper()
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: handler}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	c, log := newTestClient(t, "http://fake.test/reports/v1", append(change, func(c *Config) {
		c.Proxy, c.Dial = noProxy, l.dial
	})...)
	return c, log
}

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// pipeListener accepts the other ends of the connections that dial returns.
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

// logBuffer is a log in JSON lines.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// messages returns the records with the given message.
func (b *logBuffer) messages(t testing.TB, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(b.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		if record[slog.MessageKey] == message {
			found = append(found, record)
		}
	}
	return found
}

func requestFor(run reportlibrarytest.Run) DownloadRequest {
	return DownloadRequest{
		ReportIdentifier: run.ReportIdentifier, ReportRunIdentifier: run.RunIdentifier,
		Format: Format(run.Format), Scratch: memoryScratch,
	}
}

// anyRequest is for servers that don't look at the path.
var anyRequest = DownloadRequest{
	ReportIdentifier: "report", ReportRunIdentifier: "run", Format: FormatCSV, Scratch: memoryScratch,
}

func download(t testing.TB, c *Client, req DownloadRequest) (string, error) {
	t.Helper()
	return downloadIn(deadline.Context(t), c, req)
}

// downloadIn is for bubbles, whose clock may advance by hours. A bubble that waits forever fails as a deadlock.
func downloadIn(ctx context.Context, c *Client, req DownloadRequest) (string, error) {
	dst := new(memoryFile)
	_, err := c.Download(ctx, req, dst)
	return dst.String(), err
}

func wantDownload(t testing.TB, c *Client, run reportlibrarytest.Run) {
	t.Helper()
	got, err := download(t, c, requestFor(run))
	if err != nil {
		t.Fatalf("Download: %v", err)
	}
	if want := string(reportlibrarytest.ReadAll(run.Content)); got != want {
		t.Fatalf("downloaded %d bytes that are not the report's %d", len(got), len(want))
	}
}

// as returns the T in err's chain or fails the test.
func as[T error](t testing.TB, err error) T {
	t.Helper()
	found, ok := errors.AsType[T](err)
	if !ok {
		t.Fatalf("error: got %T %v, want a %T in it", err, err, found)
	}
	return found
}

func TestRequestHeaders(t *testing.T) {
	srv, run := newFake(t)
	c, _ := newTestClient(t, srv.URL()+"/")
	wantDownload(t, c, run)
	got := srv.Requests()[0]
	want := http.Header{
		"X-Dc-Devkey":     {reportlibrarytest.DefaultAPIKey},
		"Content-Type":    {"application/json"},
		"Accept":          {"*/*"},
		"Accept-Encoding": {"gzip"},
		"User-Agent":      {"test/1.0"},
	}
	wantHeader(t, got.Header, want)
	wantPath := "/reports/v1/report/" + run.ReportIdentifier + "/" + run.RunIdentifier + "/download"
	if got.Method != http.MethodGet || got.Path != wantPath || got.RawQuery != "report_format=CSV" {
		t.Errorf("request was %s %s?%s", got.Method, got.Path, got.RawQuery)
	}
}

func wantHeader(t testing.TB, got, want http.Header) {
	t.Helper()
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("unexpected header %s: %q", name, got[name])
		}
	}
	for name, values := range want {
		if len(got[name]) != 1 || got[name][0] != values[0] {
			t.Errorf("header %s: got %q, want %q", name, got[name], values)
		}
	}
}

func TestOneConnectionServesSequentialDownloads(t *testing.T) {
	srv, run := newFake(t)
	// Errors must not cost the connection either, nor may a failed call close those of others.
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.ReportNotFound, reportlibrarytest.Status(503, "busy"),
		reportlibrarytest.RetryAfter(429, "0"))
	c, _ := newTestClient(t, srv.URL())
	if _, err := download(t, c, requestFor(run)); err == nil {
		t.Fatal("no error for a 404")
	}
	for range 200 {
		wantDownload(t, c, run)
	}
	if got := srv.Connections(); got != 1 {
		t.Errorf("got %d connections for sequential downloads, want 1", got)
	}
}

func TestParallelDownloadsShareConnections(t *testing.T) {
	const parallel = 16
	srv, run := newFake(t)
	c, _ := newTestClient(t, srv.URL())
	release := make(chan struct{})
	held := make([]reportlibrarytest.Response, parallel)
	for i := range held {
		held[i] = reportlibrarytest.Hold(release)
	}
	srv.Script(reportlibrarytest.Downloads, held...)
	var wg sync.WaitGroup
	for range parallel {
		wg.Go(func() {
			for range 10 {
				if _, err := c.Download(deadline.Context(t), requestFor(run), new(memoryFile)); err != nil {
					t.Errorf("Download: %v", err)
				}
			}
		})
	}
	if err := srv.WaitRequests(t.Context(), parallel); err != nil {
		t.Fatal(err)
	}
	close(release)
	wg.Wait()
	if got := srv.Connections(); got > parallel {
		t.Errorf("%d connections for %d downloads at a time", got, parallel)
	}
}

func TestLogNamesEveryExchange(t *testing.T) {
	srv, run := newFake(t, func(o *reportlibrarytest.Options) {
		o.Delivery.Header = http.Header{"X-Request-Id": {"req-42"}}
	})
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.Status(502, "bad gateway body"))
	c, log := newTestClient(t, srv.URL())
	wantDownload(t, c, run)

	responses := log.messages(t, "response received")
	if len(responses) != 2 {
		t.Fatalf("got %d responses logged, want 2:\n%s", len(responses), log)
	}
	for i, want := range []map[string]any{
		{"attempt": 1., "status": 502., "bytes": 16., "request_id": ""},
		{"attempt": 2., "status": 200., "bytes": float64(run.Content.Size()), "request_id": "req-42"},
	} {
		want["level"], want["method"] = "DEBUG", http.MethodGet
		want["path"] = "/reports/v1/report/" + run.ReportIdentifier + "/" + run.RunIdentifier + "/download"
		for key, value := range want {
			if got := responses[i][key]; got != value {
				t.Errorf("response %d: %s: got %v, want %v", i, key, got, value)
			}
		}
		if _, ok := responses[i]["duration"].(float64); !ok {
			t.Errorf("response %d has no duration", i)
		}
	}
	if text := log.String(); strings.Contains(text, "order_id") || strings.Contains(text, "example.com") {
		t.Errorf("a body is logged:\n%s", text)
	}
	retries := log.messages(t, "retrying a request of the Report Library")
	if len(retries) != 1 || retries[0]["level"] != "INFO" || retries[0]["failed_attempt"] != 1. ||
		retries[0]["error"] != "the service responded with status 502: bad gateway body" {
		t.Errorf("retries logged: %v", retries)
	}
}

func mustParseURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
