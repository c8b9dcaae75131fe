package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// countingReader reads a response body within its context and limit, counts the bytes, and returns network failures as
// an *Error.
type countingReader struct {
	ctx     context.Context // a body is read within one call
	body    io.Reader
	total   int64 // announced bytes; -1 if unknown
	limit   int64 // maximum of bytes; 0 means no limit
	read    int64
	arrived time.Time // of the last byte, or of the end
	err     error     // io.EOF, or the read error
}

func (b *countingReader) Read(p []byte) (int, error) {
	switch {
	case b.err != nil:
		return 0, b.err
	case b.ctx.Err() != nil:
		b.err = ContextError(b.ctx)
		if cause := context.Cause(b.ctx); cause != b.ctx.Err() && isError(cause) {
			b.err = b.brokeOff(cause) // the idle timeout
		}
		return 0, b.err
	}
	n, err := b.body.Read(p)
	b.read += int64(n)
	b.arrived = time.Now()
	switch {
	case b.limit > 0 && b.read > b.limit:
		b.err = &Error{Kind: KindTooLarge, Message: fmt.Sprintf("the server sent more than the limit of %d bytes", b.limit)}
		return 0, b.err
	case err != nil && err != io.EOF: // a wrapped io.EOF is a failure
		err = b.brokeOff(err)
	}
	b.err = err
	return n, err
}

func (b *countingReader) brokeOff(err error) error {
	place := fmt.Sprintf("after %d bytes", b.read)
	if b.total >= 0 {
		place = fmt.Sprintf("after %d of %d bytes", b.read, b.total)
	}
	kind := KindTransfer
	if e, ok := errors.AsType[*Error](err); ok {
		kind = e.Kind
	}
	return &Error{Kind: kind, Message: fmt.Sprintf("the transfer broke off %s: %s", place, err), Err: err, Passing: true}
}
