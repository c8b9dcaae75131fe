package reportlibrary

import (
	"container/list"
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// firstPause is the wait after a 429 without Retry-After; each further such 429 doubles it.
const firstPause = 5 * time.Second

// window is one rate limit: at most requests in every interval of length period. 0 requests mean that it is off, and
// period is positive.
type window struct {
	requests int
	period   time.Duration
}

// limiter lets requests leave in the order in which they ask, never more than every window allows, and none during a
// pause. It has no goroutine and no timer of its own: the first in the queue watches the clock for those behind it.
type limiter struct {
	mu      sync.Mutex
	windows []*rollingWindow
	queue   list.List // of chan struct{}, each a waiting acquire's wake-up

	pauseEnd time.Time
	pauses   uint64        // how often a pause began or grew
	guess    time.Duration // length of the last pause that the server did not specify; 0 after a success
}

// newLimiter returns a limiter that enforces all windows at once.
func newLimiter(windows ...window) *limiter {
	l := &limiter{}
	for _, w := range windows {
		if w.requests > 0 {
			l.windows = append(l.windows, &rollingWindow{window: w, unused: w.requests})
		}
	}
	return l
}

// slot is the permission to send one request. It counts in every window until a period after done.
type slot struct {
	limiter *limiter
	pauses  uint64 // the limiter's when the request left
	isDone  bool
}

// acquire waits until a request may leave and returns its slot, on which the caller must call done. The error is ctx's
// cause if ctx ends first, or a [*waitError], at once, when the wait can't end before ctx's deadline even if everybody
// ahead in the queue gives up.
func (l *limiter) acquire(ctx context.Context) (*slot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var self *list.Element
	for {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		now := time.Now()
		opens, reason := l.opens(now)
		first := l.queue.Front() == self // both nil: nobody waits
		if first && !opens.After(now) {
			return l.take(now), nil
		}
		if deadline, ok := ctx.Deadline(); ok && !opens.Before(deadline) {
			return nil, &waitError{reason: reason, until: opens}
		}
		if self == nil {
			self = l.queue.PushBack(make(chan struct{}, 1))
			defer l.leave(self)
		}
		l.sleep(ctx, self, first, opens.Sub(now))
	}
}

// opens returns a moment before which no request can leave, and what stands in the way until then. It is exact unless
// all slots of a window are in flight; as it is never late, a sleeper need not be woken by done.
func (l *limiter) opens(now time.Time) (time.Time, waitReason) {
	opens, reason := l.pauseEnd, waitPause
	for _, w := range l.windows {
		if t := w.opens(now); t.After(opens) {
			opens, reason = t, waitWindow
		}
	}
	return opens, reason
}

func (l *limiter) take(now time.Time) *slot {
	for _, w := range l.windows {
		w.take(now)
	}
	return &slot{limiter: l, pauses: l.pauses}
}

// sleep releases the lock until self is woken, ctx ends or, for the first in the queue, d has passed.
func (l *limiter) sleep(ctx context.Context, self *list.Element, first bool, d time.Duration) {
	l.mu.Unlock()
	defer l.mu.Lock()
	var alarm <-chan time.Time
	if first {
		timer := time.NewTimer(d)
		defer timer.Stop()
		alarm = timer.C
	}
	select {
	case <-ctx.Done():
	case <-self.Value.(chan struct{}):
	case <-alarm:
	}
}

// leave takes self out of the queue. If it was the first, the next one has to watch the clock now.
func (l *limiter) leave(self *list.Element) {
	if next := self.Next(); next != nil {
		wake(next)
	}
	l.queue.Remove(self)
}

func wake(e *list.Element) {
	select {
	case e.Value.(chan struct{}) <- struct{}{}:
	default: // woken already, and not yet looked
	}
}

// done says that the response's headers arrived or that the request failed; only from then on is it certain that the
// server has counted it. Further calls do nothing.
func (s *slot) done() {
	l := s.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.isDone {
		return
	}
	s.isDone = true
	now := time.Now() // under the lock, so that the windows see times in order
	for _, w := range l.windows {
		w.release(now)
	}
}

// pauseAfter429 keeps every request back for retryAfter, the wait that the answer to s asked for, and returns when the
// pause ends. If retryAfter is negative, the server named none: the wait is 5 s, twice the last such wait if this
// request left after it. No wait is longer than maxWait, and none shortens a pause that is already on.
func (l *limiter) pauseAfter429(s *slot, retryAfter, maxWait time.Duration) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := retryAfter
	if wait < 0 {
		// Requests that were in flight together may all be refused: only the first of these answers is news.
		if l.guess == 0 {
			l.guess = firstPause
		} else if s.pauses == l.pauses {
			l.guess = 2 * min(l.guess, math.MaxInt64/2)
		}
		wait = l.guess
	}
	if end := time.Now().Add(min(wait, max(maxWait, 0))); end.After(l.pauseEnd) {
		l.pauseEnd = end
		l.pauses++
		// Those whose deadline is now out of reach need not sit the pause out.
		for e := l.queue.Front(); e != nil; e = e.Next() {
			wake(e)
		}
	}
	return l.pauseEnd
}

// succeeded lets the next unspecified pause start from 5 s again, unless the request of s left before the last pause
// and so proves nothing about what comes after it.
func (l *limiter) succeeded(s *slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.pauses == l.pauses {
		l.guess = 0
	}
}

// rollingWindow is a window at work. A slot is unused, in flight, or cooling: done, but for less than a period.
type rollingWindow struct {
	window
	unused  int
	cooling []time.Time // a ring of the times at which slots are free again, in order; grows up to requests
	head    int
	length  int
}

// opens returns when the next slot is free, or the earliest that it can be while all of them are in flight.
func (w *rollingWindow) opens(now time.Time) time.Time {
	switch {
	case w.unused > 0:
		return time.Time{}
	case w.length > 0:
		return w.cooling[w.head]
	default:
		return now.Add(w.period)
	}
}

// take uses a free slot; opens must have said that there is one.
func (w *rollingWindow) take(now time.Time) {
	// One that has cooled down comes before an unused one, so that the ring grows no longer than the traffic demands.
	if w.length > 0 && !w.cooling[w.head].After(now) {
		w.head = (w.head + 1) % len(w.cooling)
		w.length--
		return
	}
	w.unused--
}

func (w *rollingWindow) release(now time.Time) {
	if w.length == len(w.cooling) {
		grown := make([]time.Time, min(max(2*w.length, 16), w.requests))
		n := copy(grown, w.cooling[w.head:])
		copy(grown[n:], w.cooling[:w.head])
		w.cooling, w.head = grown, 0
	}
	w.cooling[(w.head+w.length)%len(w.cooling)] = now.Add(w.period)
	w.length++
}

// waitReason is what keeps a request back.
type waitReason string

const (
	waitPause  waitReason = "the pause that the service asked for"
	waitWindow waitReason = "the rate limit"
)

// waitError is a wait that can't end before the deadline of the operation, and so was not begun or was given up.
type waitError struct {
	reason waitReason
	until  time.Time // the earliest possible end of the wait
}

// Error implements error.
func (e *waitError) Error() string {
	return fmt.Sprintf("%s lasts until %s or longer", e.reason, e.until.UTC().Format(time.RFC3339))
}

// parseRetryAfter returns the wait that the value of a Retry-After header asks for: whole seconds, or a date of one of
// the three HTTP forms as seen from now, which is best the response's Date, as both are of the server's clock. The wait
// is never negative; more than a Duration holds becomes the longest one. Anything else is not ok.
func parseRetryAfter(value string, now time.Time) (wait time.Duration, ok bool) {
	value = strings.TrimSpace(value)
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > math.MaxInt64/int64(time.Second) {
			return math.MaxInt64, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(date.Sub(now), 0), true
}
