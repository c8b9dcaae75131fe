package zipfile

import (
	"fmt"
	"strconv"
)

// Kind classifies an [Error].
type Kind int

// The kinds of an [Error].
const (
	Truncated Kind = iota + 1 // an archive without its end
	Damaged                   // an archive with a contradiction: a wrong checksum, size or position
	Encrypted
	UnsupportedMethod // a compression method other than stored and deflate
	Hostile           // an archive that unpacks to far more than a report does
	TooLarge          // an archive that unpacks to more than the caller allows
)

// Error says why an archive can't be read. Its text is a sentence without a full stop at the end.
type Error struct {
	Kind Kind
	// Member is the unmasked name of the faulty file, with any character; empty if the archive as a whole is faulty.
	Member string
	Detail string // continues "the ZIP archive …" or, if Member is set, "its file "name" …"
}

// Error implements error. It quotes Member and escapes control characters in it.
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

var methodNames = map[uint16]string{
	1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "BZIP2", 14: "LZMA", 20: "Zstandard", 93: "Zstandard", 95: "XZ",
	98: "PPMd",
}
