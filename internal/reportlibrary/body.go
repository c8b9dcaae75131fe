package reportlibrary

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// wireBody reads what arrives: it counts, and marks failures as the network's.
type wireBody struct {
	body   io.Reader
	total  int64 // announced bytes; -1 if unknown
	read   int64
	redact func(string) string
}

// Read implements io.Reader.
func (b *wireBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.read += int64(n)
	if err != nil && err != io.EOF {
		err = b.brokeOff(err)
	}
	return n, err
}

func (b *wireBody) brokeOff(err error) error {
	place := fmt.Sprintf("after %d bytes", b.read)
	if b.total >= 0 {
		place = fmt.Sprintf("after %d of %d bytes", b.read, b.total)
	}
	return newTransferError(err, fmt.Sprintf("the transfer broke off %s: %s", place, err), b.redact)
}

// gzipBody decodes a compressed body. A stream that breaks off or doesn't match its checksum is a failure of the
// transfer, and one that inflates like no report does is refused.
type gzipBody struct {
	wire    *wireBody
	decoder *gzip.Reader
	decoded int64
}

// Read implements io.Reader.
func (b *gzipBody) Read(p []byte) (int, error) {
	n, err := b.decoder.Read(p)
	b.decoded += int64(n)
	if zipfile.InflatesTooMuch(b.decoded, b.wire.read) {
		return 0, contentProblem(ContentHostile, "the compressed body unpacks to more than %d times its size", zipfile.MaxInflation)
	}
	if err != nil && err != io.EOF {
		err = b.wire.damaged(err)
	}
	return n, err
}

// damaged returns err as a failure of the transfer, which it may be already.
func (b *wireBody) damaged(err error) error {
	if _, ok := errors.AsType[*TransferError](err); ok {
		return err
	}
	return newTransferError(err, fmt.Sprintf("the compressed body is damaged after %d bytes: %s", b.read, err), b.redact)
}

// decodedBody returns a body without its transfer's compression, and the part that counts what arrives.
func decodedBody(body io.Reader, resp *http.Response, redact func(string) string) (io.Reader, *wireBody, error) {
	wire := &wireBody{body: body, total: resp.ContentLength, redact: redact}
	switch codings := compressions(resp); {
	case len(codings) == 0:
		return wire, wire, nil
	case len(codings) > 1 || codings[0] != "gzip" && codings[0] != "x-gzip":
		return nil, nil, contentProblem(ContentUnexpected, "the body is compressed with %s, which was not asked for",
			strings.Join(codings, " and "))
	}
	decoder, err := gzip.NewReader(wire)
	switch {
	case err == io.EOF: // nothing at all arrived, and nothing more was to come
		return http.NoBody, wire, nil
	case err != nil:
		return nil, nil, wire.damaged(err)
	}
	return &gzipBody{wire: wire, decoder: decoder}, wire, nil
}

// compressions returns the compressions in Content-Encoding. What else servers write there, such as a charset or how an
// object was uploaded, doesn't change the bytes.
func compressions(resp *http.Response) []string {
	var found []string
	for coding := range strings.SplitSeq(strings.Join(resp.Header.Values("Content-Encoding"), ","), ",") {
		switch coding = strings.ToLower(strings.TrimSpace(coding)); coding {
		case "gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd":
			found = append(found, coding)
		}
	}
	return found
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
