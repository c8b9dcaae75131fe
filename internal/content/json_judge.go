package content

// jsonJudge requires one valid document that does not report an error.
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
		return problem(Page, "after %d bytes of JSON the content continues with an HTML or XML page", err.offset).
			showing(rest)
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

// checkLast detects an error in place of the last row: an object that shares no key with the first row.
func (j *jsonJudge) checkLast(root *node) error {
	var s jsonScanner
	_ = s.write(j.scanner.latest)
	last := s.outline.root
	if last == nil || last.kind != '{' || last.shares(root.children[0]) {
		return nil
	}
	if f, ok := failureOfObject(last, true); ok {
		return problem(Failure, "after row %d the content continues with an error: %s", root.count-1, f.words()).
			showing(j.scanner.latest)
	}
	return nil
}

// count counts the elements of the outermost array, or of the only array in the outermost object.
func (j *jsonJudge) count() (*int64, []string) {
	array := j.scanner.outline.root
	if array.kind == '{' {
		array = array.onlyArray()
	}
	if array == nil || array.kind != '[' {
		return nil, nil
	}
	var columns []string
	if array.count > 0 {
		for _, field := range array.children[0].children {
			columns = append(columns, field.key)
		}
	}
	if array.count > 0 && (array.children[0].kind != '{' || int64(len(columns)) != array.children[0].count) {
		columns = nil
	}
	return &array.count, columns
}
