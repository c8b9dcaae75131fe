package rows

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

var errTooLarge = errors.New("the cell or header is too large")

// csvState is the position of the next byte, as in Python's csv.reader.
type csvState uint8

const (
	startRecord csvState = iota
	startField
	inField
	inQuoted
	quoteInQuoted
)

// csvReader splits a CSV, which it gets in pieces, into cells as Python's csv.reader does: only at the start of a field
// does a quotation mark quote, and a lone CR ends a record. It skips blank lines, and keeps only the wanted cells.
type csvReader struct {
	separator byte
	// want maps each column to the slot of its cell, or to -1 to drop it; nil keeps all cells.
	want   []int
	cells  [][]byte // the kept cells of the record, by slot
	record func() error

	state  csvState
	column int
	keep   int // the slot of the current cell; -1 to drop it
	total  int // bytes of the record's cells if want is nil
	plain  [256]bool
}

func newCSVReader(separator byte) *csvReader {
	r := &csvReader{separator: separator}
	for i := range r.plain {
		r.plain[i] = byte(i) != separator && i != '\n' && i != '\r'
	}
	r.start(0)
	return r
}

func (r *csvReader) start(column int) {
	r.column, r.keep = column, -1
	if r.want == nil {
		r.keep = column
		if column == len(r.cells) {
			r.cells = append(r.cells, nil)
		}
		return
	}
	if column < len(r.want) {
		r.keep = r.want[column]
	}
}

func (r *csvReader) add(p []byte) error {
	if r.keep < 0 || len(p) == 0 {
		return nil
	}
	if r.want == nil {
		if r.total += len(p) + 1; r.total > maxHeadings {
			return errTooLarge
		}
	}
	if len(r.cells[r.keep])+len(p) > maxCell {
		return errTooLarge
	}
	r.cells[r.keep] = append(r.cells[r.keep], p...)
	return nil
}

func (r *csvReader) write(p []byte) error {
	for at := 0; at < len(p); {
		c := p[at]
		end := at + 1
		switch {
		case r.state == inQuoted && c == '"':
			r.state = quoteInQuoted
		case r.state == inQuoted:
			if end = bytes.IndexByte(p[at:], '"') + at; end < at {
				end = len(p)
			}
			if err := r.add(p[at:end]); err != nil {
				return err
			}
		case r.state == quoteInQuoted && c == '"':
			r.state = inQuoted
			if err := r.add(p[at:end]); err != nil {
				return err
			}
		case c == '\n' || c == '\r':
			if err := r.finish(); err != nil {
				return err
			}
		case c == r.separator:
			r.state = startField
			if r.want == nil && r.column >= maxHeadings/16 {
				return errTooLarge
			}
			r.start(r.column + 1)
		case c == '"' && r.state < inField:
			r.state = inQuoted
		default:
			r.state = inField
			for end < len(p) && r.plain[p[end]] {
				end++
			}
			if err := r.add(p[at:end]); err != nil {
				return err
			}
		}
		at = end
	}
	return nil
}

func (r *csvReader) finish() error {
	if r.state == startRecord {
		return nil
	}
	r.state = startRecord
	if err := r.record(); err != nil {
		return err
	}
	if r.want == nil {
		r.cells, r.total = r.cells[:0], 0
	}
	for i := range r.cells {
		r.cells[i] = r.cells[i][:0]
	}
	r.start(0)
	return nil
}

var errOpen = errors.New("the text ends within a quotation")

// end ends the last record at the end of the text.
func (r *csvReader) end() error {
	if r.state == inQuoted {
		return errOpen
	}
	return r.finish()
}

// csvFile passes the rows of a CSV to a scan.
type csvFile struct {
	*scan
	path    string
	reader  *csvReader
	started bool
	slots   []int // of each name in names
	texts   []string
}

func (f *csvFile) record() error {
	if !f.started {
		f.started = true
		return f.header()
	}
	for i, slot := range f.slots {
		f.texts[i] = content.ToUTF8(string(f.reader.cells[slot]))
	}
	return f.row(f.texts)
}

func (f *csvFile) header() error {
	headings := make([]string, f.reader.column+1)
	for i := range headings {
		headings[i] = content.ToUTF8(string(f.reader.cells[i]))
	}
	if err := f.agree(f.path, headings, sameHeadings); err != nil {
		return err
	}
	want := make([]int, len(headings))
	for i := range want {
		want[i] = -1
	}
	slots := 0
	for i, name := range f.names() {
		at := find(headings, name)
		if at < 0 {
			return f.columnError(f.path, i, headings, at == -2)
		}
		if want[at] < 0 {
			want[at] = slots
			slots++
		}
		f.slots = append(f.slots, want[at])
	}
	f.texts = make([]string, len(f.slots))
	f.reader.want, f.reader.cells = want, make([][]byte, slots)
	return nil
}

func sameHeadings(before, now []string) bool {
	return slices.EqualFunc(before, now, func(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) })
}

// end reports a file without a header.
func (f *csvFile) end() error {
	if !f.started && len(f.names()) > 0 {
		return f.columnError(f.path, 0, nil, false)
	}
	return nil
}

// problem adds the position to an error of the reader.
func (f *csvFile) problem(err error) error {
	place := "the header"
	if f.started {
		place = fmt.Sprintf("row %d", f.rows+1)
	}
	switch {
	case errors.Is(err, errOpen):
		return &ReadError{f.path, "ends within a quotation that starts in " + place + ": its rows cannot be counted"}
	case errors.Is(err, errTooLarge):
		return &ReadError{f.path, fmt.Sprintf("has a cell of more than %d bytes in %s", maxCell, place)}
	default:
		return err
	}
}
