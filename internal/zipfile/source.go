package zipfile

import (
	"context"
	"errors"
	"fmt"
	"io"
)

var errOutside = errors.New("outside of the archive")

var errBudget = errors.New("more than expected")

// source reads the archive's bytes and keeps the first failure of r or ctx, because the ZIP and deflate decoders do not
// return it unchanged.
type source struct {
	ctx    context.Context // an archive is used within one call
	r      io.ReaderAt
	size   int64
	budget int64 // the number of bytes that may still be read; negative: no limit
	err    error
}

func (s *source) ReadAt(p []byte, offset int64) (int, error) {
	switch {
	case s.ctx.Err() != nil:
		return 0, s.fail(context.Cause(s.ctx))
	case offset < 0 || offset > s.size:
		return 0, errOutside
	case s.budget >= 0 && s.budget < int64(len(p)):
		return 0, errBudget
	case s.budget >= 0:
		s.budget -= int64(len(p))
	}
	n, err := s.r.ReadAt(p[:min(int64(len(p)), s.size-offset)], offset)
	switch {
	case n == len(p):
		return n, nil
	case err != nil && err != io.EOF: // a wrapped io.EOF is a failure
		return n, s.fail(fmt.Errorf("reading the archive: %w", err))
	default:
		return n, io.EOF
	}
}

func (s *source) fail(err error) error {
	if s.err == nil {
		s.err = err
	}
	return s.err
}

func (s *source) failure(err error) error {
	switch {
	case s.err != nil:
		return s.err
	case errors.Is(err, errOutside):
		return problem(Damaged, "has a record at a position outside of it")
	default:
		return problem(Truncated, "breaks off")
	}
}
