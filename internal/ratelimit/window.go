package ratelimit

import "time"

// Window is one rate limit: at most requests in every interval of length period. 0 requests mean that it is off, and
// period is positive.
type Window struct {
	Requests int
	Period   time.Duration
}

// rollingWindow is a window at work. A slot is unused, in flight, or cooling: done, but for less than a period.
type rollingWindow struct {
	Window
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
		return now.Add(w.Period)
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
		grown := make([]time.Time, min(max(2*w.length, 16), w.Requests))
		n := copy(grown, w.cooling[w.head:])
		copy(grown[n:], w.cooling[:w.head])
		w.cooling, w.head = grown, 0
	}
	w.cooling[(w.head+w.length)%len(w.cooling)] = now.Add(w.Period)
	w.length++
}
