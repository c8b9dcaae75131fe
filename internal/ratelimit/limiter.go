// Package ratelimit spaces requests so that no rolling window exceeds its limit. It does not know HTTP.
package ratelimit

import (
	"container/list"
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// firstPause is the wait after a 429 without Retry-After; each later one doubles it.
const firstPause = 5 * time.Second

// Limiter releases requests in the order of their Acquire calls, within every window and outside of pauses. It runs
// without a goroutine: the first request in the queue holds the only timer.
type Limiter struct {
	mu      sync.Mutex
	windows []*rollingWindow
	queue   list.List // of chan struct{}: wakes a waiting Acquire

	pauseEnd time.Time
	pauses   uint64        // number of times that a pause began or was extended
	guess    time.Duration // length of the last pause that the server did not specify; 0 after a success
}

// New returns a Limiter that enforces all windows at once.
func New(windows ...Window) *Limiter {
	l := &Limiter{}
	for _, w := range windows {
		if w.Requests > 0 {
			l.windows = append(l.windows, &rollingWindow{Window: w})
		}
	}
	return l
}

// Slot is the permission to send one request. It counts in every window until one period after Done.
type Slot struct {
	limiter *Limiter
	pauses  uint64 // the limiter's count when the request left
	isDone  bool
}

// Acquire waits until a request may leave and returns its slot; the caller must call Done on it. It returns ctx's cause
// if ctx ends first, and a [*WaitError] at once if the wait is sure to outlast ctx's deadline.
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
		first := l.queue.Front() == self // both are nil if the queue is empty
		if first && !opens.After(now) {
			return l.take(), nil
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

// opens returns a time before which no request can leave, and the reason. While all requests of a window are in flight
// it is a lower bound, so Done need not wake a sleeping request.
func (l *Limiter) opens(now time.Time) (time.Time, WaitReason) {
	opens, reason := l.pauseEnd, WaitPause
	for _, w := range l.windows {
		if t := w.opens(now); t.After(opens) {
			opens, reason = t, WaitWindow
		}
	}
	return opens, reason
}

// Opens returns a time before which no request may leave, and the reason for the wait.
func (l *Limiter) Opens() (time.Time, WaitReason) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opens(time.Now())
}

func (l *Limiter) take() *Slot {
	for _, w := range l.windows {
		w.take()
	}
	return &Slot{limiter: l, pauses: l.pauses}
}

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

// leave removes self from the queue and, if it was the first, lets the next request start its timer.
func (l *Limiter) leave(self *list.Element) {
	if next := self.Next(); next != nil {
		wake(next)
	}
	l.queue.Remove(self)
}

func wake(e *list.Element) {
	select {
	case e.Value.(chan struct{}) <- struct{}{}:
	default: // a wake-up is pending already
	}
}

// Done starts the slot's period, because the server has certainly counted the request once its headers arrived or it
// failed. Further calls do nothing.
func (s *Slot) Done() {
	l := s.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.isDone {
		return
	}
	s.isDone = true
	now := time.Now() // under the lock, so that windows get times in order
	for _, w := range l.windows {
		w.release(now)
	}
}

// Pause holds all requests for retryAfter, at most maxWait, and returns the end of the pause. A negative retryAfter
// means that the response to s named no wait: it is then 5 s, or twice the last such wait if s left after that one. A
// pause never ends earlier than a previous call has set.
func (l *Limiter) Pause(s *Slot, retryAfter, maxWait time.Duration) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := retryAfter
	if wait < 0 {
		// Requests that were in flight together can all get a 429, so only the first response doubles the wait.
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
		// Wake all requests, because the pause may now outlast their deadlines.
		for e := l.queue.Front(); e != nil; e = e.Next() {
			wake(e)
		}
	}
	return l.pauseEnd
}

// Succeeded resets the wait of Pause to 5 s, unless the request of s left before the last pause.
func (l *Limiter) Succeeded(s *Slot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.pauses == l.pauses {
		l.guess = 0
	}
}

// WaitReason says why a request waits. Its text is the subject of a sentence.
type WaitReason string

// The reasons to wait.
const (
	WaitPause  WaitReason = "the pause that the service asked for"
	WaitWindow WaitReason = "the rate limit"
)

// WaitError reports a wait that would outlast the deadline of the operation.
type WaitError struct {
	Reason WaitReason
	Until  time.Time // earliest possible end of the wait
}

func (e *WaitError) Error() string {
	return fmt.Sprintf("%s lasts until %s or longer", e.Reason, e.Until.UTC().Format(time.RFC3339))
}
