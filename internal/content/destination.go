package content

import (
	"fmt"
	"io"
)

// Destination receives content.
type Destination interface {
	// Reset discards all content; the caller of [Deliver] calls it before each attempt.
	Reset() error
	// Expect returns an error if size more bytes don't fit. The size is the server's and can be wrong.
	Expect(size int64) error
	// Fill appends all bytes of r, which it reads into its own buffers to avoid a copy. It does not wrap errors of r.
	Fill(r io.Reader) (int64, error)
	// ReadBack returns the content so far, or nil if it can't be read; archives then go through a scratch file.
	ReadBack() io.ReaderAt
}

// Scratch is a scratch file, for a body that must be complete before it can be read.
type Scratch interface {
	io.Writer
	io.ReaderAt
	// Close removes the file.
	io.Closer
}

func expect(dst Destination, size int64) error {
	if err := dst.Expect(size); err != nil {
		return fmt.Errorf("making room for the content: %w", err)
	}
	return nil
}

// fill writes all of r to dst.
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

// scratchFile names the scratch file in its errors, to tell them from the body's.
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
		case readErr == io.EOF: // a wrapped io.EOF is a failure
			return size, nil
		case readErr != nil:
			return size, readErr
		}
	}
}
