package reportlibrarytest

import (
	"strconv"
	"sync"
	"time"
)

// RateLimit refuses requests beyond any of its windows with the documented 429. The zero value is what DigiCert
// documents: 100 requests in 5 seconds and 1000 in 3 minutes, without a Retry-After. A request counts at its arrival,
// whatever its key and response, from when the server has a limit; another one does not forget the arrivals.
type RateLimit struct {
	// Windows replaces the documented ones.
	Windows []Window
	// RetryAfter makes the header from the time until there is a place again; nil sends none. See Seconds.
	RetryAfter func(wait time.Duration) string
	// Now is the clock; nil is time.Now. It is called from several goroutines.
	Now func() time.Time
}

// Window allows a number of requests in every stretch of time of a length.
type Window struct {
	Limit  int
	Length time.Duration
}

// documentedWindows are the two that DigiCert documents.
func documentedWindows() []Window {
	return []Window{{Limit: 100, Length: 5 * time.Second}, {Limit: 1000, Length: 3 * time.Minute}}
}

// Seconds is a wait as Retry-After wants it: in whole seconds, rounded up. It is a value for RateLimit.RetryAfter.
func Seconds(wait time.Duration) string {
	return strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)
}

// limiter holds the arrivals that count, oldest first.
type limiter struct {
	mu       sync.Mutex
	arrivals []time.Time
}

func (l *limiter) admit(limit *RateLimit) (wait time.Duration, ok bool) {
	windows := limit.Windows
	if windows == nil {
		windows = documentedWindows()
	}
	now := time.Now
	if limit.Now != nil {
		now = limit.Now
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	// The clock is read under the lock, so that arrivals are in order.
	arrival := now()
	var longest time.Duration
	for _, window := range windows {
		longest = max(longest, window.Length)
		if i := len(l.arrivals) - window.Limit; i >= 0 {
			if window.Limit <= 0 {
				wait = max(wait, window.Length)
				continue
			}
			// The window is open at its old end: a place is free exactly one length after it was taken.
			wait = max(wait, l.arrivals[i].Add(window.Length).Sub(arrival))
		}
	}
	if wait <= 0 {
		l.arrivals = append(l.arrivals, arrival)
	}
	for len(l.arrivals) > 0 && !l.arrivals[0].Add(longest).After(arrival) {
		l.arrivals = l.arrivals[1:]
	}
	return max(wait, 0), wait <= 0
}
