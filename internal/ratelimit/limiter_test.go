package ratelimit

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The tests run in synctest bubbles: time is exact, and a goroutine that the Limiter left behind would fail them.

var documentedWindows = []Window{{Requests: 100, Period: 5 * time.Second}, {Requests: 1000, Period: 3 * time.Minute}}

func mustAcquire(t *testing.T, l *Limiter) *Slot {
	t.Helper()
	s, err := l.Acquire(t.Context())
	if err != nil {
		t.Fatalf("acquire: %v", err)
	}
	return s
}

// send is mustAcquire and done for other goroutines than the test's own.
func send(t *testing.T, l *Limiter) {
	t.Helper()
	s, err := l.Acquire(t.Context())
	if err != nil {
		t.Errorf("acquire: %v", err)
		return
	}
	s.Done()
}

func wantElapsed(t *testing.T, start time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(start); got != want {
		t.Errorf("got the time %v, want %v", got, want)
	}
}

func wantWaitError(t *testing.T, err error, reason WaitReason, until time.Time) {
	t.Helper()
	var waitErr *WaitError
	if !errors.As(err, &waitErr) {
		t.Errorf("got error %v, want a *WaitError", err)
		return
	}
	if waitErr.Reason != reason || !waitErr.Until.Equal(until) {
		t.Errorf("got error %q, want %q until %v", waitErr, reason, until)
	}
}

func TestLimiter_throughput(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name    string
		windows []Window
		n       int
		want    time.Duration
	}{
		{"no window", nil, 5000, 0},
		{"windows off", []Window{{0, 5 * s}, {-1, 5 * s}}, 5000, 0},
		{"one of one", []Window{{1, s}}, 1, 0},
		{"serial", []Window{{1, s}}, 10, 9 * s},
		{"full window", []Window{{100, 5 * s}}, 100, 0},
		{"one more", []Window{{100, 5 * s}}, 101, 5 * s},
		{"many", []Window{{7, 3 * s}}, 1000, 999 / 7 * 3 * s},
		{"window never filled", []Window{{math.MaxInt, s}}, 5000, 0},
		{"first of both windows", documentedWindows, 300, 10 * s},
		{"both windows filled", documentedWindows, 1000, 45 * s},
		{"second of both windows", documentedWindows, 1001, 180 * s},
		{"both windows again", documentedWindows, 2000, 225 * s},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, start := New(tt.windows...), time.Now()
				for range tt.n {
					mustAcquire(t, l).Done()
				}
				wantElapsed(t, start, tt.want)
			})
			t.Run("concurrent", func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					l, start := New(tt.windows...), time.Now()
					var clients sync.WaitGroup
					for range tt.n {
						clients.Go(func() { send(t, l) })
					}
					clients.Wait()
					wantElapsed(t, start, tt.want)
				})
			})
		})
	}
}

func TestLimiterFreesSlotAPeriodAfterDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, start := New(Window{1, 5 * time.Second}), time.Now()
		s := mustAcquire(t, l)
		time.AfterFunc(42*time.Second, s.Done)
		s = mustAcquire(t, l)
		wantElapsed(t, start, 47*time.Second)

		s.Done()
		time.Sleep(time.Second)
		s.Done() // neither a second slot nor a later end of the first
		s = mustAcquire(t, l)
		wantElapsed(t, start, 52*time.Second)
		s.Done()
		mustAcquire(t, l)
		wantElapsed(t, start, 57*time.Second)
	})
}

func TestLimiterIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, start := New(Window{1, time.Minute}), time.Now()
		mustAcquire(t, l).Done()
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		left := make([]time.Duration, 10) // when each client's request left, 0 if it never did
		var clients sync.WaitGroup
		for i := range left {
			ctx := ctx
			if i%3 != 0 { // clients 0, 3, 6 and 9 give up: the watcher of the clock, two within, and the last
				ctx = t.Context()
			}
			clients.Go(func() {
				s, err := l.Acquire(ctx)
				if err != nil {
					if !errors.Is(err, stop) {
						t.Errorf("client %d: %v, want the cause of the cancellation", i, err)
					}
					wantElapsed(t, start, 20*time.Second)
					return
				}
				left[i] = time.Since(start)
				s.Done()
			})
			time.Sleep(time.Second)
		}
		time.Sleep(10 * time.Second)
		cancel(stop)
		clients.Wait()
		const m = time.Minute
		if want := []time.Duration{0, m, 2 * m, 0, 3 * m, 4 * m, 0, 5 * m, 6 * m, 0}; !slices.Equal(left, want) {
			t.Errorf("got departures at %v, want %v", left, want)
		}
		if n := l.queue.Len(); n != 0 {
			t.Errorf("%d left in the queue", n)
		}
	})
}

func TestLimiterDeadline(t *testing.T) {
	const s = time.Second
	synctest.Test(t, func(t *testing.T) {
		pause := func(length time.Duration) func(*Limiter) {
			return func(l *Limiter) { l.Pause(mustAcquire(t, New()), length, time.Hour) }
		}
		tests := []struct {
			name    string
			prepare func(l *Limiter) // the Limiter has one slot in 5 s
			timeout time.Duration
			reason  WaitReason // "": it succeeds
			after   time.Duration
		}{
			{"free", func(*Limiter) {}, s, "", 0},
			{"slot in time", func(l *Limiter) { mustAcquire(t, l).Done() }, 5*s + 1, "", 5 * s},
			{"slot too late", func(l *Limiter) { mustAcquire(t, l).Done() }, 5 * s, WaitWindow, 5 * s},
			{"slot in flight", func(l *Limiter) { mustAcquire(t, l) }, 5 * s, WaitWindow, 5 * s},
			{"pause in time", pause(9 * s), 9*s + 1, "", 9 * s},
			{"pause too long", pause(9 * s), 9 * s, WaitPause, 9 * s},
			{"both", func(l *Limiter) { l.Pause(mustAcquire(t, l), 2*s, 9*s) }, 3 * s, WaitWindow, 5 * s},
		}
		for _, tt := range tests {
			l, start := New(Window{1, 5 * s}), time.Now()
			tt.prepare(l)
			ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
			_, err := l.Acquire(ctx)
			cancel()
			if tt.reason == "" {
				if err != nil {
					t.Errorf("%s: %v", tt.name, err)
				}
				wantElapsed(t, start, tt.after)
				continue
			}
			wantElapsed(t, start, 0)
			wantWaitError(t, err, tt.reason, start.Add(tt.after))
		}
	})
}

// A slot that stays in flight pushes the end of the wait past the deadline while one waits.
func TestLimiterDeadlineOutOfReachWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, start := New(Window{1, 5 * time.Second}), time.Now()
		mustAcquire(t, l)
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		_, err := l.Acquire(ctx)
		wantElapsed(t, start, 5*time.Second)
		wantWaitError(t, err, WaitWindow, start.Add(10*time.Second))
	})
}

func TestLimiterEndedContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stop := New(Window{1, time.Second}), errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(stop)
		if _, err := l.Acquire(ctx); !errors.Is(err, stop) {
			t.Errorf("%v, want the cause of the cancellation", err)
		}
		start := time.Now()
		mustAcquire(t, l)
		wantElapsed(t, start, 0)
	})
}

func TestLimiterMemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Window{37, time.Second}, Window{1000, time.Second})
		for range 5000 {
			mustAcquire(t, l).Done()
		}
		for _, w := range l.windows {
			if got := cap(w.ends); got > 128 { // 37 in a second is all the traffic that there is
				t.Errorf("got space for %d times in a window of %d, want at most 128", got, w.Requests)
			}
		}
	})
}
