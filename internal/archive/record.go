package archive

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// File is what is recorded of an archived file.
type File struct {
	// Name is relative to the folder.
	Name string
	// SHA256 is in lower-case hexadecimal, Size in bytes.
	SHA256 string
	Size   int64
	// RowCount is the number of records without the header; nil where it is not known.
	RowCount                       *int64
	ReportStartDate, ReportEndDate string
	// Manifest is the number of the manifest that lists the file.
	Manifest int64
}

// Files are the archived files by their keys.
type Files map[Key]File

// Record is everything that is recorded of an archive.
type Record struct {
	ReportIdentifier string
	Files            Files
	// Sequence is the number of the newest manifest, 0 before the first.
	Sequence int64
	// Newest is the newest manifest; the zero value before the first.
	Newest Link
}

// clone returns a copy whose files can be changed.
func (r Record) clone() Record {
	r.Files = maps.Clone(r.Files)
	if r.Files == nil {
		r.Files = Files{}
	}
	return r
}

// Keys returns the keys in a fixed order.
func (f Files) Keys() []Key { return slices.Sorted(maps.Keys(f)) }

// folded maps every key's folded spelling to the recorded one.
func (f Files) folded() map[string]Key {
	folded := make(map[string]Key, len(f))
	for key := range f {
		folded[key.fold()] = key
	}
	return folded
}

// NewestEnd returns the latest end of all archived runs, in UTC; false if no date can be read.
func (f Files) NewestEnd() (time.Time, bool) {
	var newest time.Time
	for _, file := range f {
		if end, ok := parseDate(file.ReportEndDate); ok && end.After(newest) {
			newest = end
		}
	}
	return newest, !newest.IsZero()
}

// parseDate reads a date of the API, which are said to be in UTC.
func parseDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateTime, time.RFC3339, time.DateOnly} {
		if date, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return date.UTC(), true
		}
	}
	return time.Time{}, false
}
