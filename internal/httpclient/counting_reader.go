package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// countingReader reads a response body within its context and limit, counts the bytes, and returns network failures as
// an *Error.
type countingReader struct {
	ctx     context.Context // a body is read within one call
	body    io.Reader
	total   int64 // announced bytes; -1 if unknown
	limit   int64 // maximum of bytes; 0 means no limit
	started time.Time
	read    atomic.Int64 // written by one goroutine, read by those that ask for the progress
	arrived atomic.Int64 // nanoseconds from started to the last byte, or to the end
	err     error        // io.EOF, or the read error
}

func (b *countingReader) progress() Progress {
	elapsed := time.Since(b.started)
	return Progress{
		Read: b.read.Load(), Total: b.total, Elapsed: elapsed, Silent: elapsed - time.Duration(b.arrived.Load()),
	}
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
	read := b.read.Add(int64(n))
	if n > 0 || err == io.EOF {
		b.arrived.Store(int64(time.Since(b.started)))
	}
	switch {
	case b.limit > 0 && read > b.limit:
		b.err = &Error{Kind: KindTooLarge, Message: fmt.Sprintf("the server sent more than the limit of %d bytes", b.limit)}
		return 0, b.err
	case err != nil && err != io.EOF: // a wrapped io.EOF is a failure
		err = b.brokeOff(err)
	}
	b.err = err
	return n, err
}

func (b *countingReader) brokeOff(err error) error {
	read := b.read.Load()
	place := fmt.Sprintf("after %d bytes", read)
	if b.total >= 0 {
		place = fmt.Sprintf("after %d of %d bytes", read, b.total)
	}
	kind := KindTransfer
	if e, ok := errors.AsType[*Error](err); ok {
		kind = e.Kind
	}
	return &Error{Kind: kind, Message: fmt.Sprintf("the transfer broke off %s: %s", place, err), Err: err, Passing: true}
}
