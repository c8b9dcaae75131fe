package archive

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Run is a run in the report's history. Strings are unchanged from the API; empty if missing.
type Run struct {
	ReportIdentifier      string   `json:"report_identifier"`
	ReportDisplayName     string   `json:"report_display_name"`
	ReportType            string   `json:"report_type"`
	ReportTypeDisplayName string   `json:"report_type_display_name"`
	ReportRunIdentifier   string   `json:"report_run_identifier"`
	ReportStartDate       string   `json:"report_start_date"`
	ReportEndDate         string   `json:"report_end_date"`
	Schedule              string   `json:"schedule"`
	ManuallyTriggered     *bool    `json:"manually_triggered"`
	CreatedByUserID       string   `json:"created_by_user_id"`
	CreatedByUserName     string   `json:"created_by_user_name"`
	CreatedDate           string   `json:"created_date"`
	ReportFormats         []string `json:"report_formats"`
	Parts                 int64    `json:"split_report_count"` // the number of parts of a split run; 0 for an unsplit run
	Status                string   `json:"status,omitempty"`
}

const (
	statusReady  = "READY"
	statusFailed = "FAILED"
)

// maxParts is the greatest plausible number of parts: a thousand million rows.
const maxParts = 10_000

// longestIdentifier is the length of the longest plausible run identifier.
const longestIdentifier = 64

// identifierForm matches run identifiers that can be part of a URL and a file name.
var identifierForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`) })

// usable reports whether the identifier and the number of parts are plausible.
func (r Run) usable() bool {
	return identifierForm().MatchString(r.ReportRunIdentifier) && r.Parts >= 0 && r.Parts <= maxParts
}

func (r Run) keys() []Key {
	if r.Parts == 0 {
		return []Key{NewKey(r.ReportRunIdentifier, nil)}
	}
	keys := make([]Key, 0, r.Parts)
	for part := range r.Parts {
		keys = append(keys, NewKey(r.ReportRunIdentifier, &part))
	}
	return keys
}

// startedAfter reports whether the run started at or after limit, a date or time in the API's format. It returns false
// for a run without a start date.
func (r Run) startedAfter(limit string) bool {
	switch {
	case limit == "":
		return true
	case len(limit) == len("2006-01-02"):
		return r.ReportStartDate >= limit
	default:
		return r.ReportStartDate > limit
	}
}

// byEnd orders runs by end, start and identifier, so that the order does not depend on the history's.
func byEnd(a, b Run) int {
	return cmp.Or(
		strings.Compare(a.ReportEndDate, b.ReportEndDate),
		strings.Compare(a.ReportStartDate, b.ReportStartDate),
		strings.Compare(strings.ToLower(a.ReportRunIdentifier), strings.ToLower(b.ReportRunIdentifier)),
	)
}

// byStart orders runs by start. A run without a start date is the newest.
func byStart(a, b Run) int {
	undated := func(r Run) int {
		if r.ReportStartDate == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(undated(a), undated(b)), strings.Compare(a.ReportStartDate, b.ReportStartDate), byEnd(a, b))
}

// distinct returns each run once, sorted by byEnd. If the history lists a run twice, READY wins, because a run stays
// READY.
func distinct(runs []Run) []Run {
	known := map[string]int{}
	var once []Run
	for _, run := range runs {
		id := strings.ToLower(run.ReportRunIdentifier)
		at, seen := known[id]
		switch {
		case id == "": // a schedule, or a run that has just begun GENERATING
		case !seen:
			known[id] = len(once)
			once = append(once, run)
		case once[at].Status != statusReady && run.Status == statusReady:
			once[at] = run
		}
	}
	slices.SortFunc(once, byEnd)
	return once
}
