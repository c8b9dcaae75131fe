package zipfile

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// errOutside is a position that an archive claims and that it does not contain.
var errOutside = errors.New("outside of the archive")

// errBudget ends the reading of a directory that is larger than it says.
var errBudget = errors.New("more than expected")

// source is the archive's bytes. It ends with its context, rejects positions outside, and tells a failure of the reader
// below from a verdict of what decodes its bytes.
type source struct {
	ctx  context.Context // an archive is read within one call
	r    io.ReaderAt
	size int64
	// budget limits the bytes that are still to be read; negative: no limit.
	budget int64
	err    error
}

// ReadAt implements io.ReaderAt.
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
	case err != nil && err != io.EOF: // a wrapped io.EOF is a failure, not the end
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

// failure returns the failure of the reader below, if that is why err was returned, else that the archive breaks off.
func (s *source) failure(err error) error {
	switch {
	case s.err != nil:
		return s.err
	case errors.Is(err, errOutside):
		return problem(Damaged, "has a record that does not lie within it")
	default:
		return problem(Truncated, "breaks off")
	}
}
