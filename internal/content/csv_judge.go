package content

import (
	"bytes"
	"fmt"
	"strings"
)

// csvJudge rejects a CSV that contains a page, an error or binary data.
type csvJudge struct {
	decoder
	controls controls
	scanner  csvScanner
	table    table
	openEnd  bool
	open     bool // the text ended inside a quotation
	firstRow byte // how the first record after the header starts
}

func (j *csvJudge) write(p []byte) error {
	text := j.decode(p)
	if !j.controls.write(text) {
		return j.binary()
	}
	return j.scanner.write(text)
}

func (j *csvJudge) end() error {
	if !j.controls.end() {
		return j.binary()
	}
	partial := j.scanner.started
	last := j.scanner.latest
	if partial {
		last = bytes.Clone(j.scanner.kept)
	}
	var err error
	if j.open, err = j.scanner.end(); err != nil {
		return err
	}
	fields := fieldCount(last, j.table.separator)
	switch {
	case j.openEnd && j.open:
		return j.truncated("in the middle of a quotation")
	case j.openEnd && partial && fields < len(j.table.header):
		return j.truncated(
			fmt.Sprintf("in row %d, which has %d of %d fields", j.scanner.records-1, fields, len(j.table.header)))
	}
	return j.checkLast(last, fields)
}

// count returns nil rows if a stray quotation mark makes their number ambiguous.
func (j *csvJudge) count() (*int64, []string) {
	columns := make([]string, len(j.table.header))
	for i, heading := range j.table.header {
		columns[i] = toUTF8(heading)
	}
	if j.open || j.scanner.records == 0 {
		return nil, columns
	}
	rows := j.scanner.records - 1
	return &rows, columns
}

func (j *csvJudge) binary() error {
	if j.scanner.records < 2 {
		return unexpected(Binary, "binary data", CSV)
	}
	return problem(Binary, "after %v the content continues with binary data", rowName(j.scanner.records-1))
}

func (j *csvJudge) truncated(where string) error {
	return problem(Truncated,
		"the connection was closed %s: the server announced no length, so a part can be missing", where)
}

// row checks a record that starts like a page or JSON.
func (j *csvJudge) row(record []byte) error {
	text := bytes.TrimSpace(record)
	if j.scanner.records == 1 || len(text) == 0 {
		return nil // the header was checked with the head
	}
	if j.scanner.records == 2 {
		j.firstRow = text[0]
	}
	switch text[0] {
	case '<':
		if j.startsPage(text) {
			return j.follows(Page, "an HTML or XML page", text)
		}
	case '{', '[':
		switch f, found := j.startsError(text); {
		case found && f.words() != "":
			return j.follows(Failure, "an error: "+f.words(), text)
		case found:
			return j.follows(Malformed, "JSON", text)
		}
	}
	return nil
}

func (j *csvJudge) follows(kind Kind, what string, text []byte) error {
	return problem(kind, "after %v the content continues with %s", rowName(j.scanner.records-2), what).showing(text)
}

// rowName is the number of a row in a sentence.
type rowName int64

func (n rowName) String() string {
	if n < 1 {
		return "the header"
	}
	return fmt.Sprintf("row %d", int64(n))
}

// startsPage reports whether a record starts a page. A row's first field can be in angle brackets too.
func (j *csvJudge) startsPage(text []byte) bool {
	t, ok := readTag(text)
	if !ok || !isPage(text, false, false) {
		return false
	}
	fields := splitRecord(text, j.table.separator)
	switch {
	case t.declaration || pageTags[t.name]:
		return true
	case len(j.table.header) == 1:
		return j.firstRow != '<'
	default:
		return len(fields) != len(j.table.header) || !t.empty && !hasClosing([]byte(fields[0]), t.name)
	}
}

// startsError reports whether a record starts a JSON error. A row's first field can be in brackets too.
func (j *csvJudge) startsError(text []byte) (failure, bool) {
	columns := len(j.table.header)
	if bare := string(text); columns > 1 && (bare == "{" || bare == "[" || bare == "[{") {
		return failure{}, true
	}
	if !startsJSON(text, 0) {
		return failure{}, false
	}
	rest := bytes.TrimLeft(text[valueEnd(text):], " ")
	if len(rest) > 0 && rest[0] == j.table.separator {
		return failure{}, false
	}
	var s jsonScanner
	_ = s.write(text)
	s.end()
	if f, ok := failureOf(s.outline.root); ok {
		return f, true
	}
	return failure{}, columns > 1 && fieldCount(text, j.table.separator) != columns
}

// checkLast searches the last record for binary data, an error message, or a page or error after a part of a row.
func (j *csvJudge) checkLast(record []byte, fields int) error {
	text := bytes.TrimSpace(record)
	count := countControls(text)
	switch {
	case len(text) == 0 || j.scanner.records < 2:
		return nil
	case count > 3 && (count+countInvalid(text))*4 > len(text):
		return j.follows(Binary, "binary data", nil)
	case fields == 1 && len(j.table.header) > 1 && isErrorLine(text):
		return j.follows(Failure, "an error: "+string(text), text)
	}
	lower := bytes.ToLower(text)
	for _, start := range []string{"<html", "<!doctype html", `{"`} {
		at := bytes.Index(lower, []byte(start))
		if at <= 0 || bytes.Count(text[:at], []byte(`"`))%2 != 0 {
			continue
		}
		if text[at-1] == j.table.separator && fields == len(j.table.header) {
			continue // the last cell
		}
		if start != `{"` {
			return j.follows(Page, "an HTML or XML page", text[at:])
		}
		var s jsonScanner
		_ = s.write(text[at:])
		s.end()
		if f, ok := failureOf(s.outline.root); ok {
			return j.follows(Failure, "an error: "+f.words(), text[at:])
		}
	}
	return nil
}

// isErrorLine reports whether a line starts like the last line of a crashing program or database.
func isErrorLine(line []byte) bool {
	start := strings.ToLower(string(line[:min(len(line), 40)]))
	for _, words := range []string{
		"error:", "fatal error:", "php fatal error:", "exception:", "unhandled exception", "internal server error",
		"traceback (most recent call last)", "java.lang.", "java.sql.", "ora-",
	} {
		if strings.HasPrefix(start, words) {
			return true
		}
	}
	return false
}
