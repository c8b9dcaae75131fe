package reportlibrary

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// lookTimeout is the longest time for which a failure waits for its explanation.
	lookTimeout = 10 * time.Second
	// lookLife is how long a look at the history explains further failures.
	lookLife = 15 * time.Second
	// maxLookPages is the number of requests of a look.
	maxLookPages = 20
	// maxReason is the number of characters of [Cause.Reason].
	maxReason = 1000
)

// historyLook is a look at the report history that explains failures. Failures within a short time share it, because a
// for_each of many files fails as a whole, and the rate limit counts requests.
type historyLook struct {
	// turn has the one caller that may read.
	turn    chan struct{}
	started time.Time
	pages   int
	offset  int
	records []Record
	seen    map[string]bool
	// complete reports whether records is the whole history.
	complete bool
	// failure is why no further page can be read; nil if that was not tried.
	failure error
}

func newHistoryLook() *historyLook { return &historyLook{turn: make(chan struct{}, 1)} }

// read returns the history up to the record for which found is true, or as far as a look reads. What was read is
// returned with an error too.
func (l *historyLook) read(
	ctx context.Context, found func(Record) bool, fetch func(context.Context, url.Values) (historyPage, error),
) (records []Record, complete bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-bounded.Done():
		return nil, false, context.Cause(bounded)
	}
	if time.Since(l.started) > lookLife {
		l.started, l.pages, l.offset, l.records, l.complete, l.failure = time.Now(), 0, 0, nil, false, nil
		l.seen = map[string]bool{}
	}
	unread := l.records
	for {
		for _, record := range unread {
			if found(record) {
				return l.records, l.complete, nil
			}
		}
		if l.complete || l.failure != nil || l.pages == maxLookPages || len(l.records) >= maxPageRecords {
			return l.records, l.complete, l.failure
		}
		known := len(l.records)
		if err := l.readPage(bounded, fetch); err != nil {
			if ctx.Err() == nil {
				l.failure = err // else another caller may have the time
			}
			return l.records, false, err
		}
		unread = l.records[known:]
	}
}

func (l *historyLook) readPage(
	ctx context.Context, fetch func(context.Context, url.Values) (historyPage, error),
) error {
	page, err := fetch(ctx, url.Values{
		"limit": {strconv.Itoa(historyLimit)}, "offset": {strconv.Itoa(l.offset)},
	})
	if err != nil {
		return err
	}
	l.pages++
	l.offset += page.received
	known := len(l.records)
	for _, record := range page.records {
		if key := record.key(); !l.seen[key] {
			l.seen[key] = true
			l.records = append(l.records, record)
		}
	}
	// A full page whose own size is announced as the total may be one of many.
	limit := historyLimit
	if page.limit > 0 {
		limit = min(limit, page.limit)
	}
	switch {
	case page.received == 0 || len(l.records) == known:
		l.complete = l.offset >= page.total
	case page.total < 0:
		l.complete = page.received < limit
	default:
		l.complete = l.offset >= page.total && (page.received != limit || page.total != page.received)
	}
	if !l.complete && len(l.records) == known {
		l.pages = maxLookPages // a page without news is the end of what can be read
	}
	return nil
}

// findCause returns what the history tells about a failed request. It takes one request where the history has no more
// than a page, or the run is in the first one, and none if another failure has just asked.
func (c *Client) findCause(ctx context.Context, f failedRequest) *Cause {
	found := func(r Record) bool { return f.run != "" && strings.EqualFold(r.ReportRunIdentifier, f.run) }
	history, complete, err := c.look.read(ctx, found, c.historyPage)
	cause := f.cause(history, complete, time.Now())
	if err != nil && cause.Reason == "" {
		why := c.failed(ctx, OpHistory, err).Error()
		cause.lines = []string{"In the report history: unknown, because reading it failed: " + why}
	}
	return cause
}

// explained returns e with its cause.
func (c *Client) explained(e *Error, cause *Cause) *Error {
	if cause.Kind != "" {
		e.Kind = cause.Kind
	}
	e.Lines = append(e.Lines, cause.lines...)
	cause.Reason = c.http.Masker().Excerpt(cause.Reason, false, maxReason)
	e.Err = cause
	_ = c.http.Seal(e)
	return e
}
