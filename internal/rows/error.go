package rows

import (
	"fmt"
	"strings"
)

// HashError is a file whose content is not the expected one.
type HashError struct {
	Path string
	// Want and Got are SHA-256 digests in lower-case hex.
	Want, Got string
}

// Error implements error.
func (e *HashError) Error() string {
	return fmt.Sprintf("%s has the SHA-256 %s, not %s", e.Path, e.Got, e.Want)
}

// ColumnError is a column that a file does not have, or has twice.
type ColumnError struct {
	Path, Column string
	// Headings are those of the file, in its order.
	Headings []string
	// Twice says that more than one heading fits.
	Twice bool
	// Condition is the index of the condition with the column, -1 if the column is a selected one.
	Condition int
}

// Error implements error.
func (e *ColumnError) Error() string {
	if e.Twice {
		return fmt.Sprintf("%s has more than one column %q", e.Path, e.Column)
	}
	return fmt.Sprintf("%s has no column %q", e.Path, e.Column)
}

// ReadError is a file that cannot be read as rows, or whose rows do not belong to those of the files before.
type ReadError struct {
	Path string
	// Reason is the end of a sentence that starts with the path.
	Reason string
}

// Error implements error.
func (e *ReadError) Error() string { return e.Path + " " + e.Reason }

// SizeError is a result that is too large to return.
type SizeError struct {
	// Bytes is the limit of all selected cells together.
	Bytes int
}

// Error implements error.
func (e *SizeError) Error() string {
	return fmt.Sprintf("the selected cells have more than %d bytes", e.Bytes)
}

// quoted lists headings for a message.
func quoted(headings []string) string {
	texts := make([]string, len(headings))
	for i, heading := range headings {
		texts[i] = fmt.Sprintf("%q", heading)
	}
	return strings.Join(texts, ", ")
}
