package reportlibrary

import (
	"fmt"
	"net/url"
	"strconv"
)

// Limits of reading an inconsistent history, see [historyReader].
const (
	maxHistoryPages  = 10_000 // requests
	maxPageRepeats   = 2      // repetitions of one page
	maxHistoryPasses = 3      // readings from the start
)

// historyReader reads pages until they are consistent with the announced total.
//
// The API documents a total, but neither the maximum page size nor the order of records, nor that empty pages mean the
// end. So the next page starts after the records received, a page without new records is requested again, and a pass
// with fewer distinct records than the largest announced total is discarded, because records were skipped or removed
// during it. The last pass requests all records and filters them here, because the total of a filtered history might
// count all records.
type historyReader struct {
	fetch    func(query url.Values) (historyPage, error)
	pause    func(repeats int, reason string) error // waits before a repetition, numbered from 1
	requests int
}

func (r *historyReader) read(req HistoryRequest) ([]Record, error) {
	for passes := 1; ; passes++ {
		query := req.query()
		if passes == maxHistoryPasses {
			query = req.queryUnfiltered()
		}
		pass := &historyPass{req: req, matching: []Record{}, seen: map[string]bool{}, announced: -1}
		err := r.readPass(pass, query)
		if err == nil {
			return pass.matching, nil
		}
		if !isKind(err, KindInconsistent) || passes == maxHistoryPasses || r.requests >= maxHistoryPages {
			return nil, err
		}
		if err := r.pause(passes, err.Error()); err != nil {
			return nil, err
		}
	}
}

// readPass reads the history from its start. The error has KindInconsistent if the pages are not consistent.
func (r *historyReader) readPass(pass *historyPass, query url.Values) error {
	limit, _ := strconv.Atoi(query.Get("limit"))
	for repeats := 0; ; {
		if r.requests++; r.requests > maxHistoryPages {
			return newError(KindInconsistent, "the history has no end after %d pages", maxHistoryPages)
		}
		query.Set("offset", strconv.Itoa(pass.offset))
		page, err := r.fetch(query)
		if err != nil && (!isResponseProblem(err) || pass.offset == 0 || repeats == maxPageRepeats) {
			return err
		}
		if err != nil {
			page = historyPage{total: -1}
		}
		if page.limit == 0 || page.limit > limit {
			page.limit = limit
		}
		if len(pass.seen)+len(page.records) > maxHistoryRecords {
			return historyTooLarge()
		}
		switch pass.add(page) {
		case passDone:
			return nil
		case passInconsistent:
			return pass.incomplete(page)
		case passGoesOn:
			repeats = 0
			continue
		case passStuck:
		}
		if err == nil && repeats > 0 && pass.wholeWithout(page) {
			return nil
		}
		if repeats++; repeats > maxPageRepeats {
			return pass.incomplete(page)
		}
		reason := pass.incomplete(page).Error()
		if err != nil {
			reason = err.Error()
		}
		if err := r.pause(repeats, reason); err != nil {
			return err
		}
	}
}

// historyPass is the state of one reading of the history.
type historyPass struct {
	req      HistoryRequest
	matching []Record
	seen     map[string]bool // keys of records
	// lines counts the lines of pages with new records, without repeated records of earlier pages.
	lines     int
	announced int // the largest total of a page; -1 if missing
	offset    int
	short     bool // the last page with new records was not full
}

type passStep int

const (
	passGoesOn passStep = iota // read the next page
	passDone
	passStuck        // the page is without new records, but may not be the last
	passInconsistent // the announced end is reached with too few distinct records
)

func (p *historyPass) add(page historyPage) passStep {
	known, lines := len(p.seen), page.received-len(page.records)
	fresh := make(map[string]bool, len(page.records))
	for _, record := range page.records {
		key := record.key()
		if !p.seen[key] {
			p.seen[key], fresh[key] = true, true
			if p.req.match(record) {
				p.matching = append(p.matching, record)
			}
			if p.req.MaxResults > 0 && len(p.matching) == p.req.MaxResults {
				return passDone
			}
		}
		if fresh[key] { // the total counts a record that occurs twice on one page
			lines++
		}
	}
	p.announced = max(p.announced, page.total)
	switch {
	case len(p.seen) > known:
		p.lines += lines
		p.offset += page.received
		p.short = page.received < page.limit
		// A full page whose size equals the total may be one of many, because some services report the page's size.
		if p.lines == p.announced && p.offset == page.total && page.received != page.limit {
			return passDone
		}
		if p.lines < p.announced && p.offset >= p.announced {
			return passInconsistent
		}
		return passGoesOn
	case p.lines == p.announced:
		return passDone
	default:
		return passStuck
	}
}

// wholeWithout reports whether the history ends before a page that was read twice without new records. If the total is
// not above the lines received, an empty page is the end, and so is the repetition of a page that was not full.
func (p *historyPass) wholeWithout(page historyPage) bool {
	return p.lines > p.announced && (page.received == 0 || p.short)
}

// incomplete returns the error for a pass that ends at page without reaching the announced end.
func (p *historyPass) incomplete(page historyPage) *Error {
	announced := "more may follow"
	if p.announced > p.lines {
		announced = fmt.Sprintf("the service announced %d", p.announced)
	}
	if page.received > 0 {
		return newError(KindInconsistent, "the pages repeat earlier records after %s, though %s",
			plural(p.lines, "record"), announced)
	}
	return newError(KindInconsistent, "the pages end after %s, though %s", plural(p.lines, "record"), announced)
}
