package zipfile

import (
	"fmt"
	"strconv"
)

// Kind says in which way an archive can't be read.
type Kind int

// The kinds of an [Error].
const (
	// Truncated is an archive whose end is missing.
	Truncated Kind = iota + 1
	// Damaged is an archive that contradicts itself: a wrong checksum, size or position.
	Damaged
	// Encrypted is a file that needs a password.
	Encrypted
	// UnsupportedMethod is a file with a compression method other than stored and deflate.
	UnsupportedMethod
	// Hostile is an archive that unpacks to far more than a report does, or claims to.
	Hostile
	// TooLarge is an archive that unpacks to more than the caller allows.
	TooLarge
)

// Error says why an archive can't be read. Its text is a sentence without a final full stop.
type Error struct {
	Kind Kind
	// Member is the name of the file to blame as the archive spells it, of any length and with any character; empty if
	// the archive as a whole is to blame. A caller that shows the error may put a masked or shortened name in its place.
	Member string
	// Detail continues "the ZIP archive …" or, if Member is set, "its file "name" …".
	Detail string
}

// Error implements error. Member appears quoted, with escapes in place of control characters.
func (e *Error) Error() string {
	text := "the ZIP archive "
	if e.Kind == Damaged {
		text += "is damaged: "
	}
	switch {
	case e.Member != "":
		text = fmt.Sprintf("%sits file %s ", text, strconv.Quote(e.Member))
		if e.Kind != Damaged {
			text = fmt.Sprintf("the file %s in the ZIP archive ", strconv.Quote(e.Member))
		}
	case e.Kind == Damaged:
		text += "it "
	}
	return text + e.Detail
}

func problem(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// methodNames are the compression methods that other writers use (APPNOTE.TXT 4.4.5).
var methodNames = map[uint16]string{
	1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "BZIP2", 14: "LZMA", 20: "Zstandard", 93: "Zstandard", 95: "XZ",
	98: "PPMd",
}
