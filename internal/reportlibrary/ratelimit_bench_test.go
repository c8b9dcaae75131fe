package reportlibrary

import (
	"math"
	"testing"
	"time"
)

// The windows of the benchmarks never make anybody wait: what is measured is the limiter's own work.

func BenchmarkLimiter(b *testing.B) {
	for _, bench := range []struct {
		name    string
		windows []window
	}{
		{"off", nil},
		{"reused slots", []window{{1000, time.Nanosecond}, {1000, time.Nanosecond}}},
		{"full ring", []window{{math.MaxInt32, time.Millisecond}, {math.MaxInt32, time.Millisecond}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			l, ctx := newLimiter(bench.windows...), b.Context()
			b.ReportAllocs()
			for b.Loop() {
				s, err := l.acquire(ctx)
				if err != nil {
					b.Fatal(err)
				}
				s.done()
			}
		})
	}
}

func BenchmarkLimiterParallel(b *testing.B) {
	l := newLimiter(window{1000, time.Nanosecond}, window{math.MaxInt32, time.Nanosecond})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s, err := l.acquire(b.Context())
			if err != nil {
				b.Error(err)
				return
			}
			s.done()
		}
	})
}
