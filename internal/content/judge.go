package content

// judge follows a content from its first to its last byte.
type judge interface {
	// write takes the next piece.
	write(p []byte) error
	end() error
	// count returns the number of rows, nil if it is not known, and the headings of the columns. It is called after end.
	count() (rows *int64, columns []string)
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
