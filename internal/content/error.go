package content

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// Kind says in which way a body is not the requested report.
type Kind int

// The kinds of an [Error].
const (
	// Empty is a body without bytes, of white space only, or of the two words "No content".
	Empty Kind = iota + 1
	// Page is HTML or XML, as the whole body or after rows.
	Page
	// Failure is a JSON object or a text that reports an error, as the whole body or after rows.
	Failure
	// Binary is data that is not text where text was requested.
	Binary
	// OtherFormat is a recognised format other than the requested one, or an unrecognised one.
	OtherFormat
	// Malformed is JSON that is not one valid document.
	Malformed
	// Truncated is a body that ends before its format does.
	Truncated
	// CutOff is a body that ends before its format does, where only the end of the connection said that it is complete:
	// another attempt may bring the rest.
	CutOff
	// Damaged is an archive that contradicts itself: a wrong checksum or size.
	Damaged
	// Encrypted is an archive whose file needs a password.
	Encrypted
	// Unsupported is an archive whose file is compressed with a method that is not supported.
	Unsupported
	// NotOneFile is a wrapper with no file or with more than one.
	NotOneFile
	// TooLarge is a body or a content past the limit.
	TooLarge
	// Hostile is a body that unpacks to far more than a report does.
	Hostile
)

// Error says why a body is not the requested report. Names and text from the body in it are not masked, and can have
// any length and any character: a caller that shows it passes them through [Error.Reason].
type Error struct {
	Kind Kind
	// Snippet is the start of the text that was found, up to 64 KiB; empty for binary data.
	Snippet string
	// Members are the names of the files of a wrapper that has not exactly one.
	Members []string

	format string
	values []any // strings are from the body
}

// Error implements error.
func (e *Error) Error() string {
	return e.Reason(func(s string) string { return s })
}

// Reason returns a sentence without a final full stop that names the finding and its place. Text from the body passes
// through clean before it becomes a part of the sentence.
func (e *Error) Reason(clean func(string) string) string {
	values := make([]any, len(e.values))
	for i, value := range e.values {
		switch value := value.(type) {
		case string:
			values[i] = clean(value)
		case *zipfile.Error:
			shown := *value
			shown.Member = clean(shown.Member)
			values[i] = &shown
		default:
			values[i] = value
		}
	}
	return fmt.Sprintf(e.format, values...)
}

func problem(kind Kind, format string, values ...any) *Error {
	return &Error{Kind: kind, format: format, values: values}
}

// showing returns the error with the start of a text. The last word of a long start is left out, because the start of a
// secret that is cut there could not be masked.
func (e *Error) showing(text []byte) *Error {
	const long = 4 << 10
	start := text[:min(len(text), headSize)]
	if word := bytes.LastIndexAny(start, " \t\r\n<>\"'&=,;:") + 1; len(start) > long && word > len(start)/2 {
		start = start[:word]
	}
	e.Snippet = string(start)
	return e
}

// archiveKinds are the kinds of archive errors as kinds of [Error].
var archiveKinds = map[zipfile.Kind]Kind{
	zipfile.Truncated:         Truncated,
	zipfile.Damaged:           Damaged,
	zipfile.Encrypted:         Encrypted,
	zipfile.UnsupportedMethod: Unsupported,
	zipfile.Hostile:           Hostile,
	zipfile.TooLarge:          TooLarge,
}

// archiveError returns the error of an archive as an [*Error], another error as it is.
func archiveError(err error) error {
	if zipErr, ok := errors.AsType[*zipfile.Error](err); ok {
		return problem(archiveKinds[zipErr.Kind], "%v", zipErr)
	}
	return err
}
