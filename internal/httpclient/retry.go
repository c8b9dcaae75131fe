package httpclient

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// call is what one call of [Client.get] remembers between its attempts.
type call struct {
	client  *Client
	started time.Time
	failed  int // attempts that are to be repeated
	last    *Error
	wait    time.Duration
}

// callKey is the key of a *call in the context of its requests.
type callKey struct{}

// attemptOf returns the number of the attempt that ctx belongs to, from 1.
func attemptOf(ctx context.Context) int {
	if call, ok := ctx.Value(callKey{}).(*call); ok {
		return call.failed + 1
	}
	return 1
}

// checkRetry is the policy. The library calls it with the bare response first, then with the error of the response
// handler; the former is never final here, so that the error of a response's body takes part in the decision.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	if ctx.Err() != nil {
		return false, ContextError(ctx)
	}
	if urlErr, ok := err.(*url.Error); ok { //nolint:errorlint // http.Client's own, not one of a destination
		err = c.client.Seal(connectionError(urlErr.Err))
	}
	failure, ok := errors.AsType[*Error](err)
	if !ok || !failure.Passing || c.failed+1 >= c.client.retry.MaxAttempts {
		return false, err
	}
	before := c.last
	c.failed, c.last = c.failed+1, failure
	c.wait = c.client.retry.nextWait(c.failed, failure.retryAfter)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		c.last = before
		return false, tooLong(KindNoTimeLeft, c.wait, failure)
	}
	c.client.log.InfoContext(ctx, "retrying a request of the Report Library", "failed_attempt", c.failed,
		"max_attempts", c.client.retry.MaxAttempts, "wait", RoundDuration(c.wait), "error", err)
	return true, err
}

// tooLong returns the error for a pause that would not end before the deadline, with the facts of its cause.
func tooLong(kind Kind, wait time.Duration, cause *Error) *Error {
	e := &Error{Kind: kind, Wait: wait, Message: cause.Text(), Err: cause, RequestID: cause.RequestID}
	if cause.Kind != KindProxy {
		e.Status = cause.Status
	}
	return e
}

// backoff returns the pause that checkRetry decided.
func (c *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait }

// giveUp returns err with the number of attempts.
func (c *call) giveUp(_ *http.Response, err error, attempts int) (*http.Response, error) {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Attempts, e.Elapsed = attempts, time.Since(c.started)
		c.withBefore(e)
	}
	return nil, err
}

// spent returns an error that ended a pause, with the attempts before it.
func (c *call) spent(e *Error) *Error {
	e.Attempts, e.Elapsed = c.failed, time.Since(c.started)
	c.withBefore(e)
	return e
}

// withBefore adds the failure before a timeout, which says what the time was spent on.
func (c *call) withBefore(e *Error) {
	if e.Kind == KindTimeout && c.last != nil {
		e.Lines = append(e.Lines, "Attempt before: "+c.last.Text())
	}
}

// nextWait returns the pause after so many failures: retryAfter if the service asked for it and it is not negative, or
// a random time between the shortest wait and a ceiling that doubles with every failure.
func (r Retry) nextWait(failed int, retryAfter time.Duration) time.Duration {
	longest := max(r.MaxWait, 0)
	floor := min(max(r.MinWait, 0), longest)
	if retryAfter >= 0 {
		return min(max(retryAfter, floor), longest)
	}
	ceiling := floor
	for range failed {
		if ceiling > longest/2 {
			ceiling = longest
			break
		}
		ceiling *= 2
	}
	return floor + rand.N(max(ceiling-floor, 1)) //nolint:gosec // spreads retries, hides nothing
}

// RoundDuration keeps the digits of d that a reader needs.
func RoundDuration(d time.Duration) time.Duration {
	if d >= 10*time.Second {
		return d.Round(time.Second)
	}
	return d.Round(time.Millisecond)
}
