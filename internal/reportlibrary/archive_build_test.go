package reportlibrary

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// zipFile is a member of an archive under construction.
type zipFile struct {
	name     string
	data     string
	stored   bool
	nonUTF8  bool
	extra    []byte
	modified time.Time
}

// buildZIP returns an archive as most writers write it: streamed, with data descriptors.
func buildZIP(t testing.TB, files ...zipFile) []byte {
	t.Helper()
	var members []zipfiletest.File
	for _, f := range files {
		members = append(members, zipfiletest.File{
			Name: f.name, Data: f.data, Stored: f.stored, NonUTF8: f.nonUTF8, Extra: f.extra, Modified: f.modified,
		})
	}
	return zipfiletest.Build(t, members...)
}

// memoryFile is a destination and a spool in memory.
type memoryFile struct{ bytes.Buffer }

func (f *memoryFile) Reset() error { f.Buffer.Reset(); return nil }
func (f *memoryFile) Close() error { return nil }
func (f *memoryFile) ReadAt(p []byte, offset int64) (int, error) {
	return bytes.NewReader(f.Bytes()).ReadAt(p, offset)
}

// writeOnly is a destination that can't be read back.
type writeOnly struct{ Destination }

// counter is a destination that keeps nothing but the number of bytes.
type counter struct{ written int64 }

func (c *counter) Reset() error { c.written = 0; return nil }
func (c *counter) Write(p []byte) (int, error) {
	c.written += int64(len(p))
	return len(p), nil
}

// fileSpool is a spool that holds nothing in memory.
type fileSpool struct{ *os.File }

func (s fileSpool) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }

func memorySpool() (Spool, error) { return new(memoryFile), nil }

// wanted is a request as most tests make it.
func wanted(format Format) contentRequest {
	return contentRequest{format: format, spool: memorySpool, redact: asIs}
}

// received delivers a body and returns what was written.
func received(t testing.TB, body []byte, req contentRequest) (string, content, error) {
	t.Helper()
	dst := new(memoryFile)
	got, err := deliver(context.Background(), bytes.NewReader(body), req, dst)
	if err == nil && got.size != int64(dst.Len()) {
		t.Errorf("size is %d, written were %d bytes", got.size, dst.Len())
	}
	return dst.String(), got, err
}

// wantProblem checks that err is a verdict of the given kind and returns it.
func wantProblem(t testing.TB, err error, want ContentProblem) *ContentError {
	t.Helper()
	var contentErr *ContentError
	if !errors.As(err, &contentErr) {
		t.Fatalf("error is %v, want a *ContentError", err)
	}
	if contentErr.Problem != want {
		t.Fatalf("problem is %d (%s), want %d", contentErr.Problem, contentErr.Reason, want)
	}
	return contentErr
}
