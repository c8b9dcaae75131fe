package content

import "fmt"

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

// Error says why a body is not the requested report. Secrets in it are not masked.
type Error struct {
	Kind Kind
	// Reason is a sentence without a final full stop that says what was found and where. Names and text in it are as
	// they came, of any length and with any character.
	Reason string
	// Snippet is the start of the text that was found, of any length up to 64 KiB; empty for binary data.
	Snippet string
	// Members are the names of the files of a wrapper that has not exactly one.
	Members []string
}

// Error implements error.
func (e *Error) Error() string { return e.Reason }

func problem(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

// showing returns the error with the start of a text.
func (e *Error) showing(text []byte) *Error {
	e.Snippet = string(text[:min(len(text), headSize)])
	return e
}
