package httpclient

import (
	"math"
	"net/http"
	"testing"
	"time"
)

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)
	tests := []struct {
		value string
		want  time.Duration
		ok    bool
	}{
		{"0", 0, true},
		{"7", 7 * time.Second, true},
		{" 007 ", 7 * time.Second, true},
		{"9223372036", 9223372036 * time.Second, true},
		{"9223372037", math.MaxInt64, true},
		{"1772600767", 1772600767 * time.Second, true}, // an epoch: the caller's cap is for this
		{"9223372036854775808", math.MaxInt64, true},
		{"99999999999999999999999999", math.MaxInt64, true},
		{"99999999999999999999999999s", 0, false},
		{"-1", 0, false},
		{"+1", 0, false},
		{"1.5", 0, false},
		{"1 2", 0, false},
		{"0x10", 0, false},
		{"1_000", 0, false},
		{"٣", 0, false},
		{"soon", 0, false},
		{"", 0, false},
		{" ", 0, false},
		{"Wed, 04 Mar 2026 05:07:37 GMT", 90 * time.Second, true},
		{"Wednesday, 04-Mar-26 05:07:37 GMT", 90 * time.Second, true},
		{"Wed Mar  4 05:07:37 2026", 90 * time.Second, true},
		{"Wed, 04 Mar 2026 05:06:07 GMT", 0, true},
		{"Wed, 04 Mar 2026 05:06:06 GMT", 0, true},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0, true},
		{"Fri, 31 Dec 9999 23:59:59 GMT", math.MaxInt64, true},
		{"Wed, 32 Mar 2026 05:07:37 GMT", 0, false},
		{"2026-03-04T05:07:37Z", 0, false},
	}
	for _, tt := range tests {
		if got, ok := parseRetryAfter(tt.value, now); got != tt.want || ok != tt.ok {
			t.Errorf("parseRetryAfter(%q): got %v, %t, want %v, %t", tt.value, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzParseRetryAfter(f *testing.F) {
	now := time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)
	for _, seed := range []string{"7", "-1", "9223372037", now.Format(http.TimeFormat), now.Format(time.ANSIC)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if wait, ok := parseRetryAfter(value, now); wait < 0 || (!ok && wait != 0) {
			t.Errorf("parseRetryAfter(%q) = %v, %t", value, wait, ok)
		}
	})
}

// TestRetryAfter has responses whose Date is ahead of this machine's clock, missing or invalid.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	ahead := time.Now().Add(time.Hour).UTC()
	tests := []struct {
		name, date, retryAfter string
		want                   time.Duration
	}{
		{"by the server's clock", ahead.Format(http.TimeFormat), ahead.Add(9 * time.Second).Format(http.TimeFormat), 9 * time.Second},
		{"in the past by the server's clock", ahead.Format(http.TimeFormat), ahead.Add(-time.Minute).Format(http.TimeFormat), 0},
		{"without a date", "", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), 0},
		{"invalid date", "today", "7", 7 * time.Second},
		{"none", "", "", -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := &http.Response{Header: http.Header{"Date": {tt.date}, "Retry-After": {tt.retryAfter}}}
			if got := retryAfter(resp); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
