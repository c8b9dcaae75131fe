package content

import (
	"context"
	"fmt"
	"io"
	"sync"
)

type buffer [headSize]byte

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func newBuffer() *buffer {
	if b, ok := buffers.Get().(*buffer); ok {
		return b
	}
	return new(buffer)
}

// reader reads a body within its context and limit, counts it, and passes every byte to a judge. Its errors are wrapped
// errors of the body, or an [*Error].
type reader struct {
	ctx      context.Context // a reader is used within one call
	body     io.Reader
	limit    int64 // in bytes; 0 for none
	size     int64 // bytes read from body
	judge    judge
	tee      io.Writer // receives all bytes; nil for none
	unpacked bool      // body is a file in an archive, whose errors already name it
	buf      *buffer
	head     []byte // the unread part of the head
	eof      bool
	err      error
}

func newReader(ctx context.Context, body io.Reader, limit int64) *reader {
	return &reader{ctx: ctx, body: body, limit: limit, buf: newBuffer()}
}

// release returns the buffer of the head to the pool. The reader can't be used after it.
func (r *reader) release() {
	if r.buf != nil {
		buffers.Put(r.buf)
		r.buf, r.head = nil, nil
	}
}

// readHead reads the head. It is called once, before Read.
func (r *reader) readHead(contentType string) (head, error) {
	n := 0
	for n < headSize && !r.eof {
		read, err := r.next(r.buf[n:])
		n += read
		if err != nil {
			return head{}, err
		}
	}
	r.head = r.buf[:n]
	return head{data: r.head, eof: r.eof, text: decodeHead(r.head), media: mediaOf(contentType)}, nil
}

// follow passes the head and all later bytes to j.
func (r *reader) follow(j judge) error {
	r.judge = j
	err := j.write(r.head)
	if err == nil && r.eof {
		err = j.end()
	}
	r.err = err
	return err
}

func (r *reader) Read(p []byte) (int, error) {
	switch {
	case r.err != nil:
		return 0, r.err
	case len(r.head) > 0:
		n := copy(p, r.head)
		r.head = r.head[n:]
		return r.passed(p[:n])
	case r.eof:
		return 0, io.EOF
	}
	n, err := r.next(p)
	if err == nil && r.judge != nil {
		err = r.judge.write(p[:n])
		if err == nil && r.eof {
			err = r.judge.end()
		}
	}
	if err != nil {
		r.err = err
		return 0, err
	}
	return r.passed(p[:n])
}

// passed copies the result of a Read to tee.
func (r *reader) passed(p []byte) (int, error) {
	if r.tee != nil && len(p) > 0 {
		if _, r.err = r.tee.Write(p); r.err != nil {
			return 0, r.err
		}
	}
	if r.eof && len(r.head) == 0 {
		return len(p), io.EOF
	}
	return len(p), nil
}

// next reads from the body. It sets eof at the end instead of returning io.EOF.
func (r *reader) next(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	if r.limit > 0 && r.limit-r.size < int64(len(p)) {
		p = p[:r.limit-r.size+1] // one more than allowed, to detect an excess
	}
	n, err := r.body.Read(p)
	if r.size += int64(n); r.limit > 0 && r.size > r.limit {
		return 0, problem(TooLarge, "the server sent more than the limit of %d bytes", r.limit)
	}
	switch {
	case err == io.EOF: // a wrapped io.EOF is a failure
		r.eof = true
	case err != nil && r.unpacked:
		return 0, archiveError(err)
	case err != nil:
		return 0, fmt.Errorf("reading the body: %w", err)
	}
	return n, nil
}
