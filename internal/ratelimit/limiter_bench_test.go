package ratelimit

import (
	"math"
	"testing"
	"time"
)

// The windows of the benchmarks are never full, so only the Limiter's own work is measured.

func BenchmarkLimiter(b *testing.B) {
	for _, bench := range []struct {
		name    string
		windows []Window
	}{
		{"off", nil},
		{"small windows", []Window{{1000, time.Nanosecond}, {1000, time.Nanosecond}}},
		{"large windows", []Window{{math.MaxInt32, time.Millisecond}, {math.MaxInt32, time.Millisecond}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			l, ctx := New(bench.windows...), b.Context()
			b.ReportAllocs()
			for b.Loop() {
				s, err := l.Acquire(ctx)
				if err != nil {
					b.Fatal(err)
				}
				s.Done()
			}
		})
	}
}

func BenchmarkLimiterParallel(b *testing.B) {
	l := New(Window{1000, time.Nanosecond}, Window{math.MaxInt32, time.Nanosecond})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s, err := l.Acquire(b.Context())
			if err != nil {
				b.Error(err)
				return
			}
			s.Done()
		}
	})
}
