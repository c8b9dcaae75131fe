package archive

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// File is the record of an archived file.
type File struct {
	Name                           string // relative to the folder
	SHA256                         string // in lower-case hexadecimal
	Size                           int64  // in bytes
	RowCount                       *int64 // without the header; nil if unknown
	ReportStartDate, ReportEndDate string
	Manifest                       int64 // number of the manifest that lists the file
}

// Files are the archived files by key.
type Files map[Key]File

// Record is the state of an archive.
type Record struct {
	ReportIdentifier string
	Files            Files
	Sequence         int64 // the number of the newest manifest; 0 before the first one
	Newest           Link  // the newest manifest; the zero value before the first one
}

func (r Record) clone() Record {
	r.Files = maps.Clone(r.Files)
	if r.Files == nil {
		r.Files = Files{}
	}
	return r
}

// Keys returns the keys in order.
func (f Files) Keys() []Key { return slices.Sorted(maps.Keys(f)) }

// folded maps every folded key to the recorded one.
func (f Files) folded() map[string]Key {
	folded := make(map[string]Key, len(f))
	for key := range f {
		folded[key.fold()] = key
	}
	return folded
}

// NewestEnd returns the latest end of an archived run in UTC; false if no date can be parsed.
func (f Files) NewestEnd() (time.Time, bool) {
	var newest time.Time
	for _, file := range f {
		if end, ok := parseDate(file.ReportEndDate); ok && end.After(newest) {
			newest = end
		}
	}
	return newest, !newest.IsZero()
}

// parseDate parses a date of the API, whose dates are in UTC.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateTime, time.RFC3339, time.DateOnly} {
		if date, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return date.UTC(), true
		}
	}
	return time.Time{}, false
}
