package provider

import (
	"log/slog"
	"testing"
	"time"
)

func TestFieldOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		attr slog.Attr
		want any
	}{
		{slog.Int64("bytes", 1_048_576), "1048576"},
		{slog.Int64("bytes", 999_999), int64(999_999)},
		{slog.Duration("wait", 90*time.Second), "1m30s"},
		{slog.String("status", "READY"), "READY"},
	} {
		if got := fieldOf(tt.attr); got != tt.want {
			t.Errorf("%s: got %T %v, want %T %v", tt.attr, got, got, tt.want, tt.want)
		}
	}
}
