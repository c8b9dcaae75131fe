package redact

import (
	"context"
	"fmt"
	"log/slog"
)

const maxLogValue = 1000 // characters

// Handler returns a handler that masks secrets in records and cleans their text as [Masker.Excerpt] does.
func (m *Masker) Handler(next slog.Handler) slog.Handler { return &handler{masker: m, next: next} }

type handler struct {
	masker *Masker
	next   slog.Handler
}

func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h *handler) Handle(ctx context.Context, record slog.Record) error {
	masked := slog.NewRecord(record.Time, record.Level, h.text(record.Message), record.PC)
	record.Attrs(func(attr slog.Attr) bool {
		masked.AddAttrs(h.mask(attr))
		return true
	})
	return h.next.Handle(ctx, masked)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	masked := make([]slog.Attr, len(attrs))
	for i, attr := range attrs {
		masked[i] = h.mask(attr)
	}
	return h.masker.Handler(h.next.WithAttrs(masked))
}

func (h *handler) WithGroup(name string) slog.Handler {
	return h.masker.Handler(h.next.WithGroup(name))
}

func (h *handler) mask(attr slog.Attr) slog.Attr {
	switch attr.Value.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindFloat64, slog.KindInt64, slog.KindTime, slog.KindUint64:
		return attr
	default:
		return slog.String(attr.Key, h.text(fmt.Sprint(attr.Value.Any())))
	}
}

func (h *handler) text(s string) string { return h.masker.Excerpt(s, false, maxLogValue) }
