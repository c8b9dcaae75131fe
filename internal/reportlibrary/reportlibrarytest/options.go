package reportlibrarytest

import (
	"net/http"
	"net/url"
	"time"
)

// Omit as the value of a string switch or of a run's date means: leave it out, where the empty string means the
// default.
const Omit = "-"

// Options are the switches of a whole Server. Failures of single requests are scripted: see Server.Script.
type Options struct {
	// TLS is how NewTLSServer serves; it is read once, at the start, and nothing to NewServer.
	TLS TLSOptions

	// Now is the clock behind the date in a file's name; nil is time.Now.
	Now func() time.Time

	// Delivery is how files travel, for runs without a Delivery of their own.
	Delivery Delivery
	// History are the switches of the report history.
	History HistoryOptions

	// UserIDAsString gives created_by_user_id as a string, as it is documented, and not as an integer, as it is sampled.
	UserIDAsString bool
	// DetailsDisplayName gives the details' name as display_name instead of report_display_name.
	DetailsDisplayName bool
	// ExtraFields adds undocumented fields to history and details.
	ExtraFields bool
	// RewriteJSON may change the top-level object of a history or details response before it is sent. Its values are
	// those of encoding/json; it is called from several goroutines.
	RewriteJSON func(r *http.Request, response map[string]any)

	// OnRequest is called for each request after it was recorded and before the response, from several goroutines.
	OnRequest func(r *http.Request)
}

// FieldForm is how a field without a value shows in JSON.
type FieldForm int

// The forms of a field without a value.
const (
	Absent FieldForm = iota
	Null
	EmptyString
)

// HistoryOptions are the switches of GET /report/history.
type HistoryOptions struct {
	// MaxLimit is the largest page granted, whatever the request's limit; 0 grants any.
	MaxLimit int
	// RefuseLargeLimit rejects a limit above MaxLimit with InvalidLimit instead of a smaller page.
	RefuseLargeLimit bool
	// EchoRequestedLimit reports the requested limit in page.limit, not the granted one.
	EchoRequestedLimit bool
	// SplitBeforeDecoding splits values at the commas that are not percent-encoded. Else encoded ones split as well, and
	// no filter can name a report with a comma in its name.
	SplitBeforeDecoding bool
	// MissingRunIdentifier and MissingDate are how a schedule's run identifier and a run's missing dates show.
	MissingRunIdentifier, MissingDate FieldForm
	// NullLists gives report_history as null when it would be empty.
	NullLists bool
	// Total is page.total, given the true one and the request's query; nil is the true one.
	Total func(total int, query url.Values) int
}

func (s *Server) options() Options {
	s.optionsMu.Lock()
	defer s.optionsMu.Unlock()
	return s.current
}

// Configure changes the options, for all requests that arrive from now on.
func (s *Server) Configure(change func(*Options)) {
	s.optionsMu.Lock()
	defer s.optionsMu.Unlock()
	change(&s.current)
	s.revision++
}
