package reportlibrary

import (
	"time"

	"bytes"
	"errors"
	"io"
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

func memorySpool() (Spool, error) { return new(memoryFile), nil }

// wantProblem checks that err is a verdict of the given kind and returns it.
func wantProblem(t testing.TB, err error, want ContentProblem) *ContentError {
	t.Helper()
	contentErr, ok := errors.AsType[*ContentError](err)
	if !ok {
		t.Fatalf("error is %v, want a *ContentError", err)
	}
	if contentErr.Problem != want {
		t.Fatalf("problem is %d (%s), want %d", contentErr.Problem, contentErr.Reason, want)
	}
	return contentErr
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// wantElapsed checks the time since start, which in a synctest bubble is exact.
func wantElapsed(t *testing.T, start time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(start); got != want {
		t.Errorf("%v passed, want %v", got, want)
	}
}
