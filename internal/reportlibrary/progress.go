package reportlibrary

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// progressInterval is the time between two log messages of a long download.
const progressInterval = 10 * time.Second

// progressReader logs the progress of a download.
type progressReader struct {
	io.Reader
	ctx     context.Context // a reader is used within one download
	log     *slog.Logger
	body    *httpclient.Body
	total   int64
	started time.Time
	last    time.Time
}

func newProgressReader(ctx context.Context, log *slog.Logger, body *httpclient.Body, total int64) *progressReader {
	now := time.Now()
	return &progressReader{Reader: body, ctx: ctx, log: log, body: body, total: total, started: now, last: now}
}

func (r *progressReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if now := time.Now(); now.Sub(r.last) >= progressInterval {
		r.last = now
		read, _ := r.body.Arrived()
		attrs := []any{"bytes", read, "bytes_per_second", int64(float64(read) / now.Sub(r.started).Seconds())}
		if r.total > 0 {
			attrs = append(attrs, "percent", int64(100*float64(read)/float64(r.total)))
		}
		r.log.InfoContext(r.ctx, "downloading a report", attrs...)
	}
	return n, err
}
