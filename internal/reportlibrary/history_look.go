package reportlibrary

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

const (
	// lookTimeout limits the time for which a failure waits for its explanation.
	lookTimeout = 10 * time.Second
	// lookLife is the time for which a look explains other failures too.
	lookLife = 15 * time.Second
	// maxLookPages is the maximum number of requests of a look.
	maxLookPages = 20
	// maxReason is the maximum number of characters of [Cause.Reason].
	maxReason = 1000
)

// historyLook is a cached part of the report history that explains failures. Failures within a short time share it,
// because the files of a for_each fail together and requests count against the rate limit.
type historyLook struct {
	reading  chan struct{} // limits the readers to one
	started  time.Time
	pages    int
	offset   int
	records  []Record
	seen     map[string]bool
	complete bool  // records is the whole history
	failure  error // the error that ended the reading, or nil
}

func newHistoryLook() *historyLook { return &historyLook{reading: make(chan struct{}, 1)} }

// read returns the history up to the record for which found is true, or as far as a look reads. After an error it
// returns the records read before. Its callers share the error and must not change it.
func (l *historyLook) read(
	ctx context.Context, found func(Record) bool, fetch func(context.Context, url.Values) (historyPage, error),
) (records []Record, complete bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	select {
	case l.reading <- struct{}{}:
		defer func() { <-l.reading }()
	case <-bounded.Done():
		return nil, false, httpclient.ContextError(bounded)
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
			if !endsWith(ctx, bounded, err) {
				l.failure = err
			}
			return l.records, false, err
		}
		unread = l.records[known:]
	}
}

// endsWith reports whether the end of a caller's ctx caused the failure of its look, which bounded limits. Another
// caller may have time left.
func endsWith(ctx, bounded context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	limit, _ := bounded.Deadline()
	end, ok := ctx.Deadline()
	return ok && !end.After(limit) && isKind(err, KindNoTimeLeft, KindRateLimited, KindPauseTooLong)
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
	// A full page whose size equals the total may be one of many, because some services report the page's size.
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
		l.pages = maxLookPages // stop at a page without new records
	}
	return nil
}

// findCause returns the cause of a failed request. It makes one request if the run is on the first page or the history
// has only one, and no request if another failure has just read the history.
func (c *Client) findCause(ctx context.Context, f failedRequest) *Cause {
	found := func(r Record) bool { return f.run != "" && strings.EqualFold(r.ReportRunIdentifier, f.run) }
	history, complete, err := c.look.read(ctx, found, c.historyPage)
	cause := f.cause(history, complete, time.Now())
	if err == nil || cause.Reason != "" {
		return cause
	}
	cause.lines = []string{"In the report history: unknown, because reading it failed: " + err.Error()}
	if isKind(err, KindNotFound, KindNoService) {
		cause.Kind, cause.Reason = KindNoService, "the service does not have a report history either"
	}
	return cause
}

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
