package reportlibrarytest

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// wrapThreshold is the size in bytes above which a file is wrapped, a reading of "2 MB".
const wrapThreshold = 2_000_000

// mediaTypes and extensions go by format.
var (
	mediaTypes = map[string]string{
		"CSV":   "text/csv",
		"JSON":  "application/json",
		"EXCEL": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"ZIP":   "application/zip",
	}
	extensions = map[string]string{"CSV": "csv", "JSON": "json", "EXCEL": "xlsx", "ZIP": "zip"}
)

// serveDownload serves GET /report/{report_identifier}/{report_run_identifier}/download.
func (s *Server) serveDownload(w http.ResponseWriter, r *http.Request, o Options, report, run string) {
	query := r.URL.Query()
	format := query.Get("report_format")
	if format == "" {
		MissingMandatoryFields.write(w)
		return
	}
	e, reportKnown, runKnown := s.library.find(report, run)
	switch {
	case !reportKnown:
		ReportsNotFound.write(w)
		return
	case !runKnown:
		ReportNotFound.write(w)
		return
	case format != e.Format && format != "ZIP":
		ReportFormatInapplicable.write(w)
		return
	case e.Status == "SCHEDULED" || e.Status == "GENERATING" || e.Status == "FAILED":
		ReportNotFound.write(w)
		return
	}
	content, part, refusal := e.part(query.Get("split_report_sequence"), query.Has("split_report_sequence"))
	if !refusal.isZero() {
		refusal.write(w)
		return
	}
	f := s.file(o, e, content, part, format)
	if f.delivery.Redirect != nil {
		s.redirect(w, f)
		return
	}
	f.ServeHTTP(w, r)
}

// part finds the content of a sequence number. Its number is -1 for the whole of an unsplit run.
func (e *entry) part(sequence string, given bool) (content Content, part int, refusal Response) {
	split := e.Parts != nil
	if !given {
		if split {
			return nil, 0, MissingMandatoryField("split_report_sequence")
		}
		return e.Content, -1, Response{}
	}
	n, err := strconv.ParseUint(sequence, 10, 31)
	switch {
	case err != nil:
		return nil, 0, InvalidRequest("split_report_sequence")
	case split && n < uint64(len(e.Parts)):
		return e.Parts[n], int(n), Response{}
	}
	return nil, 0, ReportNotFound
}

// file is the content as it travels: wrapped or not, with a name and a type.
func (s *Server) file(o Options, e entry, content Content, part int, format string) file {
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	f := file{content: content, delivery: o.Delivery, scratch: &s.scratch}
	if e.Delivery != nil {
		f.delivery = *e.Delivery
	}
	inner := e.Format
	if inner == "ZIP" {
		inner = "CSV"
	}
	day := now().Format(time.DateOnly)
	stem := e.DisplayName + "-" + day
	if f.wrapped(format, part) {
		name := f.delivery.MemberName
		setDefault(&name, stem+"."+extensions[inner])
		// Midnight of the server's date, so that a ZIP differs by the day only.
		year, month, date := now().Date()
		modified := time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
		format = "ZIP"
		f.key = s.fileKey(e, part, format, day)
		f.content = s.scratch.get(f.key, func(w io.Writer) error {
			return writeZIP(w, name, content, modified, f.delivery)
		})
	} else {
		f.key = s.fileKey(e, part, format, "")
	}
	f.name = stem + "." + extensions[format]
	f.mediaType = mediaTypes[format]
	return f
}

func (f file) wrapped(format string, part int) bool {
	switch f.delivery.Wrap {
	case WrapAlways:
		return true
	case WrapNever:
		return false
	default:
		return format == "ZIP" || part >= 0 || f.content.Size() > wrapThreshold
	}
}

// fileKey changes whenever the bytes may: with the run, with the options, and for a ZIP with the day.
func (s *Server) fileKey(e entry, part int, format, day string) string {
	s.optionsMu.Lock()
	defer s.optionsMu.Unlock()
	return fmt.Sprint(s.base, "|", e.serial, "|", e.revision, "|", s.revision, "|", part, "|", format, "|", day)
}
