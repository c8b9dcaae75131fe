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

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// historyLimit is the number of records per page, the documented default. A larger limit may be rejected, because its
// maximum is not documented.
const historyLimit = 100

// maxHistoryRecords and maxHistoryBytes limit the memory of a history.
const (
	maxHistoryRecords = 500_000
	maxHistoryBytes   = 256 << 20
)

// HistoryRequest selects records. Empty fields select all records. A record must match one value of every list and all
// other fields exactly.
type HistoryRequest struct {
	ReportDisplayNames []string
	Schedules          []string
	Statuses           []string
	ReportTypes        []string
	Search             string // a text for the API's search in display names
	ReportIdentifier   string // compared without case
	MaxResults         int    // the maximum number of records returned; 0 means all
}

func historyTooLarge() *Error {
	return newError(KindHistorySize, "the history has more than %d records or %d MiB; name a report, or restrict it with "+
		"a filter", maxHistoryRecords, maxHistoryBytes>>20)
}

// History returns each matching record once, in the order of the API. The error is an *Error. A history that can't be
// read to its end is an error, because an older run must not be taken for the newest.
func (c *Client) History(ctx context.Context, req HistoryRequest) ([]Record, error) {
	var received int64
	reader := &historyReader{
		fetch: func(query url.Values) (historyPage, error) {
			page, err := c.historyPage(ctx, query)
			if received += page.bytes; err == nil && received > maxHistoryBytes {
				err = historyTooLarge()
			}
			return page, err
		},
		pause: func(repeats int, reason string) error { return c.pauseHistory(ctx, repeats, reason) },
	}
	records, err := reader.read(req)
	return records, c.failed(ctx, OpHistory, err)
}

func (c *Client) historyPage(ctx context.Context, query url.Values) (historyPage, error) {
	var page historyPage
	err := c.getJSON(ctx, []string{"report", "history"}, query, maxJSONBytes, func(body *jsonBody) (err error) {
		received := page.bytes
		page, err = readHistoryPage(body)
		if page.bytes = received; body != nil {
			page.bytes += body.limited.read
		}
		return err
	})
	c.http.Masker().Data(&page.records)
	return page, err
}

// pauseHistory waits before a repeated request of a page, as long as before a retry.
func (c *Client) pauseHistory(ctx context.Context, repeats int, reason string) error {
	wait := c.http.NextWait(repeats)
	c.http.Log().InfoContext(ctx, "reading the report history "+
		"again", "reason", reason, "wait", httpclient.RoundDuration(wait))
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(wait):
		return nil
	}
}

// query returns the conditions that the API can check. match checks all of them again.
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
	// Do not send a name with a comma. Commas separate values, and it is not documented whether an encoded comma does too.
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

// queryUnfiltered returns a query for all records of the search, which only the API can do.
func (req HistoryRequest) queryUnfiltered() url.Values {
	return HistoryRequest{Search: req.Search}.query()
}

// match reports whether a record meets all conditions except the search.
func (req HistoryRequest) match(r Record) bool {
	meets := func(values []string, value string) bool { return len(values) == 0 || slices.Contains(values, value) }
	return (req.ReportIdentifier == "" || strings.EqualFold(req.ReportIdentifier, r.ReportIdentifier)) &&
		(len(req.ReportDisplayNames) == 0 || slices.ContainsFunc(req.ReportDisplayNames, r.isNamed)) &&
		meets(req.Schedules, r.Schedule) && meets(req.Statuses, r.Status) && meets(req.ReportTypes, r.ReportType)
}

// isNamed compares display names in NFC, because names from Terraform are in NFC and names from the API need not be.
func (r Record) isNamed(name string) bool {
	return norm.NFC.String(r.ReportDisplayName) == norm.NFC.String(name)
}

// historyPage is one response.
type historyPage struct {
	records  []Record
	received int   // lines of the page, including those without a record
	bytes    int64 // received bytes, including those of failed attempts
	total    int   // the API's number of records on all pages; -1 if missing
	limit    int   // the API's maximum number of lines per page; 0 if missing
}

// maxPageRecords limits the records of one page, because a server that ignores the requested limit may send all.
const maxPageRecords = 50_000

// readHistoryPage reads a page. A nil body, or a response without content, is an empty page.
func readHistoryPage(body *jsonBody) (historyPage, error) {
	page := historyPage{total: -1}
	if body == nil {
		return page, nil
	}
	isObject, isPage := false, false
	err := body.fields(func(name string, decoder *json.Decoder) error {
		var value json.RawMessage
		switch name {
		case "report_history":
			isPage = true
			return decodeList(decoder, page.add)
		case "page":
			if err := decoder.Decode(&value); err != nil {
				return err
			}
			facts := jsonObject{name: value}.object(name)
			isPage = isPage || facts != nil
			if total := facts.integer("total"); total != nil && *total >= 0 && *total <= math.MaxInt32 {
				page.total = int(*total)
			}
			if limit := facts.integer("limit"); limit != nil && *limit > 0 && *limit <= math.MaxInt32 {
				page.limit = int(*limit)
			}
			return nil
		default:
			return decoder.Decode(&value)
		}
	}, func() { isObject = true })
	switch {
	case err != nil:
		return historyPage{}, err
	case isObject && !isPage:
		return historyPage{}, notTheObject(body.start)
	}
	return page, nil
}

func (p *historyPage) add(line jsonObject) error {
	if p.received++; p.received > maxPageRecords {
		return newError(KindResponse, "the response has more than %d records", maxPageRecords)
	}
	if len(line) > 0 {
		p.records = append(p.records, decodeRecord(line))
	}
	return nil
}
