package httpclient

import (
	"context"
	"sync"
	"time"
)

// waits logs the waits for the rate limit. All requests of a client wait for the same limit, so that one of them logs
// for all.
type waits struct {
	mu       sync.Mutex
	requests int       // that wait
	logged   time.Time // the last record
}

// logWait logs the wait of a request for the rate limit in intervals, until done is called.
func (t *transport) logWait(ctx context.Context) (done func()) {
	started := time.Now()
	t.waits.add(1)
	stop := Every(LogInterval, func() {
		requests, first := t.waits.first()
		if !first {
			return
		}
		opens, reason := t.limiter.Opens()
		t.client.log.InfoContext(ctx, "waiting for the rate limit", "reason", string(reason),
			"waited", RoundDuration(time.Since(started)), "left", RoundDuration(max(time.Until(opens), 0)),
			"waiting_requests", requests)
	})
	return func() {
		stop()
		t.waits.add(-1)
	}
}

func (w *waits) add(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests += n
}

// first returns the number of requests that wait, and whether no other request has logged within the interval.
func (w *waits) first() (requests int, first bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	first = time.Since(w.logged) >= LogInterval
	if first {
		w.logged = time.Now()
	}
	return w.requests, first
}
