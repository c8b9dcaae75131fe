package httpclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/ratelimit"
)

// transport sends the key to the configured origin only, and applies the rate limit there.
type transport struct {
	client    *Client
	origin    string
	apiKey    string
	userAgent string
	limiter   *ratelimit.Limiter
	limits    string // of the limiter, for messages
	waits     waits
	refused   atomic.Pointer[refusal] // the one whose pause ends last

	// home offers the client certificate; foreign does not.
	home, foreign *idleTransport
}

// refusal is a response with status 429.
type refusal struct {
	*Error
	until time.Time // the end of its pause
}

func newTransport(config Config, c *Client) *transport {
	home, foreign := newHTTPTransports(config)
	return &transport{
		client:    c,
		origin:    origin(config.BaseURL),
		apiKey:    config.APIKey,
		userAgent: config.UserAgent,
		limits: fmt.Sprintf("%s in 5 seconds, %s in 3 minutes",
			limitText(config.Per5Seconds), limitText(config.Per3Minutes)),
		limiter: ratelimit.New(
			ratelimit.Window{Requests: config.Per5Seconds, Period: 5 * time.Second},
			ratelimit.Window{Requests: config.Per3Minutes, Period: 3 * time.Minute},
		),
		home:    &idleTransport{next: home, timeout: config.IdleTimeout},
		foreign: &idleTransport{next: foreign, timeout: config.IdleTimeout},
	}
}

func limitText(requests int) string {
	if requests == 0 {
		return "any number"
	}
	return strconv.Itoa(requests)
}

// closeIdleConnections does not have the name that http.Client expects, because the retrying client would call it after
// each failure and close the connections of other requests.
func (t *transport) closeIdleConnections() {
	t.home.next.CloseIdleConnections()
	t.foreign.next.CloseIdleConnections()
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	canonical, err := canonicalURL(req.URL)
	if err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	// Send the canonical host, so that the compared host is the dialled one.
	out.URL, out.Host = canonical, canonical.Host
	out.Header.Set("User-Agent", t.userAgent)
	out.Header.Set("Accept-Encoding", "gzip")
	if t.origin == "" || origin(out.URL) != t.origin {
		return t.send(out, t.foreign, nil)
	}
	if t.apiKey != "" {
		out.Header.Set("X-Dc-Devkey", t.apiKey)
	}
	out.Header.Set("Content-Type", "application/json")
	for {
		resp, slot, err := t.sendCounted(out)
		if err != nil {
			return nil, err
		}
		switch resp.StatusCode {
		case http.StatusTooManyRequests:
			if err := t.pause(req.Context(), slot, resp); err != nil {
				return nil, err
			}
			continue
		case http.StatusServiceUnavailable:
			// Pause all requests. The retry policy repeats this one.
			if wait := retryAfter(resp); wait >= 0 {
				t.pauseFor(slot, wait)
			}
		default:
			t.limiter.Succeeded(slot)
		}
		return resp, nil
	}
}

// foreignHost returns the host of u, or "" if u is of the configured origin.
func (t *transport) foreignHost(u *url.URL) string {
	if origin(u) == t.origin {
		return ""
	}
	return u.Host
}

func (t *transport) sendCounted(req *http.Request) (*http.Response, *ratelimit.Slot, error) {
	slot, err := t.acquire(req.Context())
	if err != nil {
		return nil, nil, err
	}
	defer func() { slot.Done() }()
	// net/http resends a request if a reused connection was closed. The server may have counted the first one.
	again := func(ctx context.Context) error {
		slot.Done()
		next, err := t.acquire(ctx)
		if err == nil {
			slot = next
		}
		return err
	}
	resp, err := t.send(req, t.home, again)
	return resp, slot, err
}

func (t *transport) acquire(ctx context.Context) (*ratelimit.Slot, error) {
	done := t.logWait(ctx)
	slot, err := t.limiter.Acquire(ctx)
	done()
	wait, ok := errors.AsType[*ratelimit.WaitError](err)
	if !ok {
		return slot, err
	}
	// A later pause may be one of a 503.
	if last := t.refused.Load(); wait.Reason == ratelimit.WaitPause && last != nil && last.until.Equal(wait.Until) {
		return nil, rateLimited(ctx, time.Until(wait.Until), last.Error, wait)
	}
	return nil, &Error{
		Kind: KindPauseTooLong, Wait: time.Until(wait.Until), Err: wait,
		Message: fmt.Sprintf("%s (%s)", wait, t.limits),
	}
}

// pause makes all requests of the client wait, as the 429 in resp requests. It does not wait itself.
func (t *transport) pause(ctx context.Context, s *ratelimit.Slot, resp *http.Response) error {
	// Pause before reading the body, so that other requests stop at once.
	until := t.pauseFor(s, retryAfter(resp))
	refused := t.client.statusError(resp)
	_ = resp.Body.Close()
	wait := max(time.Until(until), 0)
	t.refuse(&refusal{refused, until})
	if call := callOf(ctx); call != nil {
		call.refusals++
	}
	if deadline, ok := ctx.Deadline(); ok && !until.Before(deadline) {
		return rateLimited(ctx, wait, refused, refused)
	}
	t.client.log.InfoContext(ctx, "the service asks for fewer requests, pausing", "wait", RoundDuration(wait))
	return nil
}

// refuse keeps r, unless a longer pause is known, because the bodies of two refusals may end in another order.
func (t *transport) refuse(r *refusal) {
	for {
		last := t.refused.Load()
		if last != nil && last.until.After(r.until) || t.refused.CompareAndSwap(last, r) {
			return
		}
	}
}

// rateLimited returns the error for a pause after refusal that ends after the deadline of ctx.
func rateLimited(ctx context.Context, wait time.Duration, refusal *Error, cause error) *Error {
	e := &Error{
		Kind: KindRateLimited, Status: refusal.Status, Code: refusal.Code, Message: refusal.Message,
		Snippet: refusal.Snippet, RequestID: refusal.RequestID, RetryAfter: refusal.RetryAfter, Wait: wait, Err: cause,
	}
	if call := callOf(ctx); call != nil {
		e.Refusals = call.refusals
	}
	return e
}

// pauseFor holds all requests for wait, or for the limiter's own choice if wait is negative.
func (t *transport) pauseFor(s *ratelimit.Slot, wait time.Duration) time.Time {
	if wait >= 0 {
		wait = max(wait, t.client.retry.MinWait) // 0 s would make a loop
	}
	return t.limiter.Pause(s, wait, t.client.retry.MaxWait)
}

func (t *transport) send(
	req *http.Request, over *idleTransport, again func(context.Context) error,
) (*http.Response, error) {
	ctx, started := req.Context(), time.Now()
	log := t.client.log.With("method", req.Method, "host", req.URL.Host, "path", req.URL.Path, "attempt", attemptOf(ctx))
	resp, err := over.exchange(req, again)
	if err == nil {
		err = checkLocation(resp)
	}
	if err != nil {
		if resp != nil {
			_ = resp.Body.Close()
		}
		log.DebugContext(ctx, "request failed", "duration", since(started), "error", err)
		return nil, err
	}
	log = log.With("status", resp.StatusCode, "request_id", requestID(resp))
	log.DebugContext(ctx, "headers received", "duration", since(started),
		"protocol", resp.Proto, "content_length", resp.ContentLength)
	resp.Body = &loggedBody{ReadCloser: resp.Body, closed: func(read int64) {
		log.DebugContext(ctx, "response received", "duration", since(started), "bytes", read)
	}}
	return resp, nil
}

func since(t time.Time) slog.Value { return slog.DurationValue(RoundDuration(time.Since(t))) }
