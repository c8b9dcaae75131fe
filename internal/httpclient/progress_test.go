package httpclient

import (
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	tests := []struct {
		progress  Progress
		want      string
		rate      int64
		remaining time.Duration
	}{
		{
			Progress{Read: 250, Total: 1000, Elapsed: 10 * time.Second},
			"after 250 of 1000 bytes (25 %, 25 bytes/s); at this rate the rest takes 30s", 25, 30 * time.Second,
		},
		{
			Progress{Read: 300_000_000, Total: 1_200_000_000, Elapsed: 10 * time.Second, Silent: 4 * time.Second},
			"after 300000000 of 1200000000 bytes (25 %, 30 MB/s); at this rate the rest takes 30s", 30_000_000, 30 * time.Second,
		},
		{
			Progress{Read: 1_000_000, Total: 4_000_000, Elapsed: 20 * time.Second, Silent: 10 * time.Second},
			"after 1000000 of 4000000 bytes (25 %, 50 kB/s), 10s after the last byte", 50_000, time.Minute,
		},
		{
			Progress{Read: 100, Total: -1, Elapsed: 10 * time.Second},
			"after 100 bytes of an unknown number (10 bytes/s)", 10, 0,
		},
		{
			Progress{Read: 1000, Total: 1000, Elapsed: time.Second, Silent: time.Minute},
			"after all 1000 bytes had arrived, but before they were unpacked and saved", 1000, 0,
		},
		{Progress{Read: 0, Total: 1000, Elapsed: time.Second}, "after 0 of 1000 bytes (0 %, 0 bytes/s)", 0, 0},
		{Progress{Read: 0, Total: 0}, "after all 0 bytes had arrived, but before they were unpacked and saved", 0, 0},
		{
			Progress{Read: 1, Total: 1 << 60, Elapsed: time.Second},
			"after 1 of 1152921504606846976 bytes (0 %, 1 bytes/s); at this rate the rest takes 1000h0m0s", 1, 1000 * time.Hour,
		},
	}
	for _, tt := range tests {
		if got := tt.progress.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
		if got := tt.progress.Rate(); got != tt.rate {
			t.Errorf("%s: rate: got %d, want %d", tt.want, got, tt.rate)
		}
		if got := tt.progress.Remaining(); got != tt.remaining {
			t.Errorf("%s: the rest takes %s, want %s", tt.want, got, tt.remaining)
		}
	}
}
