package reportlibrary

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// RetriesError is the failure of the last of several attempts.
type RetriesError struct {
	// Attempts counts all attempts, the first included.
	Attempts int
	// Elapsed is the time from the first attempt to the end of the last.
	Elapsed time.Duration
	// Last is the error of the last attempt.
	Last error
	// Before is why the attempt before the last one failed. Where the deadline ended the last one, it tells what the
	// time was spent on.
	Before error
}

// Error implements error.
func (e *RetriesError) Error() string {
	text := fmt.Sprintf("after %d attempts over %s; last: %s", e.Attempts, roundDuration(e.Elapsed), e.Last)
	if e.Before != nil && errors.Is(e.Last, context.DeadlineExceeded) {
		text += fmt.Sprintf("; before it: %s", e.Before)
	}
	return text
}

// Unwrap returns the error of the last attempt.
func (e *RetriesError) Unwrap() error { return e.Last }

// DeadlineError says that an operation was given up at once because a pause would not end before the operation's
// deadline: one that the service asks for, one that the rate limit demands, or the one before another attempt.
type DeadlineError struct {
	// Wait is the pause that would have been needed.
	Wait time.Duration
	// Cause is the answer, the limit or the failure that made the pause necessary.
	Cause error
}

// Error implements error.
func (e *DeadlineError) Error() string {
	return fmt.Sprintf("a wait of %s is needed, which would not end before the timeout: %s",
		roundDuration(e.Wait), e.Cause)
}

// Unwrap returns what made the pause necessary.
func (e *DeadlineError) Unwrap() error { return e.Cause }

// call is what one call of [Client.get] remembers between its attempts.
type call struct {
	client  *Client
	started time.Time
	failed  int // attempts that are to be repeated
	last    error
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

// checkRetry is the policy. The library calls it with the bare answer first, then with the verdict of the response
// handler; the former is never final here, so that the error of an answer's body takes part in the decision.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return false, cause
	}
	if urlErr, ok := err.(*url.Error); ok { //nolint:errorlint // http.Client's own, not one of a destination
		err = c.client.transferError(urlErr.Err)
	}
	if !retryable(err) || c.failed+1 >= c.client.retry.MaxAttempts {
		return false, err
	}
	before := c.last
	c.failed, c.last = c.failed+1, err
	c.wait = c.nextWait(err)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		c.last = before
		return false, &DeadlineError{Wait: c.wait, Cause: err}
	}
	c.client.log.InfoContext(ctx, "retrying a request of the Report Library", "failed_attempt", c.failed,
		"max_attempts", c.client.retry.MaxAttempts, "wait", roundDuration(c.wait), "error", err)
	return true, err
}

// backoff returns the pause that checkRetry decided.
func (c *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait }

// giveUp returns err with what was spent before it.
func (c *call) giveUp(_ *http.Response, err error, attempts int) (*http.Response, error) {
	if attempts > 1 && !errors.Is(err, context.Canceled) {
		err = &RetriesError{Attempts: attempts, Elapsed: time.Since(c.started), Last: err, Before: c.last}
	}
	return nil, err
}

// nextWait returns the pause before the next attempt: what the service asks for, or a random time between the
// shortest wait and a ceiling that doubles with every failure.
func (c *call) nextWait(err error) time.Duration {
	longest := max(c.client.retry.MaxWait, 0)
	floor := min(max(c.client.retry.MinWait, 0), longest)
	if apiErr, ok := errors.AsType[*APIError](err); ok && apiErr.retryAfter >= 0 {
		return min(max(apiErr.retryAfter, floor), longest)
	}
	ceiling := floor
	for range c.failed {
		if ceiling > longest/2 {
			ceiling = longest
			break
		}
		ceiling *= 2
	}
	return floor + rand.N(max(ceiling-floor, 1)) //nolint:gosec // spreads retries, hides nothing
}

// retryableStatus are the answers that say "not now".
var retryableStatus = []int{
	http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// retryable reports whether a repetition may mend err.
func retryable(err error) bool {
	if _, ok := errors.AsType[*DeadlineError](err); ok {
		return false
	}
	if apiErr, ok := errors.AsType[*APIError](err); ok {
		return slices.Contains(retryableStatus, apiErr.StatusCode)
	}
	if contentErr, ok := errors.AsType[*ContentError](err); ok {
		return contentErr.Problem == ContentBodyDamaged || contentErr.Problem == ContentCutOff
	}
	transferErr, ok := errors.AsType[*TransferError](err)
	return ok && !permanent(transferErr.Err)
}

// permanent reports whether a transfer failed in a way in which it would fail again.
func permanent(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		handshake    *HandshakeError
		redirect     *RedirectError
		proxy        *ProxyError
	)
	switch {
	case errors.As(err, &proxy):
		return !slices.Contains(retryableStatus, proxy.StatusCode)
	case errors.As(err, &verification), errors.As(err, &authority), errors.As(err, &hostname),
		errors.As(err, &invalid), errors.As(err, &record), errors.As(err, &handshake), errors.As(err, &redirect):
		return true
	default:
		return errors.Is(err, http.ErrSchemeMismatch)
	}
}

// roundDuration keeps the digits of d that a reader needs.
func roundDuration(d time.Duration) time.Duration {
	if d >= 10*time.Second {
		return d.Round(time.Second)
	}
	return d.Round(time.Millisecond)
}
