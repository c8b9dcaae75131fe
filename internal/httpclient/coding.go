package httpclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// maxCodings is the maximum number of nested compressions.
const maxCodings = 3

// Body is a response body without its content codings.
type Body struct {
	io.Reader
	counter *countingReader
}

// Arrived returns the number of bytes received, before decoding, and the time of the last one.
func (b *Body) Arrived() (int64, time.Time) {
	return b.counter.read.Load(), b.counter.started.Add(time.Duration(b.counter.arrived.Load()))
}

// OpenBody returns the decoded body of resp. At most limit bytes may arrive; 0 means no limit. Read errors are an
// *Error, which is transient if the body is incomplete.
func OpenBody(resp *http.Response, limit int64) (*Body, error) {
	counter := &countingReader{
		ctx: context.Background(), body: resp.Body, total: resp.ContentLength, limit: limit, started: time.Now(),
	}
	if resp.Request != nil {
		counter.ctx = resp.Request.Context()
		if call := callOf(counter.ctx); call != nil && isSuccess(resp) {
			call.body = counter
		}
	}
	codings, chunked := contentCodings(resp)
	for _, coding := range codings {
		if coding != "gzip" && coding != "x-gzip" || len(codings) > maxCodings {
			return nil, &Error{Kind: KindCoding, Message: fmt.Sprintf(
				"the body is compressed with %s, which was not asked for", redact.Cut(strings.Join(codings, " and "), maxValue))}
		}
	}
	decoded := io.Reader(&frameCheck{r: counter, declared: chunked})
	for range codings {
		decoded = &gzipBody{counter: counter, packed: bufio.NewReader(decoded)}
	}
	return &Body{decoded, counter}, nil
}

// contentCodings returns the compressions in Content-Encoding, and whether a header names aws-chunked. It ignores other
// words in the header, such as a charset.
func contentCodings(resp *http.Response) (compressions []string, chunked bool) {
	for coding := range strings.SplitSeq(strings.Join(resp.Header.Values("Content-Encoding"), ","), ",") {
		switch coding = strings.ToLower(strings.TrimSpace(coding)); coding {
		case "gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd":
			compressions = append(compressions, coding)
		case "aws-chunked":
			chunked = true
		}
	}
	chunked = chunked || resp.Header.Get("X-Amz-Decoded-Content-Length") != ""
	return compressions, chunked
}

// IsCompressed reports whether the body of resp is compressed.
func IsCompressed(resp *http.Response) bool {
	compressions, _ := contentCodings(resp)
	return len(compressions) > 0
}

// gzipBody decompresses a body. Only padding or another stream may follow the first stream.
type gzipBody struct {
	counter *countingReader
	packed  *bufio.Reader
	decoder *gzip.Reader // nil until the first byte is read
	decoded int64
	err     error
}

func (b *gzipBody) Read(p []byte) (n int, err error) {
	for n == 0 && b.err == nil && len(p) > 0 {
		if b.decoder == nil {
			b.err = b.start()
			continue
		}
		n, err = b.decoder.Read(p)
		b.decoded += int64(n)
		switch {
		case zipfile.InflatesTooMuch(b.decoded, b.counter.read.Load()):
			b.err = &Error{Kind: KindInflation, Message: fmt.Sprintf(
				"the compressed body unpacks to more than %d times its size", zipfile.MaxInflation)}
			return 0, b.err
		case err == io.EOF:
			b.err = b.next()
		case err != nil:
			b.err = b.damaged(err)
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, b.err
}

// start reads the first header. It returns io.EOF for a body without bytes.
func (b *gzipBody) start() error {
	if _, err := b.packed.Peek(1); err == io.EOF {
		return io.EOF
	}
	decoder, err := gzip.NewReader(b.packed)
	if err != nil {
		return b.damaged(err)
	}
	decoder.Multistream(false)
	b.decoder = decoder
	return nil
}

// next reads the header of the next stream. It returns io.EOF after the last one.
func (b *gzipBody) next() error {
	for {
		c, err := b.packed.ReadByte()
		switch {
		case err == io.EOF:
			return io.EOF
		case err != nil:
			return b.damaged(err)
		case bytes.IndexByte([]byte("\x00\r\n\t "), c) >= 0:
			continue
		}
		_ = b.packed.UnreadByte() // it was the last operation
		if magic, _ := b.packed.Peek(2); string(magic) != "\x1f\x8b" {
			return b.damaged(gzip.ErrHeader)
		}
		if err := b.decoder.Reset(b.packed); err != nil {
			return b.damaged(err)
		}
		b.decoder.Multistream(false)
		return nil
	}
}

// damaged returns an error about the compression, unless the network caused err.
func (b *gzipBody) damaged(err error) error {
	if b.counter.err != nil && b.counter.err != io.EOF {
		return b.counter.err
	}
	if inner, ok := errors.AsType[*Error](err); ok {
		return inner
	}
	what := "is damaged: " + err.Error()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		what = "breaks off"
	case errors.Is(err, gzip.ErrHeader) && b.decoder == nil:
		what = "is not compressed with gzip, as its Content-Encoding says"
	}
	return &Error{
		Kind: KindBodyDamaged, Message: fmt.Sprintf("the compressed body %s (%d bytes arrived)", what, b.counter.read.Load()),
		Passing: true, // a retry may reach another server
	}
}

// frameSearch is the number of bytes in which frames are detected.
const frameSearch = 4096

// frameCheck rejects a body that still contains the frames of its upload to S3. It reads no further than asked.
type frameCheck struct {
	r        io.Reader
	declared bool // the header Content-Encoding names aws-chunked
	start    []byte
	done     bool
}

func (c *frameCheck) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.done {
		return n, err
	}
	c.start = append(c.start, p[:min(n, frameSearch-len(c.start))]...)
	full := len(c.start) == frameSearch
	if isFramed(c.start, c.declared, full) {
		return 0, &Error{Kind: KindCoding, Message: "the body still contains the frames of its upload to object storage " +
			"(aws-chunked), which the storage or a proxy in between has to remove"}
	}
	if c.done = full || err != nil; c.done {
		c.start = nil
	}
	return n, err
}

// frameHeader is the first line of an upload frame: a hexadecimal length, usually with a signature.
var frameHeader = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9a-fA-F]{1,8})(;chunk-signature=[0-9a-fA-F]+)?\r\n`)
})

// isFramed reports whether a body starts with a frame. A frame without a signature counts only if a header declares
// frames and another frame follows or may follow, or if the last frame has a trailer.
func isFramed(start []byte, declared, more bool) bool {
	header := frameHeader().FindSubmatch(start)
	switch {
	case header == nil:
		return false
	case len(header[2]) > 0:
		return true
	case !declared:
		return bytes.Contains(start, []byte("\r\n0\r\nx-amz-"))
	}
	size, _ := strconv.ParseUint(string(header[1]), 16, 32) // the expression matches only hexadecimal digits
	rest := start[len(header[0]):]
	if size > uint64(len(rest)) {
		return more
	}
	following, ended := bytes.CutPrefix(rest[size:], []byte("\r\n"))
	return ended && frameHeader().Match(following)
}
