package content

import (
	"bytes"
	"context"
	"errors"
	"io"
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

// writeOnly is a destination that can't be read back.
type writeOnly struct{ Destination }

func (writeOnly) ReadBack() io.ReaderAt { return nil }

// counter is a destination that keeps nothing but the number of bytes.
type counter struct {
	discard
	written int64
}

func (c *counter) Fill(r io.Reader) (int64, error) {
	n, err := c.discard.Fill(r)
	c.written = n
	return n, err
}

// fileScratch is a scratch file on disk.
type fileScratch struct{ *os.File }

func (s fileScratch) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }

func memoryScratch() (Scratch, error) { return new(memoryFile), nil }

// wanted is a request as most tests make it.
func wanted(format Format) Request {
	return Request{Format: format, Scratch: memoryScratch}
}

// received delivers a body and returns the written bytes.
func received(t testing.TB, body []byte, req Request) (string, Delivered, error) {
	t.Helper()
	dst := new(memoryFile)
	got, err := Deliver(context.Background(), bytes.NewReader(body), req, dst)
	if err == nil && got.Size != int64(dst.Len()) {
		t.Errorf("size is %d, written were %d bytes", got.Size, dst.Len())
	}
	return dst.String(), got, err
}

// wantKind checks that err is a verdict of the given kind and returns it.
func wantKind(t testing.TB, err error, want Kind) *Error {
	t.Helper()
	var contentErr *Error
	if !errors.As(err, &contentErr) {
		t.Fatalf("got error %v, want a *Error", err)
	}
	if contentErr.Kind != want {
		t.Fatalf("kind: got %d (%s), want %d", contentErr.Kind, contentErr, want)
	}
	return contentErr
}
