package content

// judge checks content from its first to its last byte.
type judge interface {
	write(p []byte) error
	end() error
	// count returns the number of rows, nil if unknown, and the column headings. It is called after end.
	count() (rows *int64, columns []string)
}

// judgeOf returns the judge of a text report that starts with h.
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
