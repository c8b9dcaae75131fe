package content

import (
	"fmt"
	"io"
)

// Destination takes a content.
type Destination interface {
	// Reset discards all that the destination contains; the caller of [Deliver] does that before each attempt.
	Reset() error
	// Expect returns an error if size bytes more don't fit. The size is announced by the server, not a fact.
	Expect(size int64) error
	// Fill appends all that r yields until io.EOF: straight into buffers of its own, without a copy on the way. It
	// returns errors of r as they are.
	Fill(r io.Reader) (int64, error)
	// ReadBack returns the content so far for reading, nil if the destination doesn't keep it. An archive is then read
	// from a scratch file.
	ReadBack() io.ReaderAt
}

// Scratch is a scratch file: for a body that has to be complete before it can be read.
type Scratch interface {
	io.Writer
	io.ReaderAt
	// Close removes the file.
	io.Closer
}

// expect announces a size to dst.
func expect(dst Destination, size int64) error {
	if err := dst.Expect(size); err != nil {
		return fmt.Errorf("making room for the content: %w", err)
	}
	return nil
}

// fill has dst read all of r.
func fill(dst Destination, r *reader) (int64, error) {
	n, err := dst.Fill(r)
	switch {
	case r.err != nil:
		return n, r.err
	case err == nil && (!r.eof || len(r.head) > 0):
		err = io.ErrShortWrite
	}
	if err != nil {
		return n, fmt.Errorf("writing the content: %w", err)
	}
	return n, nil
}

// scratchFile writes to a scratch file and says so in its errors, so that none is taken for the body's.
type scratchFile struct{ Scratch }

func (req Request) openScratch() (scratchFile, error) {
	scratch, err := req.Scratch()
	if err != nil {
		return scratchFile{}, fmt.Errorf("opening a scratch file: %w", err)
	}
	return scratchFile{scratch}, nil
}

func (s scratchFile) Write(p []byte) (int, error) {
	n, err := s.Scratch.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		err = fmt.Errorf("writing the scratch file: %w", err)
	}
	return n, err
}

// fill writes all of r to the scratch file.
func (s scratchFile) fill(r *reader) (int64, error) {
	buf := newBuffer()
	defer buffers.Put(buf)
	var size int64
	for {
		n, readErr := r.Read(buf[:])
		if n > 0 {
			if _, err := s.Write(buf[:n]); err != nil {
				return size, err
			}
			size += int64(n)
		}
		switch {
		case readErr == io.EOF: // a wrapped io.EOF is a failure, not the end
			return size, nil
		case readErr != nil:
			return size, readErr
		}
	}
}
