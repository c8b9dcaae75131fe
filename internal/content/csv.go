package content

import (
	"bytes"
)

// maxRecord is the number of bytes of a CSV record that are kept.
const maxRecord = 64 << 10

// separators are the characters that separate the fields of a CSV, the most frequent first.
const separators = ",;\t"

// csvScanner splits a CSV, which it gets in pieces, into records as Python's csv.reader does: only at the start of a
// field does a quotation mark quote, and a lone CR ends a record. The text is in UTF-8 or another superset of ASCII.
type csvScanner struct {
	separator byte
	// look is called with the first maxRecord bytes of the first two records and of those that start with one of the
	// suspects, without line ends. An error ends the scan.
	look func(record []byte) error
	all  bool // look is called with every record

	records int64 // so far, without blank lines
	quoted  bool  // inside a quotation
	closing bool  // the last byte was a quotation mark inside a quotation: its end, or the first half of an escaped one
	cr      bool  // the last byte was a CR that ended a record
	last    byte  // the byte before the current piece, if it belongs to the same record
	started bool  // the current record has bytes in earlier pieces: those in kept
	kept    []byte
	latest  []byte // the last complete record that is not a blank line
}

// suspects are the characters at which a page or JSON can start, even if indented.
var suspects = [256]bool{'<': true, '{': true, '[': true, ' ': true, '\t': true}

// indexFrom returns the position of c in p at or after start, or len(p).
func indexFrom(p []byte, start int, c byte) int {
	if i := bytes.IndexByte(p[start:], c); i >= 0 {
		return start + i
	}
	return len(p)
}

func (s *csvScanner) write(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	at, start := 0, 0 // the next byte to read, and the first of the current record
	if s.cr && p[0] == '\n' {
		at, start = 1, 1
	}
	s.cr = false
	if s.closing {
		s.closing = false
		if p[0] == '"' {
			at = 1
		} else {
			s.quoted = false
		}
	}
	quote, lf, cr := indexFrom(p, at, '"'), indexFrom(p, at, '\n'), indexFrom(p, at, '\r')
	for {
		if s.quoted {
			if quote == len(p) {
				break
			}
			at = quote + 1
			if at == len(p) {
				s.closing = true
				break
			}
			switch {
			case p[at] == '"':
				at++
			case p[at] == s.separator && at+1 < len(p) && p[at+1] == '"':
				at += 2 // the next field is quoted as well
			default:
				s.quoted = false
			}
			quote = indexFrom(p, at, '"')
			if !s.quoted && lf < at {
				lf = indexFrom(p, at, '\n')
			}
			if !s.quoted && cr < at {
				cr = indexFrom(p, at, '\r')
			}
			continue
		}
		end := min(lf, cr)
		if quote < end {
			s.quoted = s.opens(p, start, quote)
			at = quote + 1
			quote = indexFrom(p, at, '"')
			continue
		}
		if end == len(p) {
			break
		}
		if err := s.finish(p[start:end]); err != nil {
			return err
		}
		at = end + 1
		if end == cr {
			if at == len(p) {
				s.cr = true
			} else if p[at] == '\n' {
				at++
			}
			cr = indexFrom(p, at, '\r')
		}
		if lf < at {
			lf = indexFrom(p, at, '\n')
		}
		start = at
	}
	s.latest = bytes.Clone(s.latest)
	s.keep(p[start:])
	return nil
}

// opens reports whether the quotation mark at position i of a piece starts a field.
func (s *csvScanner) opens(p []byte, start, i int) bool {
	switch {
	case i > start:
		return p[i-1] == s.separator
	default:
		return !s.started || s.last == s.separator
	}
}

// finish ends the current record with its last part, rest.
func (s *csvScanner) finish(rest []byte) error {
	text := rest
	if s.started {
		s.keep(rest)
		text = s.kept
	}
	s.started, s.kept = false, s.kept[:0]
	if len(text) == 0 {
		return nil
	}
	s.latest = text
	if s.records++; s.records > 2 && !suspects[text[0]] && !s.all {
		return nil
	}
	return s.look(text)
}

func (s *csvScanner) keep(part []byte) {
	if len(part) == 0 {
		return
	}
	s.kept = append(s.kept, part[:min(len(part), maxRecord-len(s.kept))]...)
	s.started, s.last = true, part[len(part)-1]
}

// end ends the last record. open reports whether it ended inside a quotation.
func (s *csvScanner) end() (open bool, err error) {
	open = s.quoted && !s.closing
	return open, s.finish(nil)
}

// splitRecord returns the fields of a record, without their quotation marks.
func splitRecord(record []byte, separator byte) []string {
	fields, field, quoted := []string{}, []byte{}, false
	for i := 0; i < len(record); i++ {
		c := record[i]
		starts := i == 0 || record[i-1] == separator && !quoted
		switch {
		case c == '"' && quoted && i+1 < len(record) && record[i+1] == '"':
			field = append(field, '"')
			i++
		case c == '"' && quoted:
			quoted = false
		case c == '"' && starts:
			quoted = true
		case c == separator && !quoted:
			fields, field = append(fields, string(field)), field[:0]
		default:
			field = append(field, c)
		}
	}
	return append(fields, string(field))
}

// fieldCount returns the number of fields that splitRecord returns, without their texts.
func fieldCount(record []byte, separator byte) int {
	if bytes.IndexByte(record, '"') >= 0 {
		return len(splitRecord(record, separator))
	}
	return bytes.Count(record, []byte{separator}) + 1
}
