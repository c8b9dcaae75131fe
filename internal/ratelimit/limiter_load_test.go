package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

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

// randomLoad sends requests through a Limiter and returns those that left, in the order of their calls.
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
