package reportlibrary

import (
	"time"

	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

const testCSV = "order_id,common_name\r\n1,example.com\r\n2,example.org\r\n"

// memoryFile is a destination and a scratch file in memory.
type memoryFile struct{ bytes.Buffer }

func (f *memoryFile) Reset() error          { f.Buffer.Reset(); return nil }
func (f *memoryFile) Expect(int64) error    { return nil }
func (f *memoryFile) ReadBack() io.ReaderAt { return f }
func (f *memoryFile) Close() error          { return nil }
func (f *memoryFile) Fill(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{f}, r)
}
func (f *memoryFile) ReadAt(p []byte, offset int64) (int, error) {
	return bytes.NewReader(f.Bytes()).ReadAt(p, offset)
}

func memoryScratch() (Scratch, error) { return new(memoryFile), nil }

// wantKind checks that err is an *Error of one of the kinds and returns it.
func wantKind(t testing.TB, err error, want ...Kind) *Error {
	t.Helper()
	got, ok := errors.AsType[*Error](err)
	if !ok || !slices.Contains(want, got.Kind) {
		t.Fatalf("got %T %v, want an *Error of kind %q", err, err, want)
	}
	return got
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// wantElapsed checks the time since start, which in a synctest bubble is exact.
func wantElapsed(t *testing.T, start time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(start); got != want {
		t.Errorf("got %v elapsed, want %v", got, want)
	}
}

// The bounds of an error's body: bytes that are read, and characters that are shown.
const (
	maxErrorBody = 64 << 10
	maxSnippet   = 200
)

// wantBefore checks that a timeout names the silent connection before it.
func wantBefore(t testing.TB, err error) {
	t.Helper()
	if got := wantKind(t, err, KindTimeout); len(got.Lines) == 0 || !strings.Contains(got.Lines[0], "silent") {
		t.Errorf("got %q, want the failure before the timeout", got.Lines)
	}
}
