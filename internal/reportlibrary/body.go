package reportlibrary

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// wireBody reads the bytes that arrive: it ends with its context, counts, and marks failures as the network's.
type wireBody struct {
	ctx     context.Context // a body is read within one call
	body    io.Reader
	total   int64 // announced bytes; -1 if unknown
	limit   int64 // bytes that may arrive; 0: no limit
	read    int64
	arrived time.Time // when the last byte did, or the end
	redact  func(string) string
	err     error // io.EOF, or why reading failed
}

// Read implements io.Reader.
func (b *wireBody) Read(p []byte) (int, error) {
	switch {
	case b.err != nil:
		return 0, b.err
	case b.ctx.Err() != nil:
		b.err = context.Cause(b.ctx)
		return 0, b.err
	}
	n, err := b.body.Read(p)
	b.read += int64(n)
	b.arrived = time.Now()
	switch {
	case b.limit > 0 && b.read > b.limit:
		b.err = contentProblem(ContentTooLarge, "the server sent more than the limit of %d bytes", b.limit)
		return 0, b.err
	case err != nil && err != io.EOF: // a wrapped io.EOF is a failure, not the end
		err = b.brokeOff(err)
	}
	b.err = err
	return n, err
}

func (b *wireBody) brokeOff(err error) error {
	place := fmt.Sprintf("after %d bytes", b.read)
	if b.total >= 0 {
		place = fmt.Sprintf("after %d of %d bytes", b.read, b.total)
	}
	return newTransferError(err, fmt.Sprintf("the transfer broke off %s: %s", place, err), b.redact)
}

// progressInterval is how often a long download says how far it is.
const progressInterval = 10 * time.Second

// progressReader logs how far a download is.
type progressReader struct {
	io.Reader
	ctx     context.Context // it is the download's, and so is the reader
	log     *slog.Logger
	wire    *wireBody
	started time.Time
	last    time.Time
}

func newProgressReader(ctx context.Context, log *slog.Logger, body io.Reader, wire *wireBody) *progressReader {
	now := time.Now()
	return &progressReader{Reader: body, ctx: ctx, log: log, wire: wire, started: now, last: now}
}

// Read implements io.Reader.
func (r *progressReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if now := time.Now(); now.Sub(r.last) >= progressInterval {
		r.last = now
		attrs := []any{"bytes", r.wire.read, "bytes_per_second", int64(float64(r.wire.read) / now.Sub(r.started).Seconds())}
		if r.wire.total > 0 {
			attrs = append(attrs, "percent", int64(100*float64(r.wire.read)/float64(r.wire.total)))
		}
		r.log.InfoContext(r.ctx, "downloading a report", attrs...)
	}
	return n, err
}
