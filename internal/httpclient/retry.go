package httpclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// call is the state of one [Client.Get] between its attempts.
type call struct {
	client   *Client
	started  time.Time
	failed   int // failed attempts
	last     *Error
	wait     time.Duration
	body     *countingReader // of the current attempt; nil before its response
	refusals int             // the number of responses with status 429
}

// callKey is the context key of a *call.
type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// attemptOf returns the number of the attempt in ctx, from 1.
func attemptOf(ctx context.Context) int {
	if c := callOf(ctx); c != nil {
		return c.failed + 1
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
		return false, c.ended(ctx)
	}
	if urlErr, ok := err.(*url.Error); ok { //nolint:errorlint // only the one of http.Client, not of a destination
		failure := connectionError(urlErr.Err)
		if to, err := url.Parse(urlErr.URL); err == nil && failure.Kind != KindRedirect {
			failure.Host = c.client.transport.foreignHost(to)
		}
		err = c.client.Seal(failure)
	}
	failure, ok := errors.AsType[*Error](err)
	if !ok || !failure.Passing || c.failed+1 >= c.client.retry.MaxAttempts {
		return false, err
	}
	before := c.last
	c.failed, c.last, c.body = c.failed+1, failure, nil
	c.wait = c.client.retry.nextWait(c.failed, failure.requestedPause())
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		c.last = before
		return false, tooLong(KindNoTimeLeft, c.wait, failure)
	}
	c.client.log.InfoContext(ctx, "retrying a request of the Report Library", "failed_attempt", c.failed,
		"max_attempts", c.client.retry.MaxAttempts, "wait", RoundDuration(c.wait), "error", err)
	return true, err
}

// ended returns the error for the end of ctx, with how far the transfer was.
func (c *call) ended(ctx context.Context) *Error {
	e := ContextError(ctx)
	switch {
	case e.Kind != KindTimeout:
	case c.body != nil:
		progress := c.body.progress()
		e.Message += " " + progress.String()
		e.Remaining = progress.Remaining()
	case c.wait > 0 && c.failed > 0:
		e.Message += fmt.Sprintf(" before attempt %d brought a response", c.failed+1)
	default:
		e.Message += " before a response came"
	}
	return e
}

// tooLong returns the error for a pause that ends after the deadline, with the facts of cause.
func tooLong(kind Kind, wait time.Duration, cause *Error) *Error {
	e := &Error{Kind: kind, Wait: wait, Message: cause.Text(), Err: cause, RequestID: cause.RequestID}
	if cause.Kind != KindProxy {
		e.Status = cause.Status
	}
	return e
}

func (c *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait }

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
