package httpclient

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter returns the pause that a response asks for; negative if it asks for none.
func retryAfter(resp *http.Response) time.Duration {
	now := time.Now()
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		now = date // a date in Retry-After is one of the server's clock
	}
	wait, ok := parseRetryAfter(resp.Header.Get("Retry-After"), now)
	if !ok {
		return -1
	}
	return wait
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
