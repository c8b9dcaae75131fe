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
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// maxCodings is how many times over a body may be compressed.
const maxCodings = 3

// Body is a response's body without its content codings.
type Body struct {
	io.Reader
	wire *wireBody
}

// Arrived returns the number of bytes that arrived, before decoding, and when the last one did.
func (b *Body) Arrived() (int64, time.Time) { return b.wire.read, b.wire.arrived }

// OpenBody returns the body of resp without its content codings. At most limit bytes may arrive; 0 means no limit.
//
// Errors of reading are an *Error; a body that breaks off is a passing one.
func OpenBody(resp *http.Response, limit int64) (*Body, error) {
	wire := &wireBody{ctx: context.Background(), body: resp.Body, total: resp.ContentLength, limit: limit}
	if resp.Request != nil {
		wire.ctx = resp.Request.Context()
	}
	codings, chunked := contentCodings(resp)
	for _, coding := range codings {
		if coding != "gzip" && coding != "x-gzip" || len(codings) > maxCodings {
			return nil, &Error{Kind: KindCoding, Message: fmt.Sprintf(
				"the body is compressed with %s, which was not asked for", redact.Cut(strings.Join(codings, " and "), maxValue))}
		}
	}
	decoded := io.Reader(&frameCheck{r: wire, declared: chunked})
	for range codings {
		decoded = &gzipBody{wire: wire, packed: bufio.NewReader(decoded)}
	}
	return &Body{decoded, wire}, nil
}

// contentCodings returns the compressions in Content-Encoding, and whether a header speaks of aws-chunked. Other words
// that servers write there, such as a charset, don't change the bytes.
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

// IsCompressed reports whether the body of resp has a compression.
func IsCompressed(resp *http.Response) bool {
	compressions, _ := contentCodings(resp)
	return len(compressions) > 0
}

// gzipBody decompresses a body. After the stream only padding may follow, or another stream.
type gzipBody struct {
	wire    *wireBody
	packed  *bufio.Reader
	decoder *gzip.Reader // nil until the first byte is read
	decoded int64
	err     error
}

// Read implements io.Reader.
func (b *gzipBody) Read(p []byte) (n int, err error) {
	for n == 0 && b.err == nil && len(p) > 0 {
		if b.decoder == nil {
			b.err = b.start()
			continue
		}
		n, err = b.decoder.Read(p)
		b.decoded += int64(n)
		switch {
		case zipfile.InflatesTooMuch(b.decoded, b.wire.read):
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

// start reads the first header, or returns io.EOF for a body without a byte.
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

// next reads the header of the next stream, or returns io.EOF behind the last one.
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

// damaged returns err as a verdict about the compression, unless it is one of the layers below.
func (b *gzipBody) damaged(err error) error {
	if b.wire.err != nil && b.wire.err != io.EOF {
		return b.wire.err
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
		Kind: KindBodyDamaged, Message: fmt.Sprintf("the compressed body %s (%d bytes arrived)", what, b.wire.read),
		Passing: true, // the next attempt may reach another server
	}
}

// frameSearch is how many bytes of a body are searched for frames.
const frameSearch = 4096

// frameCheck rejects a body that contains the frames of its upload to S3. It waits for no more than it is asked for.
type frameCheck struct {
	r        io.Reader
	declared bool // the header Content-Encoding names aws-chunked
	start    []byte
	done     bool
}

// Read implements io.Reader.
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

// frameHeader is the first line of a frame in an upload to S3: the length in hexadecimal digits, as a rule a signature.
var frameHeader = regexp.MustCompile(`^([0-9a-fA-F]{1,8})(;chunk-signature=[0-9a-fA-F]+)?\r\n`)

// isFramed reports whether a body starts with a frame. Without a signature it is taken for one only if a header speaks
// of frames, and another frame follows where the first one ends or more is to come; or if the last one has a trailer.
func isFramed(start []byte, declared, more bool) bool {
	header := frameHeader.FindSubmatch(start)
	switch {
	case header == nil:
		return false
	case len(header[2]) > 0:
		return true
	case !declared:
		return bytes.Contains(start, []byte("\r\n0\r\nx-amz-"))
	}
	size, _ := strconv.ParseUint(string(header[1]), 16, 32) // the expression admits nothing else
	rest := start[len(header[0]):]
	if size > uint64(len(rest)) {
		return more
	}
	following, ended := bytes.CutPrefix(rest[size:], []byte("\r\n"))
	return ended && frameHeader.Match(following)
}
