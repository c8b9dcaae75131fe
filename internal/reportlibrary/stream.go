package reportlibrary

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// buffer is what is held of a body at any time.
type buffer [128 << 10]byte

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// copyContent copies src to dst and returns the errors of both as they are: each end names itself.
func copyContent(dst io.Writer, src io.Reader) (int64, error) {
	if dst, ok := dst.(sink); ok {
		if into, ok := dst.w.(Filler); ok {
			return dst.fill(into, src)
		}
	}
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	var copied int64
	for {
		n, readErr := src.Read(buf[:])
		if n > 0 {
			if _, err := dst.Write(buf[:n]); err != nil {
				return copied, err
			}
			copied += int64(n)
		}
		switch {
		case readErr == io.EOF: // a wrapped io.EOF is a failure, not the end
			return copied, nil
		case readErr != nil:
			return copied, readErr
		}
	}
}

// sink names what is written to in its errors, so that none is taken for the body's.
type sink struct {
	w    io.Writer
	name string
}

// Write implements io.Writer.
func (s sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, s.named(err)
}

// fill has into, which is what is written to, read all of src.
func (s sink) fill(into Filler, src io.Reader) (int64, error) {
	watched := &watchedReader{r: src}
	n, err := into.Fill(watched)
	if err == nil || err == watched.err {
		return n, err
	}
	return n, s.named(err)
}

func (s sink) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing %s: %w", s.name, err)
}

// watchedReader remembers its reader's failure, so that another one's is not taken for it.
type watchedReader struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// source reads a body: it stops with its context, names itself in errors, and counts what arrives.
type source struct {
	ctx   context.Context // a source is read within one call
	r     io.Reader
	limit int64 // 0: none
	read  int64
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	if s.limit > 0 && s.limit-s.read < int64(len(p)) {
		p = p[:s.limit-s.read+1] // one more than is allowed, to notice it
	}
	n, err := s.r.Read(p)
	if s.read += int64(n); s.limit > 0 && s.read > s.limit {
		return 0, contentProblem(ContentTooLarge, "the server sent more than the limit of %d bytes", s.limit)
	}
	if err != nil && err != io.EOF { // a wrapped io.EOF is a failure, not the end
		err = fmt.Errorf("reading the body: %w", err)
	}
	return n, err
}
