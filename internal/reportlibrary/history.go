package reportlibrary

import (
	"context"
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// historyLimit is how many records are asked for at a time: the API's documented default. Its maximum is not
// documented, and a larger limit may be refused.
const historyLimit = 100

// HistoryRequest selects records of the report history. An empty list or string is not a condition; a list's values are
// alternatives, and a record has to meet every condition exactly.
type HistoryRequest struct {
	ReportDisplayNames []string
	Schedules          []string
	Statuses           []string
	ReportTypes        []string
	// Search is a text that the API searches for in display names.
	Search string
	// ReportIdentifier is compared without regard to case.
	ReportIdentifier string
	// MaxResults is the largest number of records returned; 0 means all.
	MaxResults int
}

// HistoryError reports that the pages of the report history don't add up to a whole one.
type HistoryError struct {
	// Reason is a sentence without a final full stop.
	Reason string
}

// Error implements error.
func (e *HistoryError) Error() string { return e.Reason }

// History returns the records that meet the request, each once, in the order of the API. A history that can't be read
// to its end is an error: an older run must not be taken for the newest.
//
// The error is an *APIError, a *ContentError, a *TransferError, a *DeadlineError or the cause of ctx's end, below a
// *RetriesError if there was more than one attempt; or a *HistoryError.
func (c *Client) History(ctx context.Context, req HistoryRequest) ([]Record, error) {
	reader := &historyReader{
		fetch: func(query url.Values) (page historyPage, err error) {
			err = c.getJSON(ctx, []string{"report", "history"}, query, func(response jsonObject) (err error) {
				page, err = decodeHistoryPage(response, c.Redact)
				return err
			})
			return page, err
		},
		pause: func(repeats int, reason string) error { return c.pauseHistory(ctx, repeats, reason) },
	}
	return reader.read(req)
}

// pauseHistory waits before a page is requested again: as long as before the repetition of a failed request.
func (c *Client) pauseHistory(ctx context.Context, repeats int, reason string) error {
	wait := (&call{client: c, failed: repeats}).nextWait(nil)
	c.log.InfoContext(ctx, "reading the report history again", "reason", reason, "wait", roundDuration(wait))
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(wait):
		return nil
	}
}

// query returns the conditions that are left to the API, as far as it can take them; match checks them all again.
func (req HistoryRequest) query() url.Values {
	query := url.Values{}
	filter := func(name string, values []string) {
		if len(values) > 0 {
			query.Set(name, strings.Join(values, ","))
		}
	}
	filter("schedule", req.Schedules)
	filter("status", req.Statuses)
	filter("report_type", req.ReportTypes)
	if req.Search != "" {
		query.Set("search", req.Search)
	}
	// Values are separated by commas, and whether an encoded one separates too is not documented: a name that has one
	// would be looked for in pieces.
	apart := slices.ContainsFunc(req.ReportDisplayNames, func(name string) bool {
		return strings.Contains(name, ",") || strings.TrimSpace(name) != name
	})
	if !apart {
		filter("report_display_name", req.ReportDisplayNames)
	}
	limit := historyLimit
	if req.MaxResults > 0 && !apart && req.ReportIdentifier == "" {
		limit = min(limit, req.MaxResults)
	}
	query.Set("limit", strconv.Itoa(limit))
	return query
}

// queryUnfiltered returns a query for all records, except that a search stays, because only the API can do it.
func (req HistoryRequest) queryUnfiltered() url.Values {
	return HistoryRequest{Search: req.Search}.query()
}

// match reports whether a record meets every condition but the search.
func (req HistoryRequest) match(r Record) bool {
	meets := func(values []string, value string) bool { return len(values) == 0 || slices.Contains(values, value) }
	return (req.ReportIdentifier == "" || strings.EqualFold(req.ReportIdentifier, r.ReportIdentifier)) &&
		(len(req.ReportDisplayNames) == 0 || slices.ContainsFunc(req.ReportDisplayNames, r.isNamed)) &&
		meets(req.Schedules, r.Schedule) && meets(req.Statuses, r.Status) && meets(req.ReportTypes, r.ReportType)
}

// isNamed compares display names in NFC: a name that came through Terraform is in it, one from the API may not be.
func (r Record) isNamed(name string) bool {
	return norm.NFC.String(r.ReportDisplayName) == norm.NFC.String(name)
}

// historyPage is one response.
type historyPage struct {
	records []Record
	// received counts the lines of the page, including those without a record.
	received int
	// total is the number of records that the API announces for all pages; -1 if it announces none.
	total int
	// limit is the largest number of lines of a page, as the API reports it; 0 if it reports none.
	limit int
}

// decodeHistoryPage decodes a response; a nil one has no records.
func decodeHistoryPage(response jsonObject, redact func(string) string) (historyPage, error) {
	page := historyPage{total: -1}
	if response == nil {
		return page, nil
	}
	facts := response.object("page")
	if total := facts.integer("total"); total != nil && *total >= 0 && *total <= math.MaxInt32 {
		page.total = int(*total)
	}
	if limit := facts.integer("limit"); limit != nil && *limit > 0 && *limit <= math.MaxInt32 {
		page.limit = int(*limit)
	}
	list := response["report_history"]
	if list == nil && facts == nil {
		return historyPage{}, response.unexpected(redact)
	}
	var lines []jsonObject
	if !isNull(list) && json.Unmarshal(list, &lines) != nil {
		return historyPage{}, response.unexpected(redact)
	}
	page.received = len(lines)
	for _, line := range lines {
		if len(line) > 0 {
			page.records = append(page.records, decodeRecord(line))
		}
	}
	return page, nil
}
