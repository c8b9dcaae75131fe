package reportlibrary

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// answering returns a client of a server that gives these bodies in turn, the last one for ever, and its requests.
func answering(t testing.TB, header http.Header, bodies ...[]byte) (*Client, *int) {
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

func TestDamagedCompressionIsRetried(t *testing.T) {
	good := gzipped(t, testCSV)
	badChecksum, badData := bytes.Clone(good), bytes.Clone(good)
	badChecksum[len(badChecksum)-8] ^= 1
	badData[15] ^= 0xff
	for name, bad := range map[string][]byte{
		"breaks off in its header":  good[:5],
		"breaks off in its data":    good[:20],
		"breaks off in its trailer": good[:len(good)-1],
		"wrong checksum":            badChecksum,
		"wrong data":                badData,
		"no gzip":                   []byte(testCSV),
		"garbage behind it":         append(bytes.Clone(good), "garbage"...),
	} {
		c, requests := answering(t, http.Header{"Content-Encoding": {"gzip"}}, bad, good)
		got, err := download(t, c, anyRequest)
		if err != nil || got != testCSV || *requests != 2 {
			t.Errorf("%s: download is %q, %v after %d requests", name, got, err, *requests)
		}
	}
	c, requests := answering(t, http.Header{"Content-Encoding": {"gzip"}}, badChecksum)
	_, err := download(t, c, anyRequest)
	as[*TransferError](t, err)
	if !errors.Is(err, gzip.ErrChecksum) || *requests != 3 {
		t.Errorf("error is %v after %d requests", err, *requests)
	}
}

func TestContentEncoding(t *testing.T) {
	plain, packed := []byte(testCSV), gzipped(t, testCSV)
	for encoding, body := range map[string][]byte{
		"gzip": packed, "GZIP": packed, " x-gzip ": packed, "aws-chunked, gzip": packed, "gzip, identity": packed,
		"identity": plain, "utf-8": plain, "aws-chunked": plain, "": plain,
	} {
		c, _ := answering(t, http.Header{"Content-Encoding": {encoding}}, body)
		if got, err := download(t, c, anyRequest); err != nil || got != testCSV {
			t.Errorf("%q: download is %q, %v", encoding, got, err)
		}
	}
	for _, encoding := range []string{"br", "zstd", "deflate", "compress", "gzip, gzip", "br, gzip"} {
		c, requests := answering(t, http.Header{"Content-Encoding": {encoding}}, plain)
		_, err := download(t, c, anyRequest)
		wantProblem(t, err, ContentUnexpected)
		if *requests != 1 {
			t.Errorf("%q: %d requests, want 1", encoding, *requests)
		}
	}
}

func TestEmptyCompressedBodyIsEmpty(t *testing.T) {
	for _, body := range [][]byte{{}, gzipped(t, "")} {
		c, _ := answering(t, http.Header{"Content-Encoding": {"gzip"}}, body)
		_, err := download(t, c, anyRequest)
		wantProblem(t, err, ContentEmpty)
		req := anyRequest
		req.AllowEmpty = true
		if got, err := download(t, c, req); err != nil || got != "" {
			t.Errorf("download is %q, %v", got, err)
		}
	}
}

func TestCompressedBombIsRefused(t *testing.T) {
	packed := gzipped(t, testCSV)
	resp := &http.Response{Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: int64(len(packed))}
	body, _, err := decodedBody(bytes.NewReader(packed), resp, asIs)
	if err != nil {
		t.Fatal(err)
	}
	body.(*gzipBody).decoded = zipfile.FreeInflation // as if that much had come out of these few bytes
	_, err = io.ReadAll(body)
	wantProblem(t, err, ContentHostile)
	if retryable(err) {
		t.Error("a bomb is asked for again")
	}
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
	if got := as[*TransferError](t, err).Error(); got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, total := range map[string]int64{"known length": 1000, "unknown length": -1} {
			log := new(logBuffer)
			logger := slog.New(slog.NewJSONHandler(log, nil))
			data := bytes.Repeat([]byte("x"), 1000)
			wire := &wireBody{body: bytes.NewReader(data), total: total}
			// 40 bytes a second for 25 seconds.
			slow := readerFunc(func(p []byte) (int, error) {
				time.Sleep(time.Second)
				return wire.Read(p[:min(40, len(p))])
			})
			var got bytes.Buffer
			_, err := copyContent(&got, newProgressReader(t.Context(), logger, slow, wire))
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

func TestWireBodyErrors(t *testing.T) {
	secret := "SECRETKEY0"
	redact := func(s string) string { return strings.ReplaceAll(s, secret, mask) }
	wire := &wireBody{
		body:  io.MultiReader(strings.NewReader("1234"), iotest.ErrReader(errors.New("GOAWAY \x1b[2J"+secret))),
		total: -1, redact: redact,
	}
	_, err := io.ReadAll(wire)
	want := "the transfer broke off after 4 bytes: GOAWAY [2J***"
	if got := as[*TransferError](t, err).Error(); got != want {
		t.Errorf("text is %q, want %q", got, want)
	}
	// A failure that was marked before it reached the decoder stays what it is.
	if got := wire.damaged(err); got != err {
		t.Errorf("error is %v", got)
	}
}
