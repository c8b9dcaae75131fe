package content

import (
	"bytes"
	"fmt"
	"strings"
)

// judge follows a content from its first to its last byte.
type judge interface {
	// write takes the next piece.
	write(p []byte) error
	// end takes the end.
	end() error
}

// judgeOf returns the judge of a text report with the given head.
func judgeOf(format Format, h head, hints Hints) judge {
	d := decoder{encoding: encodingOf(h.data)}
	if format == JSON {
		return &jsonJudge{decoder: d, problem: h.problem, snippet: h.text}
	}
	shape := tableOf(h.text, h.eof)
	j := &csvJudge{decoder: d, table: shape, openEnd: hints.OpenEnd}
	j.scanner = csvScanner{separator: shape.separator, look: j.row}
	return j
}

// jsonJudge demands one valid document that is not an error.
type jsonJudge struct {
	decoder
	scanner jsonScanner
	problem bool
	snippet []byte
}

func (j *jsonJudge) write(p []byte) error {
	text := j.decode(p)
	before := j.scanner.offset
	err := j.scanner.write(text)
	if err == nil {
		return nil
	}
	if !err.after {
		return problem(Malformed, "the content is not valid JSON: %s", err).showing(j.snippet)
	}
	rest := text[err.offset-before:]
	if rest[0] == '<' {
		return problem(Page, "after %d bytes of JSON the content goes on with an HTML or XML page", err.offset).showing(rest)
	}
	return problem(Malformed, "the content is not valid JSON: after %d bytes a second document or other text follows",
		err.offset).showing(rest)
}

func (j *jsonJudge) end() error {
	if !j.scanner.end() {
		return problem(Truncated, "the JSON breaks off").showing(j.snippet)
	}
	root := j.scanner.outline.root
	f, ok := failureOf(root)
	if ok || j.problem && root.kind == '{' {
		return f.reported().showing(j.snippet)
	}
	if root.kind == '[' && root.count > 1 {
		return j.checkLast(root)
	}
	return nil
}

// checkLast looks for an error in place of the last row: an object that has no field of the first one.
func (j *jsonJudge) checkLast(root *node) error {
	var s jsonScanner
	_ = s.write(j.scanner.latest)
	last := s.outline.root
	if last == nil || last.kind != '{' || last.shares(root.children[0]) {
		return nil
	}
	if f, ok := failureOfObject(last, true); ok {
		return problem(Failure, "after %d rows the content goes on with an error: %s", root.count-1, f.words()).
			showing(j.scanner.latest)
	}
	return nil
}

// csvJudge demands text without a page, an error or binary data anywhere in it.
type csvJudge struct {
	decoder
	controls controls
	scanner  csvScanner
	table    table
	openEnd  bool
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
	open, err := j.scanner.end()
	if err != nil {
		return err
	}
	fields := len(splitRecord(last, j.table.separator))
	switch {
	case j.openEnd && open:
		return j.truncated("in the middle of a quotation")
	case j.openEnd && partial && fields < len(j.table.header):
		return j.truncated(fmt.Sprintf("in row %d, which has %d of %d fields", j.scanner.records-1, fields, len(j.table.header)))
	}
	return j.checkLast(last, fields)
}

func (j *csvJudge) binary() error {
	if j.scanner.records < 2 {
		return unexpected(Binary, "binary data", CSV)
	}
	return problem(Binary, "after %d rows the content goes on with binary data", j.scanner.records-1)
}

func (j *csvJudge) truncated(where string) error {
	return problem(Truncated, "the connection was closed %s: the server announced no length, so a part can be missing", where)
}

// row examines a record that starts like a page or JSON.
func (j *csvJudge) row(record []byte) error {
	text := bytes.TrimSpace(record)
	if j.scanner.records == 1 || len(text) == 0 {
		return nil // the header was examined with the head
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
	return problem(kind, "after %d rows the content goes on with %s", max(0, j.scanner.records-2), what).showing(text)
}

// startsPage reports whether a record is the start of a page and not a row whose first field is in angle brackets.
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

// startsError reports whether a record is the start of JSON and not a row whose first field is in brackets.
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
	return failure{}, columns > 1 && len(splitRecord(text, j.table.separator)) != columns
}

// checkLast looks at the last record for binary data, for an error message in place of a row, and for a page or an error
// that starts behind the part of a row.
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
		if at <= 0 || bytes.Count(text[:at], []byte(`"`))%2 != 0 || text[at-1] == j.table.separator && fields == len(j.table.header) {
			continue
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

// isErrorLine reports whether a line starts as the last words of a program or database do.
func isErrorLine(line []byte) bool {
	start := strings.ToLower(string(line[:min(len(line), 40)]))
	for _, words := range []string{
		"error:", "fatal error:", "php fatal error:", "exception:", "unhandled exception", "traceback (most recent call last)",
		"internal server error", "java.", "ora-",
	} {
		if strings.HasPrefix(start, words) {
			return true
		}
	}
	return false
}
