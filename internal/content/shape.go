package content

import (
	"errors"
	"strings"
)

// table is the shape of a CSV.
type table struct {
	separator byte
	header    []string // nil if it is longer than the head
	records   int      // including the header, without blank lines
	least     int      // number of fields in the shortest and the longest record
	most      int
}

var errEnough = errors.New("enough records were read")

// tableOf reads the records in the head of a CSV. It ignores the last one unless eof.
func tableOf(text []byte, eof bool) table {
	var best table
	for i := range len(separators) {
		separator := separators[i]
		s := csvScanner{separator: separator}
		var header []string
		s.look = func(record []byte) error {
			header = splitRecord(record, separator)
			return errEnough
		}
		if s.write(text) == nil {
			_, _ = s.end()
		}
		more := len(header) - len(best.header)
		if more > 0 || more == 0 && strayQuotes(header) < strayQuotes(best.header) {
			best = table{separator: separator, header: header}
		}
	}
	if best.header == nil {
		return table{separator: separators[0]}
	}
	s := csvScanner{separator: best.separator, all: true}
	s.look = func(record []byte) error {
		n := fieldCount(record, best.separator)
		if best.records++; best.records == 1 {
			best.least, best.most = n, n
		}
		best.least, best.most = min(best.least, n), max(best.most, n)
		if best.records == tableRecords {
			return errEnough
		}
		return nil
	}
	if s.write(text) != nil || best.records > 0 && !eof {
		return best
	}
	if !eof {
		best.header = nil // it is incomplete
	}
	_, _ = s.end()
	return best
}

// strayQuotes counts the fields with a quotation mark, as the wrong separator leaves them.
func strayQuotes(fields []string) (n int) {
	for _, field := range fields {
		if strings.Contains(field, `"`) {
			n++
		}
	}
	return n
}

// tableRecords is the maximum number of records that are read to find the shape of a table.
const tableRecords = 200

// isRegular reports whether the text is certainly a table: it has at least so many records, all with the same number of
// fields, at least two.
func (t table) isRegular(records int) bool {
	return t.records >= records && t.least == t.most && t.least >= 2
}
