package reportlibrary

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// historyLimit is how many records are asked for at a time: the API's documented default. Its maximum is not
// documented, and a larger limit may be refused.
const historyLimit = 100

// maxHistoryPages bounds the reading of a history that never ends.
const maxHistoryPages = 10_000

// HistoryRequest says which records of the report history are wanted. Lists and strings left empty are no condition; a
// list's values are alternatives, and a record has to meet every condition exactly.
type HistoryRequest struct {
	ReportDisplayNames []string
	Schedules          []string
	Statuses           []string
	ReportTypes        []string
	// Search is left to the API, which looks for it in display names.
	Search string
	// ReportIdentifier is compared without regard to case.
	ReportIdentifier string
	// MaxResults is the largest number of records returned; 0 means all.
	MaxResults int
}

// HistoryError says that the pages of the report history don't lead to its end.
type HistoryError struct {
	// Reason is a sentence without a final full stop.
	Reason string
}

// Error implements error.
func (e *HistoryError) Error() string { return e.Reason }

// History returns the records that meet the request, each once, in the order of the API.
//
// The error is an *APIError, a *ContentError, a *TransferError, a *DeadlineError or the cause of ctx's end, below a
// *RetriesError if there was more than one attempt; or a *HistoryError.
func (c *Client) History(ctx context.Context, req HistoryRequest) ([]Record, error) {
	query := req.query()
	return req.collect(func(offset int) (page historyPage, err error) {
		query.Set("offset", strconv.Itoa(offset))
		err = c.getJSON(ctx, []string{"report", "history"}, query, func(answer jsonObject) (err error) {
			page, err = decodeHistoryPage(answer, c.Redact)
			return err
		})
		return page, err
	})
}

// query returns the conditions that can be left to the API, as far as they can: they are all checked again, see match.
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

// collect reads pages until it has what is wanted or there are no more.
//
// How many records a page has is up to the server, so the next one starts where this one ended. While it is read the
// history may change, and then pages overlap: a record that was seen is passed over, and a page of nothing else is
// asked for once more before it is believed.
func (req HistoryRequest) collect(fetch func(offset int) (historyPage, error)) ([]Record, error) {
	matching := []Record{}
	seen := map[string]bool{}
	for offset, pages, repeated := 0, 0, false; pages < maxHistoryPages; pages++ {
		page, err := fetch(offset)
		if err != nil {
			return nil, err
		}
		known := len(seen)
		for _, record := range page.records {
			key := record.key()
			if seen[key] {
				continue
			}
			seen[key] = true
			if req.match(record) {
				matching = append(matching, record)
			}
			if req.MaxResults > 0 && len(matching) == req.MaxResults {
				return matching, nil
			}
		}
		end := offset + page.received
		switch {
		case len(seen) > known:
			// A total below what was received contradicts itself, and then only a page without news is the end.
			if page.total == end {
				return matching, nil
			}
			offset, repeated = end, false
		case page.total <= offset:
			return matching, nil
		case !repeated:
			repeated = true
		case page.received == 0 || page.total <= end:
			return matching, nil
		default:
			return nil, &HistoryError{Reason: fmt.Sprintf(
				"the page from record %d repeats earlier ones, though %d records are announced", offset, page.total)}
		}
	}
	return nil, &HistoryError{Reason: fmt.Sprintf("the history has no end after %d pages", maxHistoryPages)}
}

// historyPage is one answer.
type historyPage struct {
	records []Record
	// received counts the lines of the page, those that hold no record included.
	received int
	// total is the number of records that the API announces for all pages; -1 if it announces none.
	total int
}

// decodeHistoryPage reads an answer; a nil one has no records.
func decodeHistoryPage(answer jsonObject, redact func(string) string) (historyPage, error) {
	page := historyPage{total: -1}
	if answer == nil {
		return page, nil
	}
	facts := answer.object("page")
	if total := facts.integer("total"); total != nil && *total >= 0 && *total <= math.MaxInt32 {
		page.total = int(*total)
	}
	list := answer["report_history"]
	if list == nil && facts == nil {
		return historyPage{}, answer.unexpected(redact)
	}
	var lines []jsonObject
	if !isNull(list) && json.Unmarshal(list, &lines) != nil {
		return historyPage{}, answer.unexpected(redact)
	}
	page.received = len(lines)
	for _, line := range lines {
		if len(line) > 0 {
			page.records = append(page.records, decodeRecord(line))
		}
	}
	return page, nil
}
