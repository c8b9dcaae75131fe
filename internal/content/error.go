package content

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// Kind classifies an [Error].
type Kind int

// Kinds of an [Error].
const (
	Empty       Kind = iota + 1 // a body without bytes, of white space, or of the words "No content"
	Page                        // HTML or XML, as the whole body or after rows
	Failure                     // JSON or text that reports an error, as the whole body or after rows
	Binary                      // binary data in place of text
	OtherFormat                 // a format other than the requested one, known or unknown
	Malformed                   // JSON that is not one valid document
	Truncated                   // a body that ends before its format allows
	// CutOff is a truncated body whose end was only the end of the connection; a retry may deliver all of it.
	CutOff
	Damaged     // an archive with a contradiction: a wrong checksum or size
	Encrypted   // an archive whose file needs a password
	Unsupported // an archive whose file has an unsupported compression method
	NotOneFile  // a wrapper with no file or several
	TooLarge    // a body or content above the limit
	Hostile     // a body that unpacks to far more than a report does
)

// Error says why a body is not the requested report. Text from the body is unmasked, of any length and with any
// character: use [Error.Reason] to show it.
type Error struct {
	Kind    Kind
	Snippet string   // the start of the text, up to 64 KiB; empty for binary data
	Members []string // the file names in a wrapper of the kind NotOneFile

	format string
	values []any // strings come from the body
}

func (e *Error) Error() string {
	return e.Reason(func(s string) string { return s })
}

// Reason returns a sentence without a full stop that names the finding and its place. It applies clean to all text from
// the body.
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

// showing adds the start of a text to e. It drops the last word of a long start, because a secret that was cut there
// could not be masked.
func (e *Error) showing(text []byte) *Error {
	const long = 4 << 10
	start := text[:min(len(text), headSize)]
	if word := bytes.LastIndexAny(start, " \t\r\n<>\"'&=,;:") + 1; len(start) > long && word > len(start)/2 {
		start = start[:word]
	}
	e.Snippet = string(start)
	return e
}

var archiveKinds = map[zipfile.Kind]Kind{
	zipfile.Truncated:         Truncated,
	zipfile.Damaged:           Damaged,
	zipfile.Encrypted:         Encrypted,
	zipfile.UnsupportedMethod: Unsupported,
	zipfile.Hostile:           Hostile,
	zipfile.TooLarge:          TooLarge,
}

// archiveError converts a *zipfile.Error to an [*Error], and returns other errors unchanged.
func archiveError(err error) error {
	if zipErr, ok := errors.AsType[*zipfile.Error](err); ok {
		return problem(archiveKinds[zipErr.Kind], "%v", zipErr)
	}
	return err
}
