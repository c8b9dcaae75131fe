package httpclient

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

func TestHugeErrorBodyIsNotRead(t *testing.T) {
	// Empty gzip members: a huge body that decodes to nothing.
	nothing := gzipped(t, "")
	for name, block := range map[string][]byte{
		"plain": []byte(strings.Repeat("x", 1<<10)), "compressed to nothing": nothing,
	} {
		var read atomic.Int64
		resp := &http.Response{
			StatusCode: http.StatusBadRequest, Header: http.Header{}, ContentLength: -1,
			Body: io.NopCloser(readerFunc(func(p []byte) (int, error) {
				n := copy(p, block)
				read.Add(int64(n))
				return n, nil
			})),
		}
		if name != "plain" {
			resp.Header.Set("Content-Encoding", "gzip")
		}
		c := New(Config{BaseURL: parseURL(t, "https://api.test")})
		got := c.statusError(resp)
		if n := read.Load(); n > maxErrorBody || n < maxErrorBody/2 {
			t.Errorf("%s: %d bytes read, want no more than %d", name, n, maxErrorBody)
		}
		want := ""
		if name == "plain" {
			want = strings.Repeat("x", maxValue-1) + "…"
		}
		if got.Snippet != want {
			t.Errorf("%s: snippet is %q", name, got.Snippet)
		}
	}
}
