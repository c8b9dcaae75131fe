package rows

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Memory limits in bytes.
const (
	maxCell     = 1 << 20  // of a column in the query
	maxHeadings = 1 << 20  // all of a file together
	maxSelected = 16 << 20 // all selected cells together
)

// Query searches files that are one report together.
type Query struct {
	Paths  []string
	SHA256 []string    // the expected digests in hex, one per path; nil to accept any content
	Where  []Condition // conditions that a row must all meet
	// Select are the headings of the columns to return for the first MaxRows matching rows.
	Select  []string
	MaxRows int
}

// Result is the result of a Query.
type Result struct {
	Columns []string // the headings of a CSV, or the keys of the first object of a JSON array
	// RowCount is the number of rows without headers and blank lines, MatchCount that of matching rows.
	RowCount, MatchCount int64
	// UnparsedCount is the number of cells that are not a date or number, in rows that meet all other conditions. These
	// rows do not match.
	UnparsedCount int64
	FirstUnparsed *Cell               // the first of these cells, or nil
	Rows          []map[string]string // the selected cells of the first matching rows, by heading
	Truncated     bool                // more rows match
}

// Cell is the position of a cell.
type Cell struct {
	Path string
	// Row is the number of the row in its file, from 1, without the header and blank lines.
	Row       int64
	Condition int // the index of the condition in Query.Where
}

// Run reads the files of a query. The error is a *ConditionError, *HashError, *ColumnError, *ReadError, *SizeError,
// *atomicfile.TargetError, or the cause of ctx.
func Run(ctx context.Context, q Query) (*Result, error) {
	s := &scan{query: q, result: &Result{}}
	for _, c := range q.Where {
		t, err := c.compile()
		if err != nil {
			return nil, err
		}
		s.tests = append(s.tests, t)
	}
	if q.SHA256 != nil && len(q.SHA256) != len(q.Paths) {
		return nil, fmt.Errorf("%d digests for %d files", len(q.SHA256), len(q.Paths))
	}
	for i := range q.Paths {
		want := ""
		if q.SHA256 != nil {
			want = q.SHA256[i]
		}
		if err := s.file(ctx, q.Paths[i], strings.ToLower(want)); err != nil {
			return nil, err
		}
	}
	s.result.Truncated = len(q.Select) > 0 && s.result.MatchCount > int64(len(s.result.Rows))
	return s.result, nil
}

// scan is the state of a query.
type scan struct {
	query    Query
	tests    []test // of query.Where
	result   *Result
	format   string // of the first file
	selected int    // bytes in result.Rows
	path     string // of the current file
	rows     int64  // of the current file
}

// names returns the columns of all conditions, then the selected ones.
func (s *scan) names() []string {
	var names []string
	for _, c := range s.query.Where {
		names = append(names, c.Column)
	}
	return append(names, s.query.Select...)
}

// row checks a row, whose cells are in the order of names.
func (s *scan) row(cells []string) error {
	s.result.RowCount++
	s.rows++
	unparsed, first := int64(0), 0
	for i, t := range s.tests {
		holds, readable := t(cells[i])
		if !readable {
			if unparsed++; unparsed == 1 {
				first = i
			}
		} else if !holds {
			return nil
		}
	}
	if unparsed > 0 {
		if s.result.UnparsedCount == 0 {
			s.result.FirstUnparsed = &Cell{Path: s.path, Row: s.rows, Condition: first}
		}
		s.result.UnparsedCount += unparsed
		return nil
	}
	s.result.MatchCount++
	if len(s.query.Select) == 0 || len(s.result.Rows) >= s.query.MaxRows {
		return nil
	}
	row := make(map[string]string, len(s.query.Select))
	for i, name := range s.query.Select {
		cell := strings.Clone(cells[len(s.tests)+i])
		row[name] = cell
		s.selected += len(cell)
	}
	if s.selected > maxSelected {
		return &SizeError{Bytes: maxSelected}
	}
	s.result.Rows = append(s.result.Rows, row)
	return nil
}

// columnError returns the error for the column at index i of names.
func (s *scan) columnError(path string, i int, headings []string, twice bool) error {
	e := &ColumnError{Path: path, Column: s.names()[i], Headings: headings, Twice: twice, Condition: i}
	if i >= len(s.tests) {
		e.Condition = -1
	}
	return e
}

// find returns the index of the heading name, ignoring white space around it; -1 if it is missing, -2 if several match.
func find(headings []string, name string) int {
	trimmed := strings.TrimSpace(name)
	for _, fits := range []func(string) bool{
		func(heading string) bool { return heading == name },
		func(heading string) bool { return strings.TrimSpace(heading) == trimmed },
	} {
		if i := slices.IndexFunc(headings, fits); i >= 0 {
			if slices.ContainsFunc(headings[i+1:], fits) {
				return -2
			}
			return i
		}
	}
	return -1
}

// agree compares the headings of a file with those of the previous files.
func (s *scan) agree(path string, headings []string, same func(before, now []string) bool) error {
	if s.result.Columns == nil {
		s.result.Columns = headings
		return nil
	}
	if !same(s.result.Columns, headings) {
		return &ReadError{path, fmt.Sprintf("has the headings %s, and %s has %s: they are not parts of one report",
			quoted(headings), s.query.Paths[0], quoted(s.result.Columns))}
	}
	return nil
}
