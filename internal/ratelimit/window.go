package ratelimit

import "time"

// Window is one rate limit: at most Requests in every interval of length Period. 0 requests mean that it is off, and
// Period is positive.
type Window struct {
	Requests int
	Period   time.Duration
}

// rollingWindow is a window at work. A request is in it from its departure until one period after it is done.
type rollingWindow struct {
	Window
	inFlight int
	ends     []time.Time // when the requests that are done leave the window, in order
}

// opens returns a time that is not after now if another request fits in. Else it is the time at which the next one
// leaves the window, or the earliest at which it can while all are in flight.
func (w *rollingWindow) opens(now time.Time) time.Time {
	for len(w.ends) > 0 && !w.ends[0].After(now) {
		w.ends = w.ends[1:]
	}
	switch {
	case w.inFlight+len(w.ends) < w.Requests:
		return time.Time{}
	case len(w.ends) > 0:
		return w.ends[0]
	default:
		return now.Add(w.Period)
	}
}

// take adds a request; opens must have said that it fits in.
func (w *rollingWindow) take() { w.inFlight++ }

func (w *rollingWindow) release(now time.Time) {
	w.inFlight--
	w.ends = append(w.ends, now.Add(w.Period))
}
