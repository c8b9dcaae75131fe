package ratelimit

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimiterPauseReachesTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, start := New(Window{1, 5 * time.Second}), time.Now()
		refused := mustAcquire(t, l)
		refused.Done()
		stop := errors.New("stop")
		cancelled, cancel := context.WithCancelCause(t.Context())
		var clients sync.WaitGroup
		clients.Go(func() {
			send(t, l)
			wantElapsed(t, start, 61*time.Second)
		})
		synctest.Wait()
		clients.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			_, err := l.Acquire(ctx)
			wantElapsed(t, start, time.Second)
			wantWaitError(t, err, WaitPause, start.Add(61*time.Second))
		})
		clients.Go(func() {
			_, err := l.Acquire(cancelled)
			wantElapsed(t, start, 2*time.Second)
			if !errors.Is(err, stop) {
				t.Errorf("%v, want the cause of the cancellation", err)
			}
		})
		synctest.Wait()
		clients.Go(func() {
			send(t, l)
			wantElapsed(t, start, 66*time.Second)
		})
		time.Sleep(time.Second)
		l.Pause(refused, time.Minute, time.Hour)
		time.Sleep(time.Second)
		cancel(stop)
		clients.Wait()
	})
}

func TestLimiterPauseLength(t *testing.T) {
	const (
		s       = time.Second
		none    = time.Duration(-1)
		success = time.Duration(-2)
	)
	tests := []struct {
		name       string
		maxWait    time.Duration
		retryAfter []time.Duration // Retry-After, each of a request that left when the last pause was over
		want       []time.Duration // length of the pause; 0 after a success
	}{
		{"doubling", time.Hour, []time.Duration{none, none, none, none}, []time.Duration{5 * s, 10 * s, 20 * s, 40 * s}},
		{"capped", 12 * s, []time.Duration{none, none, none, none}, []time.Duration{5 * s, 10 * s, 12 * s, 12 * s}},
		{"success", time.Hour, []time.Duration{none, none, success, none}, []time.Duration{5 * s, 10 * s, 0, 5 * s}},
		{"asked for", time.Hour, []time.Duration{7 * s, 0, 7 * s}, []time.Duration{7 * s, 0, 7 * s}},
		{"mixed", time.Hour, []time.Duration{none, 7 * s, none}, []time.Duration{5 * s, 7 * s, 10 * s}},
		{"too long", time.Minute, []time.Duration{math.MaxInt64}, []time.Duration{time.Minute}},
		{"no wait allowed", 0, []time.Duration{none, 7 * s, none}, []time.Duration{0, 0, 0}},
		{"negative cap", -s, []time.Duration{none, 7 * s}, []time.Duration{0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := New()
				for i, after := range tt.retryAfter {
					refused, now := mustAcquire(t, l), time.Now()
					refused.Done()
					if after == success {
						l.Succeeded(refused)
						continue
					}
					if got := l.Pause(refused, after, tt.maxWait).Sub(now); got != tt.want[i] {
						t.Errorf("pause %d: got %v, want %v", i, got, tt.want[i])
					}
					mustAcquire(t, l).Done()
					wantElapsed(t, now, tt.want[i])
				}
			})
		})
	}
}

func TestLimiterPauseNeverOverflows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		for range 100 {
			refused, now := mustAcquire(t, l), time.Now()
			if end := l.Pause(refused, -1, time.Hour); !end.After(now) || end.Sub(now) > time.Hour {
				t.Fatalf("a pause from %v to %v", now, end)
			}
		}
	})
}

// Responses to requests that left before a pause do not change it.
func TestLimiter_staleRefusals(t *testing.T) {
	const s = time.Second
	synctest.Test(t, func(t *testing.T) {
		l, start := New(), time.Now()
		var early []*Slot
		for range 6 {
			early = append(early, mustAcquire(t, l))
		}
		pause := func(refused *Slot, retryAfter, wantEnd time.Duration) {
			t.Helper()
			if got := l.Pause(refused, retryAfter, time.Hour).Sub(start); got != wantEnd {
				t.Errorf("got the end of the pause after %v, want %v", got, wantEnd)
			}
		}
		pause(early[0], -1, 5*s)
		pause(early[1], -1, 5*s)  // not doubled
		pause(early[2], 2*s, 5*s) // not shortened
		time.Sleep(s)
		pause(early[3], -1, 6*s) // it is still too early a second later, but not twice as bad
		time.Sleep(9 * s)
		l.Succeeded(early[4]) // does not reset
		pause(mustAcquire(t, l), -1, 20*s)
		time.Sleep(20 * s)
		pause(early[5], -1, 40*s) // late, after the pause: again, but not doubled
		pause(mustAcquire(t, l), -1, 60*s)
	})
}
