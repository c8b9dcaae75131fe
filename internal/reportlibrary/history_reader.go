package reportlibrary

import (
	"fmt"
	"net/url"
	"strconv"
)

// The bounds of reading a history whose pages don't add up, see [historyReader].
const (
	// maxHistoryPages is the number of requests.
	maxHistoryPages = 10_000
	// maxPageRepeats is how often one page is requested again.
	maxPageRepeats = 2
	// maxHistoryPasses is how often the history is read from its start.
	maxHistoryPasses = 3
)

// historyReader reads pages until they add up to the whole history.
//
// The API documents a total, but not the largest page it grants, nor the order of records, nor that a page is never
// empty by mistake. So the next page starts where this one ended, a page without news is requested again, and a pass
// that has fewer distinct records than the largest total announced in it is discarded: records have been skipped or
// removed while it was read. The last pass asks for all records and filters them here, because the total of a filtered
// history might count all of them.
type historyReader struct {
	fetch func(query url.Values) (historyPage, error)
	// pause waits before the repetition with this number, from 1.
	pause    func(repeats int, reason string) error
	requests int
}

// read returns the records that meet the request.
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

// readPass reads the history from its start; the error is of KindInconsistent if the pages don't add up.
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

// historyPass is what one pass over the history has read.
type historyPass struct {
	req      HistoryRequest
	matching []Record
	seen     map[string]bool // the keys of records
	// lines counts the lines of pages with news, without those that repeat a record of an earlier page.
	lines int
	// announced is the largest total that a page announced; -1 if none did.
	announced int
	offset    int
	// short reports whether the last page with news had fewer lines than it could have.
	short bool
}

// passStep is how a pass continues after a page.
type passStep int

const (
	passGoesOn passStep = iota // with the next page
	passDone
	passStuck        // the page had no news, but it may not be the end
	passInconsistent // the announced end is reached with too few distinct records
)

// add takes the records of the next page.
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
		if fresh[key] { // a line that occurs twice in one page is counted by the total
			lines++
		}
	}
	p.announced = max(p.announced, page.total)
	switch {
	case len(p.seen) > known:
		p.lines += lines
		p.offset += page.received
		p.short = page.received < page.limit
		// A full page whose own size is announced may be one of many: some services count the page.
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

// wholeWithout reports whether the history ends before page, which has no news, when it was requested twice. Without a
// total above the lines received that is an empty page, or a repetition of a page that was not full: of the last one.
func (p *historyPass) wholeWithout(page historyPage) bool {
	return p.lines > p.announced && (page.received == 0 || p.short)
}

// incomplete returns the error for a pass that ends with page, or reaches no end there.
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
