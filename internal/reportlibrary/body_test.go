package reportlibrary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// serving returns a client of a server that gives these bodies in turn, the last one for ever, and its requests.
func serving(t testing.TB, header http.Header, bodies ...[]byte) (*Client, *int) {
	t.Helper()
	requests := new(int)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body := bodies[min(*requests, len(bodies)-1)]
		*requests++
		for name, values := range header {
			w.Header()[name] = values
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(srv.Close)
	c, _ := newTestClient(t, srv.URL)
	return c, requests
}

func TestBrokenTransferSaysWhere(t *testing.T) {
	srv, run := newFake(t)
	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.Truncated(100).Forever())
	c, _ := newTestClient(t, srv.URL())
	_, err := download(t, c, requestFor(run))
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error is %v", err)
	}
	want := fmt.Sprintf("the transfer broke off after 100 of %d bytes: unexpected EOF", run.Content.Size())
	if got := as[*Error](t, err).Text(); got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
}

func TestProgress(t *testing.T) {
	for name, known := range map[string]bool{"known length": true, "unknown length": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				content := "a\r\n" + strings.Repeat("x\r\n", 332) // 999 bytes
				c, log := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
					if known {
						w.Header().Set("Content-Length", fmt.Sprint(len(content)))
					}
					_, _ = io.WriteString(w, content[:300])
					w.(http.Flusher).Flush()
					time.Sleep(25 * time.Second) // longer than an interval: a silent connection is logged too
					_, _ = io.WriteString(w, content[300:])
				})
				req := anyRequest
				req.ReportRunIdentifier, req.SplitReportSequence = "r1", new(int64(3))
				if _, err := download(t, c, req); err != nil {
					t.Fatal(err)
				}
				records := log.messages(t, "downloading a report")
				if len(records) != 2 {
					t.Fatalf("%d records, want 2:\n%s", len(records), log)
				}
				for i, want := range []map[string]any{
					{"bytes": 300., "bytes_per_second": 30., "percent": 30., "silent": 10e9, "left": 23e9},
					{"bytes": 300., "bytes_per_second": 15., "percent": 30., "silent": 20e9, "left": 47e9},
				} {
					want["level"], want["report_run_identifier"], want["split_report_sequence"] = "INFO", "r1", 3.
					want["total_bytes"] = 999.
					if !known {
						want["percent"], want["total_bytes"], want["left"] = nil, nil, nil
					}
					for key, value := range want {
						if records[i][key] != value {
							t.Errorf("%s of record %d is %v, want %v", key, i, records[i][key], value)
						}
					}
				}
			})
		})
	}
}

// TestProgress_allocations reads a body whose progress is logged: a read allocates nothing.
func TestProgress_allocations(t *testing.T) {
	endless := readerFunc(func(p []byte) (int, error) { return len(p), nil })
	body, err := httpclient.OpenBody(&http.Response{Body: io.NopCloser(endless), ContentLength: -1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := newTestClient(t, "http://127.0.0.1:1")
	defer c.logProgress(t.Context(), anyRequest, body)()
	buffer := make([]byte, 8<<10)
	if got := testing.AllocsPerRun(100, func() { _, _ = body.Read(buffer) }); got > 0 {
		t.Errorf("a read makes %v allocations, want none", got)
	}
}

// TestTimeout_saysHowFar ends a download by its deadline in each phase.
func TestTimeout_saysHowFar(t *testing.T) {
	const length = 1000
	tests := map[string]struct {
		serve     http.HandlerFunc
		want      string
		remaining time.Duration
	}{
		"before the response": {
			func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			"the timeout was reached before a response came", 0,
		},
		"within the body": {
			func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(length))
				for r.Context().Err() == nil {
					_, _ = io.WriteString(w, "a")
					w.(http.Flusher).Flush()
					select {
					case <-r.Context().Done():
					case <-time.After(100 * time.Millisecond):
					}
				}
			},
			"the timeout was reached after 300 of 1000 bytes (30 %, 10 bytes/s); at this rate the rest takes 1m10s", 70 * time.Second,
		},
		"before the second response": {
			func() http.HandlerFunc {
				requests := 0
				return func(w http.ResponseWriter, r *http.Request) {
					if requests++; requests > 1 {
						<-r.Context().Done()
					}
					w.Header().Set("Content-Length", fmt.Sprint(length))
					_, _ = io.WriteString(w, "order_id\r\n") // and the connection ends
				}
			}(),
			"the timeout was reached before attempt 2 brought a response", 0,
		},
		"within the body of an error": {
			func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusInternalServerError)
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			},
			"the timeout was reached before a response came", 0,
		},
		"in a silence": {
			func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, "order_id\r\n")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			},
			"the timeout was reached after 10 bytes of an unknown number (0 bytes/s), 30s after the last byte", 0,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := bubbleClient(t, tt.serve, func(c *Config) { c.IdleTimeout = time.Minute })
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second-time.Millisecond)
				defer cancel()
				_, err := c.Download(ctx, anyRequest, new(memoryFile))
				got := wantKind(t, err, KindTimeout)
				if got.Text() != tt.want || got.Remaining.Round(time.Second) != tt.remaining {
					t.Errorf("got %q, %s for the rest; want %q, %s", got.Text(), got.Remaining, tt.want, tt.remaining)
				}
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v is not the end of the deadline", err)
				}
			})
		})
	}
}

func TestLongDownloadLogsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, log := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(testCSV)))
			for i := range len(testCSV) {
				time.Sleep(time.Second)
				_, _ = io.WriteString(w, testCSV[i:i+1])
				w.(http.Flusher).Flush()
			}
		})
		if _, err := download(t, c, anyRequest); err != nil {
			t.Fatal(err)
		}
		if got, want := len(log.messages(t, "downloading a report")), len(testCSV)/10; got != want {
			t.Errorf("%d lines of progress, want %d", got, want)
		}
	})
}

// The time of arrival is that of the last byte, however long the body is worked on afterwards.
func TestReceivedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrived := time.Now()
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(zipfiletest.Build(t, zipfiletest.File{Name: "a.csv", Data: testCSV}))
		})
		req := anyRequest
		req.Scratch = func() (Scratch, error) { return &slowScratch{}, nil }
		delivery, err := c.Download(t.Context(), req, new(memoryFile))
		if err != nil || !delivery.ReceivedAt.Equal(arrived) {
			t.Errorf("received at %s, error %v; want %s", delivery.ReceivedAt, err, arrived)
		}
	})
}

// slowScratch takes its time to be read.
type slowScratch struct{ memoryFile }

func (s *slowScratch) ReadAt(p []byte, offset int64) (int, error) {
	time.Sleep(time.Minute)
	return s.memoryFile.ReadAt(p, offset)
}

func TestSeveralDispositions(t *testing.T) {
	c, _ := serving(t, http.Header{"Content-Disposition": {"attachment", "attachment; filename=orders.csv"}}, []byte(testCSV))
	delivery, err := c.Download(t.Context(), anyRequest, new(memoryFile))
	if err != nil || delivery.SuggestedFilename != "orders.csv" {
		t.Errorf("name is %q, error %v", delivery.SuggestedFilename, err)
	}
}
