package reportlibrary

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

const retryMessage = "retrying a request of the Report Library"

func TestFaultsThatAreRetried(t *testing.T) {
	faults := map[string]reportlibrarytest.Response{
		"reset":                    reportlibrarytest.Reset(),
		"hang-up":                  reportlibrarytest.HangUp(),
		"no HTTP":                  reportlibrarytest.Raw("SSH-2.0-OpenSSH\r\n"),
		"half a header":            reportlibrarytest.Raw("HTTP/1.1 200 OK\r\nContent-Le"),
		"408":                      reportlibrarytest.Status(408, ""),
		"425":                      reportlibrarytest.Status(425, ""),
		"500":                      reportlibrarytest.Status(500, ""),
		"502":                      reportlibrarytest.HTML(502, "Bad gateway"),
		"503":                      reportlibrarytest.Status(503, ""),
		"503 with Retry-After":     reportlibrarytest.RetryAfter(503, "0"),
		"504":                      reportlibrarytest.Status(504, ""),
		"body never comes":         reportlibrarytest.Truncated(0),
		"body breaks off":          reportlibrarytest.Truncated(100),
		"one byte is missing":      reportlibrarytest.Truncated(1),
		"chunked body breaks off":  reportlibrarytest.TruncatedChunked(100),
		"chunked without its end":  reportlibrarytest.TruncatedChunked(1 << 30),
		"body ends in a reset":     reportlibrarytest.ResetAfter(100),
		"error's body breaks off":  reportlibrarytest.Raw("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nlater"),
		"error's body is too long": reportlibrarytest.Status(503, strings.Repeat("x", 1<<20)),
	}
	servers := map[string]func(...func(*reportlibrarytest.Options)) *reportlibrarytest.Server{
		"HTTP/1.1": reportlibrarytest.NewServer,
		"HTTP/2":   reportlibrarytest.NewTLSServer,
	}
	for protocol, newServer := range servers {
		for _, compressed := range []bool{false, true} {
			srv := newServer(func(o *reportlibrarytest.Options) { o.Delivery.Gzip = compressed })
			t.Cleanup(srv.Close)
			run := addTestRun(srv)
			for name, fault := range faults {
				t.Run(fmt.Sprintf("%s over %s, gzip %t", name, protocol, compressed), func(t *testing.T) {
					c, log := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()))
					srv.ResetRequests()
					srv.Script(reportlibrarytest.Downloads, fault, fault)
					wantDownload(t, c, run)
					requests := srv.Requests()
					if len(requests) != 3 || !srv.ScriptDone() {
						t.Errorf("got %d requests, want 3", len(requests))
					}
					if want := map[string]string{"HTTP/1.1": "HTTP/1.1", "HTTP/2": "HTTP/2.0"}[protocol]; requests[0].Proto != want {
						t.Errorf("protocol: got %s, want %s", requests[0].Proto, want)
					}
					if got := len(log.messages(t, retryMessage)); got != 2 {
						t.Errorf("got %d retries logged, want 2:\n%s", got, log)
					}
				})
			}
		}
	}
}

func TestSilenceIsRetried(t *testing.T) {
	for name, stalled := range map[string]func(w http.ResponseWriter){
		"no headers": func(http.ResponseWriter) {},
		"no body":    func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"half a body": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, testCSV[:10])
			w.(http.Flusher).Flush()
		},
		"half an error": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, "bad")
			w.(http.Flusher).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				c, _ := bubbleClient(t, func(w http.ResponseWriter, r *http.Request) {
					if requests++; requests == 1 {
						stalled(w)
						<-r.Context().Done()
						return
					}
					_, _ = io.WriteString(w, testCSV)
				})
				start := time.Now()
				got, err := downloadIn(t.Context(), c, anyRequest)
				if err != nil || got != testCSV {
					t.Errorf("download is %q, %v", got, err)
				}
				if waited := time.Since(start); waited < time.Minute || waited > time.Minute+2*time.Millisecond {
					t.Errorf("got %s elapsed, want the idle timeout and one wait", waited)
				}
			})
		})
	}
}

// TestSlownessIsNotSilence downloads a body that takes far longer than the idle timeout, although neither the server nor
// the destination pauses for that long while the client waits for bytes.
func TestSlownessIsNotSilence(t *testing.T) {
	long := testCSV + strings.Repeat("3,example.net\r\n", 10_000) // more than is read before the first byte is written
	tests := []struct {
		name                string
		body                string
		pieces              int
		server, destination time.Duration // the pause before each piece
	}{
		{"server", testCSV, len(testCSV), time.Minute - time.Second, 0},
		{"destination", long, 3, 0, time.Hour},
		{"both", long, 3, time.Minute - time.Second, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, log := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
					for piece := range slices.Chunk([]byte(tt.body), (len(tt.body)+tt.pieces-1)/tt.pieces) {
						time.Sleep(tt.server)
						_, _ = w.Write(piece)
						w.(http.Flusher).Flush()
					}
				})
				dst := &slowFile{pause: tt.destination}
				if _, err := c.Download(t.Context(), anyRequest, dst); err != nil || dst.String() != tt.body {
					t.Errorf("got %d bytes (%v), want %d", len(dst.String()), err, len(tt.body))
				}
				if retries := log.messages(t, retryMessage); retries != nil {
					t.Errorf("got retries %v, want none", retries)
				}
			})
		})
	}
}

type slowFile struct {
	memoryFile
	pause time.Duration
}

func (f *slowFile) Fill(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{f}, r) }

func (f *slowFile) Write(p []byte) (int, error) {
	time.Sleep(f.pause)
	return f.memoryFile.Write(p)
}

// downloadsOf returns the downloads among the requests that a fake has received.
func downloadsOf(srv *reportlibrarytest.Server) []reportlibrarytest.Request {
	return slices.DeleteFunc(srv.Requests(), func(r reportlibrarytest.Request) bool {
		return !strings.HasSuffix(r.Path, "/download")
	})
}

func TestFaultsThatAreNotRetried(t *testing.T) {
	srv, run := newFake(t)
	apiErrors := map[string]reportlibrarytest.Response{
		"501": reportlibrarytest.Status(501, ""), "204": reportlibrarytest.NoContent204(),
		"a 206": reportlibrarytest.Status(206, "x"), "a 302 without a Location": reportlibrarytest.Status(302, ""),
	}
	for _, response := range reportlibrarytest.DocumentedErrors() {
		if response.StatusCode() != http.StatusTooManyRequests {
			apiErrors[response.Code()] = response
		}
	}
	for name, response := range apiErrors {
		t.Run(name, func(t *testing.T) {
			c, log := newTestClient(t, srv.URL())
			srv.ResetRequests()
			srv.Script(reportlibrarytest.Downloads, response)
			_, err := download(t, c, requestFor(run))
			if name == "204" {
				wantKind(t, err, KindEmpty)
			} else if got := as[*Error](t, err); got != err || got.Status != response.StatusCode() {
				t.Errorf("error is %#v", err)
			}
			if got := len(downloadsOf(srv)); got != 1 || log.messages(t, retryMessage) != nil {
				t.Errorf("got %d downloads, want 1", got)
			}
		})
	}
	tests := map[string]struct {
		response reportlibrarytest.Response
		want     Kind
	}{
		"HTML":                     {reportlibrarytest.HTML(200, "Sign in"), KindPage},
		"error with a 200":         {reportlibrarytest.Status(200, `{"code":"x","message":"y"}`), KindFailure},
		"unasked compression":      {reportlibrarytest.Status(200, testCSV).With("Content-Encoding", "br"), KindCoding},
		"too many compressions":    {reportlibrarytest.Status(200, testCSV).With("Content-Encoding", "gzip, gzip, gzip, gzip"), KindCoding},
		"complete, not the format": {reportlibrarytest.Status(200, "\x00\x01\x02"), KindBinary},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, _ := newTestClient(t, srv.URL())
			srv.ResetRequests()
			srv.Script(reportlibrarytest.Downloads, tt.response)
			_, err := download(t, c, requestFor(run))
			wantKind(t, err, tt.want)
			if got := len(srv.Requests()); got != 1 {
				t.Errorf("got %d requests, want 1", got)
			}
		})
	}
}

// failingFile fails in one of its methods.
type failingFile struct {
	memoryFile
	write, reset, expect error
}

func (f *failingFile) Fill(r io.Reader) (int64, error) {
	if f.write != nil {
		return 0, f.write
	}
	return f.memoryFile.Fill(r)
}

func (f *failingFile) Reset() error { return f.reset }

func (f *failingFile) Expect(int64) error { return f.expect }

func TestDestinationErrorsAreNotRetried(t *testing.T) {
	srv, run := newFake(t)
	// The last two look like the network's.
	for _, cause := range []error{
		syscall.ENOSPC, io.ErrUnexpectedEOF, &net.OpError{Op: "write", Err: syscall.ECONNRESET},
	} {
		for name, dst := range map[string]*failingFile{
			"write": {write: cause}, "reset": {reset: cause}, "expect": {expect: cause},
		} {
			c, _ := newTestClient(t, srv.URL())
			srv.ResetRequests()
			_, err := c.Download(t.Context(), requestFor(run), dst)
			if !errors.Is(err, cause) {
				t.Errorf("%s: error: got %v, want %v", name, err, cause)
			}
			if _, ok := errors.AsType[*Error](err); ok {
				t.Errorf("%s: %v passes for a transfer's", name, cause)
			}
			if got := len(srv.Requests()); got != 1 {
				t.Errorf("%s: %d requests, want 1", name, got)
			}
		}
	}
}

// strictFile fails the test if it is written to without having been reset.
type strictFile struct {
	memoryFile
	resets int
}

func (f *strictFile) Reset() error {
	f.resets++
	return f.memoryFile.Reset()
}

func TestEveryAttemptStartsClean(t *testing.T) {
	srv, run := newFake(t)
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.Truncated(3000), reportlibrarytest.Status(500, "no report"))
	c, _ := newTestClient(t, srv.URL())
	dst := new(strictFile)
	dst.WriteString("left over")
	if _, err := c.Download(t.Context(), requestFor(run), dst); err != nil {
		t.Fatal(err)
	}
	if want := reportlibrarytest.ReadAll(run.Content); !bytes.Equal(dst.Bytes(), want) {
		t.Errorf("got %d bytes, want exactly the report's %d", dst.Len(), len(want))
	}
	if dst.resets != 2 { // the 500 brought nothing to write
		t.Errorf("got %d resets, want 2", dst.resets)
	}
}

func TestAttemptsRunOut(t *testing.T) {
	srv, run := newFake(t)
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.Status(500, ""), reportlibrarytest.Truncated(9),
		reportlibrarytest.APIError(503, "busy", "Come back later").Forever())
	c, _ := newTestClient(t, srv.URL())
	_, err := download(t, c, requestFor(run))
	retries := as[*Error](t, err)
	if retries.Attempts != 3 || retries.Elapsed <= 0 || len(srv.Requests()) != 3 {
		t.Errorf("%d attempts over %s, %d requests", retries.Attempts, retries.Elapsed, len(srv.Requests()))
	}
	if retries.Status != 503 || retries.Code != "busy" {
		t.Errorf("last error is %#v", retries)
	}
}

func TestErrorAfterARetryNamesIt(t *testing.T) {
	srv, run := newFake(t)
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.Status(500, ""), reportlibrarytest.ReportNotFound)
	c, _ := newTestClient(t, srv.URL())
	_, err := download(t, c, requestFor(run))
	if got := as[*Error](t, err); got.Attempts != 2 || got.Status != 404 {
		t.Errorf("error is %v", err)
	}
}

func TestConnectionRefusedAndUnknownHostAreRetried(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	c, log := newTestClient(t, "http://"+l.Addr().String())
	_, err = download(t, c, anyRequest)
	if as[*Error](t, err).Attempts != 3 || as[*net.OpError](t, err).Op != "dial" {
		t.Errorf("got error %v, want 3 attempts to dial", err)
	}
	as[*Error](t, err)
	if got := len(log.messages(t, retryMessage)); got != 2 {
		t.Errorf("got %d retries logged, want 2", got)
	}

	c, _ = newTestClient(t, "http://report-library.test", func(c *Config) {
		c.Dial = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}
		}
	})
	_, err = download(t, c, anyRequest)
	if as[*Error](t, err).Attempts != 3 {
		t.Errorf("error is %v", err)
	}
	as[*net.DNSError](t, err)
}

func waits(shortest, longest time.Duration) func(*Config) {
	return func(c *Config) { c.Retry.MinWait, c.Retry.MaxWait = shortest, longest }
}
