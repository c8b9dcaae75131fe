package ratelimit

import "time"

// Window limits the requests in every interval of length period, which is positive. 0 requests mean no limit.
type Window struct {
	Requests int
	Period   time.Duration
}

// rollingWindow is the state of a Window. A slot is unused, in flight, or cooling: done for less than a period.
type rollingWindow struct {
	Window
	unused  int
	cooling []time.Time // a ring of the times at which slots are free again, in order; grows up to requests
	head    int
	length  int
}

// opens returns the time at which the next slot is free, or a lower bound while all slots are in flight.
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

func (w *rollingWindow) take(now time.Time) {
	// Reuse cooled slots first, because the ring then grows only as far as the traffic needs.
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
