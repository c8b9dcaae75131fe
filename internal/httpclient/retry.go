package httpclient

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// call is the state of one [Client.Get] between its attempts.
type call struct {
	client  *Client
	started time.Time
	failed  int // failed attempts
	last    *Error
	wait    time.Duration
}

// callKey is the context key of a *call.
type callKey struct{}

// attemptOf returns the number of the attempt in ctx, from 1.
func attemptOf(ctx context.Context) int {
	if call, ok := ctx.Value(callKey{}).(*call); ok {
		return call.failed + 1
	}
	return 1
}

// checkRetry is the retry policy. The library calls it with the response, then with the response handler's error. It
// decides only then, so that a failure while reading the body counts.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	if ctx.Err() != nil {
		return false, ContextError(ctx)
	}
	if urlErr, ok := err.(*url.Error); ok { //nolint:errorlint // only the one of http.Client, not of a destination
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

// tooLong returns the error for a pause that ends after the deadline, with the facts of cause.
func tooLong(kind Kind, wait time.Duration, cause *Error) *Error {
	e := &Error{Kind: kind, Wait: wait, Message: cause.Text(), Err: cause, RequestID: cause.RequestID}
	if cause.Kind != KindProxy {
		e.Status = cause.Status
	}
	return e
}

// backoff returns the pause that checkRetry has chosen.
func (c *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait }

// giveUp adds the number of attempts to err.
func (c *call) giveUp(_ *http.Response, err error, attempts int) (*http.Response, error) {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Attempts, e.Elapsed = attempts, time.Since(c.started)
		c.withBefore(e)
	}
	return nil, err
}

// spent adds the number of attempts to an error that ended a pause.
func (c *call) spent(e *Error) *Error {
	e.Attempts, e.Elapsed = c.failed, time.Since(c.started)
	c.withBefore(e)
	return e
}

// withBefore adds the previous failure to a timeout, because that is the reason for the wait.
func (c *call) withBefore(e *Error) {
	if e.Kind == KindTimeout && c.last != nil {
		e.Lines = append(e.Lines, "Attempt before: "+c.last.Text())
	}
}

// nextWait returns retryAfter if it is not negative, else a random pause from MinWait to a ceiling that doubles with
// each failure.
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
	return floor + rand.N(max(ceiling-floor, 1)) //nolint:gosec // spreads retries; it is not a secret
}

// RoundDuration rounds d for messages.
func RoundDuration(d time.Duration) time.Duration {
	if d >= 10*time.Second {
		return d.Round(time.Second)
	}
	return d.Round(time.Millisecond)
}
