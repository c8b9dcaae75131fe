package httpclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

const testCSV = "order_id,common_name\r\n1,example.com\r\n2,example.org\r\n"

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

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func asError(t testing.TB, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %T %v, want an *Error", err, err)
	}
	return e
}

func openBody(body io.Reader, resp *http.Response, limit int64) (*Body, error) {
	resp.Body = io.NopCloser(body)
	return OpenBody(resp, limit)
}

// gzipResponse is a response with a compressed body of unknown length.
func gzipResponse(ctx context.Context) *http.Response {
	resp := &http.Response{Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: -1}
	resp.Request = new(http.Request).WithContext(ctx)
	return resp
}

func TestOpenBody_bomb(t *testing.T) {
	body, err := openBody(bytes.NewReader(gzipped(t, testCSV)), gzipResponse(t.Context()), 0)
	if err != nil {
		t.Fatal(err)
	}
	body.Reader.(*gzipBody).decoded = zipfile.FreeInflation // as if that much had come out of these few bytes
	_, err = io.ReadAll(body)
	if e := asError(t, err); e.Kind != KindInflation || e.Passing {
		t.Errorf("got %+v, want %s that does not pass", e, KindInflation)
	}
}

// Received bytes count against the limit even if they decode to nothing.
func TestOpenBody_limit(t *testing.T) {
	packed := append(gzipped(t, testCSV), make([]byte, 10_000)...)
	for limit, within := range map[int64]bool{int64(len(packed)): true, int64(len(packed)) - 1: false} {
		body, err := openBody(bytes.NewReader(packed), gzipResponse(t.Context()), limit)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(body)
		if within && err != nil {
			t.Error(err)
		}
		if !within {
			if e := asError(t, err); e.Kind != KindTooLarge {
				t.Errorf("got %v, want %s", err, KindTooLarge)
			}
		}
	}
}

// A compressed body that decodes to nothing is read in a single call, which must end with the context.
func TestOpenBody_canceled(t *testing.T) {
	cause := errors.New("cancelled")
	header := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00"
	for name, block := range map[string][]byte{
		"empty blocks":  zipfiletest.EmptyBlocks(1)[:5],
		"empty streams": gzipped(t, ""),
		"zeros":         {0},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		read := 0
		endless := readerFunc(func(p []byte) (int, error) {
			if read++; read > 100 {
				cancel(cause)
			}
			if read > 10_000 {
				return 0, errors.New("it goes on for ever")
			}
			p = p[:len(p)/len(block)*len(block)]
			for rest := p; len(rest) > 0; rest = rest[copy(rest, block):] {
			}
			return len(p), nil
		})
		start := []byte(header)
		if name != "empty blocks" {
			start = gzipped(t, "")
		}
		body, err := openBody(io.MultiReader(bytes.NewReader(start), endless), gzipResponse(ctx), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = io.ReadAll(body); !errors.Is(err, cause) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// A failure of the network stays one, whichever layer it came through.
func TestOpenBody_breaksOff(t *testing.T) {
	cause := errors.New("connection reset")
	packed := gzipped(t, string(gzipped(t, testCSV)))
	for n := range packed {
		resp := gzipResponse(t.Context())
		resp.Header.Set("Content-Encoding", "gzip, gzip")
		body, err := openBody(io.MultiReader(bytes.NewReader(packed[:n]), iotest.ErrReader(cause)), resp, 0)
		if err == nil {
			_, err = io.ReadAll(body)
		}
		if asError(t, err); !errors.Is(err, cause) {
			t.Errorf("broken off after %d bytes: error is %v", n, err)
		}
	}
}

func TestOpenBody_isAReader(t *testing.T) {
	packed := slices.Concat(gzipped(t, testCSV), gzipped(t, testCSV), []byte("\n"))
	body, err := openBody(bytes.NewReader(packed), gzipResponse(t.Context()), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(body, []byte(testCSV+testCSV)); err != nil {
		t.Error(err)
	}
}
