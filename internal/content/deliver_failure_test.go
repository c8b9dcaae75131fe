package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// brokenFile fails in the given way.
type brokenFile struct {
	memoryFile
	writeErr, readErr error
}

func (f *brokenFile) Write(p []byte) (int, error) {
	if f.writeErr != nil {
		return 0, f.writeErr
	}
	return f.memoryFile.Write(p)
}

func (f *brokenFile) Fill(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{f}, r) }

func (f *brokenFile) ReadBack() io.ReaderAt { return f }

func (f *brokenFile) ReadAt(p []byte, offset int64) (int, error) {
	if f.readErr != nil {
		return 0, f.readErr
	}
	return f.memoryFile.ReadAt(p, offset)
}

// lazyFile is a destination that ends before the content does.
type lazyFile struct{ memoryFile }

func (f *lazyFile) Fill(r io.Reader) (int64, error) {
	return io.CopyN(struct{ io.Writer }{&f.Buffer}, r, 5)
}

func TestDeliverNeedsTheDestinationToTakeAll(t *testing.T) {
	for _, body := range []string{testCSV, followedBy("")} {
		_, err := Deliver(t.Context(), strings.NewReader(body), wanted(CSV), new(lazyFile))
		if !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("after 5 of %d bytes the error is %v", len(body), err)
		}
	}
}

func TestDeliverFailures(t *testing.T) {
	cause := errors.New("cause")
	archive := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	fine := func() *brokenFile { return new(brokenFile) }
	tests := map[string]struct {
		body    []byte
		format  Format
		dst     *brokenFile
		scratch *brokenFile
	}{
		"writing a bare report":      {[]byte(testCSV), CSV, &brokenFile{writeErr: cause}, fine()},
		"writing JSON":               {[]byte("[]"), JSON, &brokenFile{writeErr: cause}, fine()},
		"writing an unwrapped one":   {archive, CSV, &brokenFile{writeErr: cause}, fine()},
		"writing an archive":         {archive, ZIP, &brokenFile{writeErr: cause}, fine()},
		"writing a workbook":         {testWorkbook(t), Excel, &brokenFile{writeErr: cause}, fine()},
		"reading an archive back":    {archive, ZIP, &brokenFile{readErr: cause}, fine()},
		"writing the scratch file":   {archive, CSV, fine(), &brokenFile{writeErr: cause}},
		"reading the scratch":        {archive, CSV, fine(), &brokenFile{readErr: cause}},
		"a short write":              {[]byte(testCSV), CSV, &brokenFile{writeErr: io.ErrShortWrite}, fine()},
		"an end of file in writing":  {[]byte(testCSV), CSV, &brokenFile{writeErr: io.EOF}, fine()},
		"a break within the reading": {archive, CSV, fine(), &brokenFile{readErr: io.ErrUnexpectedEOF}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			req := wanted(tt.format)
			req.Scratch = func() (Scratch, error) { return tt.scratch, nil }
			_, err := Deliver(t.Context(), bytes.NewReader(tt.body), req, tt.dst)
			want := errors.Join(tt.dst.writeErr, tt.dst.readErr, tt.scratch.writeErr, tt.scratch.readErr)
			if u := want.(interface{ Unwrap() []error }).Unwrap(); !errors.Is(err, u[0]) {
				t.Errorf("got error %v, want %v", err, want)
			}
			var contentErr *Error
			if errors.As(err, &contentErr) {
				t.Errorf("a failure became the verdict %v", err)
			}
		})
	}

	t.Run("opening the scratch", func(t *testing.T) {
		for _, format := range []Format{CSV, ZIP} {
			req := wanted(format)
			req.Scratch = func() (Scratch, error) { return nil, cause }
			_, err := Deliver(t.Context(), bytes.NewReader(archive), req, writeOnly{new(memoryFile)})
			if !errors.Is(err, cause) {
				t.Errorf("error is %v", err)
			}
		}
	})

	// The scratch file fails only when the member's bytes are reached.
	t.Run("reading a member", func(t *testing.T) {
		large := buildZIP(t, zipFile{name: "a.csv", data: strings.Repeat("a,b\n", 100_000), stored: true})
		for _, readErr := range []error{cause, io.ErrUnexpectedEOF} {
			req := wanted(CSV)
			req.Scratch = func() (Scratch, error) { return &lateFailure{after: 4 << 10, before: 390_000, err: readErr}, nil }
			_, _, err := received(t, large, req)
			var contentErr *Error
			if !errors.Is(err, readErr) || errors.As(err, &contentErr) {
				t.Errorf("got error %v, want %v", err, readErr)
			}
		}
	})
}

// lateFailure fails to read between two offsets.
type lateFailure struct {
	memoryFile
	after, before int64
	err           error
}

func (f *lateFailure) ReadAt(p []byte, offset int64) (int, error) {
	if offset > f.after && offset < f.before-int64(len(p)) {
		return 0, f.err
	}
	return f.memoryFile.ReadAt(p, offset)
}

// brokenTransfer is a type that a caller finds again in the error.
type brokenTransfer struct{ err error }

func (e *brokenTransfer) Error() string { return "the transfer broke off" }

func (e *brokenTransfer) Unwrap() error { return e.err }

func TestDeliverBrokenTransfer(t *testing.T) {
	long := strings.Repeat(testCSV, 5000)
	archive := string(buildZIP(t, zipFile{name: "a.csv", data: testCSV}))
	for _, cause := range []error{io.ErrUnexpectedEOF, io.EOF, errors.New("connection reset")} {
		for _, start := range []string{"", "a", long, `{"a":`, archive[:40], archive[:len(archive)-1], "<html>"} {
			for _, format := range Formats() {
				body := io.MultiReader(strings.NewReader(start), iotest.ErrReader(&brokenTransfer{cause}))
				if start == long && format != CSV {
					continue // is rejected before the transfer breaks off
				}
				_, err := Deliver(t.Context(), body, wanted(format), new(memoryFile))
				var transferErr *brokenTransfer
				var contentErr *Error
				if !errors.As(err, &transferErr) || errors.As(err, &contentErr) {
					t.Errorf("%s after %.10q: error is %v", format, start, err)
				}
			}
		}
	}
}

func TestDeliverCancelled(t *testing.T) {
	archive := buildZIP(t, zipFile{name: "a.csv", data: strings.Repeat(testCSV, 10_000)})
	for _, body := range [][]byte{[]byte(strings.Repeat(testCSV, 10_000)), archive} {
		for _, format := range []Format{CSV, ZIP} {
			cause := errors.New("cancelled")
			ctx, cancel := context.WithCancelCause(t.Context())
			// The end of the body is the last moment at which a slow user can lose patience with it.
			end := readerFunc(func([]byte) (int, error) { cancel(cause); return 0, nil })
			_, err := Deliver(ctx, io.MultiReader(bytes.NewReader(body), end), wanted(format), new(memoryFile))
			if format == ZIP && !zipfile.StartsLike(body) {
				wantKind(t, err, OtherFormat)
			} else if !errors.Is(err, cause) {
				t.Errorf("error is %v", err)
			}
			cancel(nil)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadMembers(ctx, bytes.NewReader(archive), int64(len(archive))); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	_, err := Check(ctx, bytes.NewReader(archive), int64(len(archive)), ZIP)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
