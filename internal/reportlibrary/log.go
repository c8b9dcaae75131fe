package reportlibrary

import (
	"context"
	"fmt"
	"io"
	"log/slog"
)

// maskingHandler masks secrets in all that is logged, whatever logs it.
type maskingHandler struct {
	next   slog.Handler
	redact func(string) string
}

// Enabled implements slog.Handler.
func (h *maskingHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *maskingHandler) Handle(ctx context.Context, record slog.Record) error {
	masked := slog.NewRecord(record.Time, record.Level, h.redact(record.Message), record.PC)
	record.Attrs(func(attr slog.Attr) bool {
		masked.AddAttrs(h.mask(attr))
		return true
	})
	return h.next.Handle(ctx, masked)
}

// WithAttrs implements slog.Handler.
func (h *maskingHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	masked := make([]slog.Attr, len(attrs))
	for i, attr := range attrs {
		masked[i] = h.mask(attr)
	}
	return &maskingHandler{next: h.next.WithAttrs(masked), redact: h.redact}
}

// WithGroup implements slog.Handler.
func (h *maskingHandler) WithGroup(name string) slog.Handler {
	return &maskingHandler{next: h.next.WithGroup(name), redact: h.redact}
}

// mask turns what may hold text into masked text; the client logs no groups.
func (h *maskingHandler) mask(attr slog.Attr) slog.Attr {
	switch attr.Value.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindFloat64, slog.KindInt64, slog.KindTime, slog.KindUint64:
		return attr
	default:
		return slog.String(attr.Key, h.redact(fmt.Sprint(attr.Value.Any())))
	}
}

// loggedBody says how much of a body was read when it is closed.
type loggedBody struct {
	io.ReadCloser
	read   int64
	closed func(read int64)
}

// Read implements io.Reader.
func (b *loggedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	return n, err
}

// Close implements io.Closer.
func (b *loggedBody) Close() error {
	if b.closed != nil {
		b.closed(b.read)
		b.closed = nil
	}
	return b.ReadCloser.Close()
}
