package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
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
		t.Errorf("after %v, want %v", got, want)
	}
}

func wantWaitError(t *testing.T, err error, reason WaitReason, until time.Time) {
	t.Helper()
	var waitErr *WaitError
	if !errors.As(err, &waitErr) {
		t.Errorf("error %v, want a *WaitError", err)
		return
	}
	if waitErr.Reason != reason || !waitErr.Until.Equal(until) {
		t.Errorf("error %q, want %q until %v", waitErr, reason, until)
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
			t.Errorf("left at %v, want %v", left, want)
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
				t.Errorf("the pause ends after %v, want %v", got, wantEnd)
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

func TestLimiterMemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Window{37, time.Second}, Window{1000, time.Second})
		for range 5000 {
			mustAcquire(t, l).Done()
		}
		for _, w := range l.windows {
			if len(w.cooling) > 64 { // 37 in a second is all the traffic that there is
				t.Errorf("a ring of %d for a window of %d", len(w.cooling), w.Requests)
			}
		}
		if n := len(l.windows[0].cooling); n != 37 {
			t.Errorf("a ring of %d for a window of 37", n)
		}
	})
}

// request is one request of a random load, all times since its start.
type request struct {
	asked, left, counted, responded time.Duration
	cancelled                       bool
}

type interval struct{ begin, end time.Duration }

func TestLimiterRandomLoad(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 5))
				windows := []Window{
					{1 + random.IntN(10), time.Duration(1+random.IntN(5)) * time.Second},
					{1 + random.IntN(40), time.Duration(1+random.IntN(30)) * time.Second},
				}
				requests, pauses := randomLoad(t, random, windows)
				for _, w := range windows {
					checkServerView(t, w, requests)
				}
				checkDepartures(t, windows, requests, pauses)
			})
		})
	}
}

// randomLoad sends requests through a Limiter and returns those that left, in the order in which they asked to.
func randomLoad(t *testing.T, random *rand.Rand, windows []Window) ([]request, []interval) {
	t.Helper()
	l, start := New(windows...), time.Now()
	since := func() time.Duration { return time.Since(start) }
	outsider := mustAcquire(t, New())
	requests := make([]request, 250)
	var pauses []interval
	var clients sync.WaitGroup
	for i := range requests {
		// Nanoseconds keep the askers, and so the order that is expected, apart.
		time.Sleep(1 + time.Duration(random.Int64N(int64(random.IntN(3))*int64(200*time.Millisecond)+1)))
		if random.IntN(40) == 0 {
			end := l.Pause(outsider, time.Duration(random.Int64N(int64(10*time.Second))), time.Minute)
			pauses = append(pauses, interval{since(), end.Sub(start)})
		}
		r := &requests[i]
		r.asked = since()
		var toServer, fromServer, patience time.Duration
		if random.IntN(2) == 0 {
			toServer = time.Duration(random.Int64N(int64(2 * time.Second)))
		}
		if random.IntN(2) == 0 {
			fromServer = time.Duration(random.Int64N(int64(2 * time.Second)))
		}
		if random.IntN(5) == 0 {
			patience = 1 + time.Duration(random.Int64N(int64(20*time.Second)))
		}
		clients.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if patience > 0 {
				defer time.AfterFunc(patience, cancel).Stop()
			}
			s, err := l.Acquire(ctx)
			if r.left = since(); err != nil {
				if !errors.Is(err, context.Canceled) || r.left != r.asked+patience {
					t.Errorf("%v after %v, want a cancellation after %v", err, r.left-r.asked, patience)
				}
				r.cancelled = true
				return
			}
			time.Sleep(toServer)
			r.counted = since()
			time.Sleep(fromServer)
			r.responded = since()
			s.Done()
		})
	}
	clients.Wait()
	return slices.DeleteFunc(requests, func(r request) bool { return r.cancelled }), pauses
}

// checkServerView checks the requests as a server with a rolling window does, at the times when it counts them.
func checkServerView(t *testing.T, w Window, requests []request) {
	t.Helper()
	var counted []time.Duration
	for _, r := range requests {
		counted = append(counted, r.counted)
	}
	slices.Sort(counted)
	for i := w.Requests; i < len(counted); i++ {
		if span := counted[i] - counted[i-w.Requests]; span < w.Period {
			t.Errorf("%d requests within %v, allowed are %d in %v", w.Requests+1, span, w.Requests, w.Period)
		}
	}
}

// checkDepartures checks every departure for being neither too early, whenever between departure and response the server
// counts, nor later than windows, pauses and the order of the queue demand.
func checkDepartures(t *testing.T, windows []Window, requests []request, pauses []interval) {
	t.Helper()
	if len(requests) < 150 {
		t.Fatalf("only %d requests left: too few to prove anything", len(requests))
	}
	for i, r := range requests {
		hindered := r.left == r.asked
		if i > 0 {
			if r.left < requests[i-1].left {
				t.Errorf("request %d left at %v, its predecessor at %v", i, r.left, requests[i-1].left)
			}
			hindered = hindered || r.left == requests[i-1].left
		}
		for _, w := range windows {
			held, heldJustBefore := 0, 0
			for _, before := range requests[:i] {
				if before.responded+w.Period > r.left {
					held++
				}
				if before.responded+w.Period >= r.left {
					heldJustBefore++
				}
			}
			if held >= w.Requests {
				t.Errorf("request %d left at %v, when %d of %d slots were taken", i, r.left, held, w.Requests)
			}
			hindered = hindered || heldJustBefore >= w.Requests
		}
		for _, p := range pauses {
			if p.begin < r.left && r.left < p.end {
				t.Errorf("request %d left at %v, in the pause from %v to %v", i, r.left, p.begin, p.end)
			}
			hindered = hindered || r.left == p.end
		}
		if !hindered {
			t.Errorf("request %d, asked for at %v, left at %v, when nothing had hindered it", i, r.asked, r.left)
		}
	}
}
