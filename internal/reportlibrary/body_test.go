package reportlibrary

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	synctest.Test(t, func(t *testing.T) {
		for name, total := range map[string]int64{"known length": 1000, "unknown length": -1} {
			log := new(logBuffer)
			logger := slog.New(slog.NewJSONHandler(log, nil))
			data := bytes.Repeat([]byte("x"), 1000)
			// 40 bytes a second for 25 seconds.
			rest := bytes.NewReader(data)
			slow := readerFunc(func(p []byte) (int, error) {
				time.Sleep(time.Second)
				return rest.Read(p[:min(40, len(p))])
			})
			body, err := httpclient.OpenBody(&http.Response{Body: io.NopCloser(slow), ContentLength: total}, 0)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			_, err = io.Copy(&got, newProgressReader(t.Context(), logger, body, total))
			if err != nil || !bytes.Equal(got.Bytes(), data) {
				t.Fatalf("%s: read %d bytes, %v", name, got.Len(), err)
			}
			records := log.messages(t, "downloading a report")
			if len(records) != 2 {
				t.Fatalf("%s: %d records, want 2:\n%s", name, len(records), log)
			}
			for i, record := range records {
				want := map[string]any{"level": "INFO", "bytes": float64(400 * (i + 1)), "bytes_per_second": 40.}
				if total > 0 {
					want["percent"] = float64(40 * (i + 1))
				}
				for key, value := range want {
					if record[key] != value {
						t.Errorf("%s: %s of record %d is %v, want %v", name, key, i, record[key], value)
					}
				}
				if _, ok := record["percent"]; ok != (total > 0) {
					t.Errorf("%s: record %d is %v", name, i, record)
				}
			}
		}
	})
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
