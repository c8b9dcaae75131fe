package reportlibrarytest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// defaultLimit is the documented one.
const defaultLimit = 100

// filters are the query parameters that compare one field exactly, with the values that the documentation allows; nil
// is any.
var filters = []struct {
	parameter string
	allowed   []string
	field     func(Run) string
}{
	{"report_display_name", nil, func(r Run) string { return r.DisplayName }},
	{"schedule", []string{"ON_DEMAND", "WEEKLY", "MONTHLY"}, func(r Run) string { return r.Schedule }},
	{"status", []string{"SCHEDULED", "GENERATING", "READY", "FAILED"}, func(r Run) string { return r.Status }},
	{"report_type", []string{"orders", "domains", "balance-history", "audit-logs", "organizations", "fqdn", "users"},
		func(r Run) string { return r.Type }},
}

// serveHistory serves GET /report/history.
func (s *Server) serveHistory(w http.ResponseWriter, r *http.Request, o Options) {
	query, h := r.URL.Query(), o.History
	offset, ok := pageNumber(query, "offset", 0, 0)
	if !ok {
		InvalidOffset.write(w)
		return
	}
	requested, ok := pageNumber(query, "limit", defaultLimit, 1)
	if !ok || h.MaxLimit > 0 && requested > h.MaxLimit && h.RefuseLargeLimit {
		InvalidLimit.write(w)
		return
	}
	runs, ok := s.filter(r.URL, h)
	if !ok {
		InvalidFilter.write(w)
		return
	}
	limit := requested
	if h.MaxLimit > 0 {
		limit = min(limit, h.MaxLimit)
	}
	total, first := len(runs), min(offset, len(runs))
	var records []any
	for _, run := range runs[first:min(first+limit, total)] {
		records = append(records, o.record(run))
	}
	if records == nil && !h.NullLists {
		records = []any{}
	}
	page := map[string]any{"total": total, "limit": limit, "offset": offset}
	if h.EchoRequestedLimit {
		page["limit"] = requested
	}
	if h.Total != nil {
		page["total"] = h.Total(total, query)
	}
	response := map[string]any{"page": page, "report_history": records}
	if o.ExtraFields {
		response["request_id"] = "0f1e2d3c"
	}
	o.sendJSON(w, r, response)
}

// record is a run as history shows it.
func (o Options) record(run Run) map[string]any {
	record := map[string]any{
		"report_display_name": run.DisplayName, "report_identifier": run.ReportIdentifier,
		"created_by_user_id": o.userID(run.CreatedByUserID), "created_by_user_name": run.CreatedByUserName,
		"report_type": run.Type, "report_type_display_name": typeDisplayName(run.Type),
		"schedule": run.Schedule, "format": []any{run.Format}, "status": run.Status,
		"manually_triggered": run.ManuallyTriggered, "split_report_count": run.SplitCount,
	}
	o.History.MissingRunIdentifier.set(record, "report_run_identifier", run.RunIdentifier)
	o.History.MissingDate.set(record, "created_date", run.CreatedDate)
	o.History.MissingDate.set(record, "report_start_date", run.StartDate)
	o.History.MissingDate.set(record, "report_end_date", run.EndDate)
	if o.ExtraFields {
		record["report_size"] = map[string]any{"unit": "KB", "value": 12.5}
	}
	return record
}

func (f FieldForm) set(record map[string]any, key, value string) {
	switch {
	case value != "" && value != Omit:
		record[key] = value
	case f == Null:
		record[key] = nil
	case f == EmptyString:
		record[key] = ""
	}
}

func (o Options) userID(id int) any {
	if o.UserIDAsString {
		return strconv.Itoa(id)
	}
	return id
}

// typeDisplayName is "Audit logs" for audit-logs.
func typeDisplayName(reportType string) string {
	words := strings.ReplaceAll(reportType, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func pageNumber(query url.Values, name string, byDefault, least int) (n int, ok bool) {
	if !query.Has(name) {
		return byDefault, true
	}
	n, err := strconv.Atoi(query.Get(name))
	return n, err == nil && n >= least && n <= 1<<30
}

// filter returns the runs that every filter of the query lets through.
func (s *Server) filter(u *url.URL, h HistoryOptions) (runs []Run, ok bool) {
	runs = s.library.runs()
	for _, filter := range filters {
		values := listValues(u, filter.parameter, h.SplitBeforeDecoding)
		for _, value := range values {
			if filter.allowed != nil && !slices.Contains(filter.allowed, value) {
				return nil, false
			}
		}
		if len(values) > 0 {
			runs = slices.DeleteFunc(runs, func(r Run) bool { return !slices.Contains(values, filter.field(r)) })
		}
	}
	search := strings.ToLower(u.Query().Get("search"))
	return slices.DeleteFunc(runs, func(r Run) bool {
		return !strings.Contains(strings.ToLower(r.DisplayName), search)
	}), true
}

// listValues are the comma-separated values of a parameter, without empty ones.
func listValues(u *url.URL, name string, splitFirst bool) (values []string) {
	if !splitFirst {
		for _, value := range u.Query()[name] {
			values = append(values, strings.Split(value, ",")...)
		}
	} else {
		for pair := range strings.SplitSeq(u.RawQuery, "&") {
			key, list, _ := strings.Cut(pair, "=")
			if key != name {
				continue
			}
			for value := range strings.SplitSeq(list, ",") {
				if decoded, err := url.QueryUnescape(value); err == nil {
					values = append(values, decoded)
				}
			}
		}
	}
	return slices.DeleteFunc(values, func(v string) bool { return v == "" })
}
