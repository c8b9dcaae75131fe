package rows

import (
	"fmt"
	"strings"
)

// HashError reports a file with unexpected content.
type HashError struct {
	Path string
	// Want and Got are SHA-256 digests in lower-case hex.
	Want, Got string
}

func (e *HashError) Error() string {
	return fmt.Sprintf("%s has the SHA-256 %s, not %s", e.Path, e.Got, e.Want)
}

// ColumnError reports a column that is missing or ambiguous.
type ColumnError struct {
	Path, Column string
	Headings     []string // those of the file, in its order
	Twice        bool     // several headings match
	Condition    int      // the index of the condition on the column; -1 for a selected column
}

func (e *ColumnError) Error() string {
	if e.Twice {
		return fmt.Sprintf("%s has more than one column %q", e.Path, e.Column)
	}
	return fmt.Sprintf("%s has no column %q", e.Path, e.Column)
}

// ReadError reports a file that can't be read as rows, or whose columns differ from those of the previous files.
type ReadError struct {
	Path   string
	Reason string // the end of a sentence that starts with the path
}

func (e *ReadError) Error() string { return e.Path + " " + e.Reason }

// SizeError reports a result above the size limit.
type SizeError struct {
	Bytes int // the limit for all selected cells together
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the selected cells have more than %d bytes", e.Bytes)
}

func quoted(headings []string) string {
	texts := make([]string, len(headings))
	for i, heading := range headings {
		texts[i] = fmt.Sprintf("%q", heading)
	}
	return strings.Join(texts, ", ")
}
