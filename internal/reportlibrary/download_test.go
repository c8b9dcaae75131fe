package reportlibrary

import (
	"context"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

func TestCancellation(t *testing.T) {
	stop := errors.New("interrupted")
	tests := map[string]struct {
		handler http.HandlerFunc
		change  func(*Config)
	}{
		"before the headers": {handler: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		"in the body": {handler: func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, testCSV)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
		"in the body of an error": {handler: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}},
		"between attempts": {
			handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
			change:  waits(time.Hour, time.Hour),
		},
		"in a pause": {
			handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
			change:  waits(time.Hour, time.Hour),
		},
		"in the rate limit": {
			handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
			change:  func(c *Config) { c.Per3Minutes = 1 },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				change := func(*Config) {}
				if tt.change != nil {
					change = tt.change
				}
				c, _ := bubbleClient(t, tt.handler, change, func(c *Config) { c.Retry.MaxAttempts = 5 })
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				start := time.Now()
				_, err := c.Download(ctx, anyRequest, new(memoryFile))
				wantElapsed(t, start, time.Second)
				if !errors.Is(err, context.Canceled) {
					t.Errorf("error is %v", err)
				}

				start = time.Now()
				ctx, cancelCause := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancelCause(stop) })
				_, err = c.Download(ctx, anyRequest, new(memoryFile))
				wantElapsed(t, start, time.Second)
				if !errors.Is(err, stop) {
					t.Errorf("got error %v, want the cause", err)
				}
			})
		})
	}
}

func TestDeadline(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"before the headers": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"in the body": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, testCSV)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := bubbleClient(t, handler, func(c *Config) { c.IdleTimeout = 20 * time.Second })
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				start := time.Now()
				_, err := c.Download(ctx, anyRequest, new(memoryFile))
				wantElapsed(t, start, 30*time.Second)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error is %v", err)
				}
				wantBefore(t, err)
			})
		})
	}
}

func TestDestinationSeesTheAnnouncedSize(t *testing.T) {
	for _, compressed := range []bool{false, true} {
		srv, run := newFake(t, func(o *reportlibrarytest.Options) { o.Delivery.Gzip = compressed })
		c, _ := newTestClient(t, srv.URL())
		dst := &expectantFile{}
		if _, err := c.Download(t.Context(), requestFor(run), dst); err != nil {
			t.Fatal(err)
		}
		// The length of a compressed body is not the content's.
		var want []int64
		if !compressed {
			want = []int64{run.Content.Size()}
		}
		if !slices.Equal(dst.expected, want) {
			t.Errorf("got announced sizes %v, want %v", dst.expected, want)
		}
	}
}

type expectantFile struct {
	memoryFile
	expected []int64
}

func (f *expectantFile) Expect(size int64) error {
	f.expected = append(f.expected, size)
	return nil
}

// brokenScratch fails after a number of bytes, as a full disk does.
type brokenScratch struct {
	memoryFile
	closed *int
}

func (s *brokenScratch) Write([]byte) (int, error) { return 0, errDiskFull }
func (s *brokenScratch) Close() error              { *s.closed++; return nil }

var errDiskFull = errors.New("disk full")

func TestScratchErrorsAreNotRetried(t *testing.T) {
	archive := zipfiletest.Build(t, zipfiletest.File{Name: "a.csv", Data: testCSV})
	c, requests := serving(t, nil, archive)
	closed := 0
	req := anyRequest
	req.Scratch = func() (Scratch, error) { return &brokenScratch{closed: &closed}, nil }
	if _, err := download(t, c, req); !errors.Is(err, errDiskFull) || *requests != 1 || closed != 1 {
		t.Errorf("error is %v after %d requests, %d scratch files closed", err, *requests, closed)
	}
	req.Scratch = func() (Scratch, error) { return nil, errDiskFull }
	if _, err := download(t, c, req); !errors.Is(err, errDiskFull) || *requests != 2 {
		t.Errorf("error is %v after %d requests", err, *requests)
	}
}

func TestScratchsOfFailedAttemptsAreClosed(t *testing.T) {
	content := reportlibrarytest.SizedCSV(300_000)
	srv := reportlibrarytest.NewServer(func(o *reportlibrarytest.Options) {
		o.Delivery.Wrap, o.Delivery.Store = reportlibrarytest.WrapAlways, true
	})
	defer srv.Close()
	run := srv.AddRun(reportlibrarytest.Run{Content: content})
	srv.Script(reportlibrarytest.Downloads,
		reportlibrarytest.Truncated(200_000), reportlibrarytest.TruncatedChunked(200_000))
	c, _ := newTestClient(t, srv.URL())
	opened, closed := 0, 0
	req := requestFor(run)
	req.Scratch = func() (Scratch, error) {
		opened++
		return &countingScratch{closed: &closed}, nil
	}
	sum := crc32.NewIEEE()
	dst := &sumFile{sum: sum}
	delivery, err := c.Download(context.Background(), req, dst)
	if err != nil || delivery.DeliveredFormat != FormatZIP || opened != 3 || closed != 3 {
		t.Errorf("%d scratch files opened, %d closed, delivery %+v, %v", opened, closed, delivery, err)
	}
	if want := crc32.ChecksumIEEE(reportlibrarytest.ReadAll(content)); sum.Sum32() != want {
		t.Error("the content is not the report")
	}
}

type countingScratch struct {
	memoryFile
	closed *int
}

func (s *countingScratch) Close() error { *s.closed++; return nil }

// sumFile is a destination that keeps a checksum alone.
type sumFile struct {
	memoryFile
	sum hash.Hash32
}

func (f *sumFile) Reset() error                    { f.sum.Reset(); return nil }
func (f *sumFile) Fill(r io.Reader) (int64, error) { return io.Copy(f.sum, r) }

// TestOpenEnd downloads a body that ends with its connection. A body that ends within its format is requested again.
func TestOpenEnd(t *testing.T) {
	const row = "order_id,common_name\r\n1,example.com\r\n"
	srv := reportlibrarytest.NewServer()
	defer srv.Close()
	tests := map[string]struct {
		format  Format
		content string
		sent    int64 // of the content in the first attempt
		retried bool
	}{
		"complete":            {FormatCSV, row, 1000, false},
		"no last line end":    {FormatCSV, row + "2,example.org", 1000, false},
		"within a row":        {FormatCSV, row + "2,example.org", int64(len(row)) + 1, true},
		"within a quotation":  {FormatCSV, row + "2,\"a\r\nb\"", int64(len(row)) + 6, true},
		"within JSON":         {FormatJSON, `[{"a":1}]`, 8, true},
		"within an archive":   {FormatZIP, string(zipfiletest.Build(t, zipfiletest.File{Name: "a", Data: row})), 100, true},
		"complete, in chunks": {FormatCSV, row + "2", -1, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			run := srv.AddRun(reportlibrarytest.Run{
				Format: string(tt.format), Content: reportlibrarytest.Text(tt.content),
				Delivery: &reportlibrarytest.Delivery{Wrap: reportlibrarytest.WrapNever, Chunked: tt.sent < 0},
			})
			if tt.sent >= 0 {
				srv.Script(reportlibrarytest.Downloads, reportlibrarytest.ClosedAfter(tt.sent))
			}
			srv.ResetRequests()
			c, _ := newTestClient(t, srv.URL())
			dst := new(memoryFile)
			_, err := c.Download(t.Context(), requestFor(run), dst)
			if err != nil || dst.String() != tt.content {
				t.Errorf("the content is %q, error %v", dst.String(), err)
			}
			if got := len(srv.Requests()) > 1; got != tt.retried {
				t.Errorf("%d requests, error %v", len(srv.Requests()), err)
			}
		})
	}
}

// TestDownload_noContent accepts a 204 as an empty report where the request allows one.
func TestDownload_noContent(t *testing.T) {
	t.Parallel()
	for format, want := range map[Format]string{FormatCSV: "", FormatZIP: MembersSHA256(nil)} {
		srv, run := newFake(t)
		srv.Script(reportlibrarytest.Downloads, reportlibrarytest.NoContent204())
		c, _ := newTestClient(t, srv.URL())
		req := requestFor(run)
		req.Format, req.AllowEmpty = format, true
		dst := new(memoryFile)
		got, err := c.Download(deadline.Context(t), req, dst)
		if err != nil || dst.Len() > 0 {
			t.Fatalf("%s: got %d bytes, %v", format, dst.Len(), err)
		}
		if got.MembersSHA256 != want || got.ReceivedAt.IsZero() || got.DeliveredFormat != format {
			t.Errorf("%s: got %+v, want the digest %q of no members and the time", format, got, want)
		}
	}
}

// TestDownload_announcedTooLarge rejects a body by its length, before it is read.
func TestDownload_announcedTooLarge(t *testing.T) {
	t.Parallel()
	srv, run := newFake(t)
	c, _ := newTestClient(t, srv.URL())
	size := run.Content.Size()
	for limit, want := range map[int64]Kind{size: "", size - 1: KindTooLarge} {
		req := requestFor(run)
		req.MaxBytes = limit
		dst := new(memoryFile)
		_, err := c.Download(deadline.Context(t), req, dst)
		if want == "" && err != nil {
			t.Errorf("limit %d: %v", limit, err)
		}
		if want != "" {
			if got := wantKind(t, err, want); dst.Len() > 0 || got.Attempts > 1 {
				t.Errorf("limit %d: got %d bytes in %d attempts, want none in one", limit, dst.Len(), got.Attempts)
			}
		}
	}
}
