// Package ratelimit lets requests leave within rolling windows, in the order in which they ask.
//
// It knows nothing of HTTP: a response with status 429 is a call of [Limiter.Pause].
package ratelimit

import (
	"container/list"
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// firstPause is the wait after a 429 without Retry-After; each further such 429 doubles it.
const firstPause = 5 * time.Second

// Limiter lets requests leave in the order in which they ask, never more than every window allows, and none during a
// pause. It has no goroutine and no timer of its own: the first in the queue watches the clock for those behind it.
type Limiter struct {
	mu      sync.Mutex
	windows []*rollingWindow
	queue   list.List // of chan struct{}, each a waiting acquire's wake-up

	pauseEnd time.Time
	pauses   uint64        // how often a pause began or grew
	guess    time.Duration // length of the last pause that the server did not specify; 0 after a success
}

// New returns a Limiter that enforces all windows at once.
func New(windows ...Window) *Limiter {
	l := &Limiter{}
	for _, w := range windows {
		if w.Requests > 0 {
			l.windows = append(l.windows, &rollingWindow{Window: w, unused: w.Requests})
		}
	}
	return l
}

// Slot is the permission to send one request. It counts in every window until a period after done.
type Slot struct {
	limiter *Limiter
	pauses  uint64 // the limiter's when the request left
	isDone  bool
}

// Acquire waits until a request may leave and returns its slot, on which the caller must call done. The error is ctx's
// cause if ctx ends first, or a [*WaitError], at once, when the wait can't end before ctx's deadline even if all
// requests ahead in the queue give up.
func (l *Limiter) Acquire(ctx context.Context) (*Slot, error) {
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
			return nil, &WaitError{Reason: reason, Until: opens}
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
func (l *Limiter) opens(now time.Time) (time.Time, WaitReason) {
	opens, reason := l.pauseEnd, WaitPause
	for _, w := range l.windows {
		if t := w.opens(now); t.After(opens) {
			opens, reason = t, WaitWindow
		}
	}
	return opens, reason
}

func (l *Limiter) take(now time.Time) *Slot {
	for _, w := range l.windows {
		w.take(now)
	}
	return &Slot{limiter: l, pauses: l.pauses}
}

// sleep releases the lock until self is woken, ctx ends or, for the first in the queue, d has passed.
func (l *Limiter) sleep(ctx context.Context, self *list.Element, first bool, d time.Duration) {
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
func (l *Limiter) leave(self *list.Element) {
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

// Done says that the response's headers arrived or that the request failed; only from then on is it certain that the
// server has counted it. Further calls do nothing.
func (s *Slot) Done() {
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

// Pause keeps every request back for retryAfter, the wait that the response to s asked for, and returns when the
// pause ends. If retryAfter is negative, the server named none: the wait is 5 s, twice the last such wait if this
// request left after it. No wait is longer than maxWait, and none shortens a pause that is already on.
func (l *Limiter) Pause(s *Slot, retryAfter, maxWait time.Duration) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := retryAfter
	if wait < 0 {
		// Requests that were in flight together may all be refused: only the first of these responses counts.
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

// Succeeded lets the next unspecified pause start from 5 s again, unless the request of s left before the last pause
// and so proves nothing about what comes after it.
func (l *Limiter) Succeeded(s *Slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.pauses == l.pauses {
		l.guess = 0
	}
}

// WaitReason is what keeps a request back.
type WaitReason string

// What can keep a request back.
const (
	WaitPause  WaitReason = "the pause that the service asked for"
	WaitWindow WaitReason = "the rate limit"
)

// WaitError is a wait that can't end before the deadline of the operation, and so was not begun or was given up.
type WaitError struct {
	Reason WaitReason
	Until  time.Time // the earliest possible end of the wait
}

// Error implements error.
func (e *WaitError) Error() string {
	return fmt.Sprintf("%s lasts until %s or longer", e.Reason, e.Until.UTC().Format(time.RFC3339))
}
