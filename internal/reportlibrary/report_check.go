package reportlibrary

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// maxValidatedJSON is up to which size a JSON report is parsed; of a longer one both ends are looked at.
const maxValidatedJSON = 1 << 20

// copyReport checks a bare or unwrapped report while it copies it to dst.
func (req contentRequest) copyReport(start opening, rest io.Reader, dst io.Writer) (int64, error) {
	if err := req.checkOpening(start); err != nil {
		return 0, err
	}
	out := io.Writer(sink{dst, "the content"})
	verdict := func() error { return nil }
	if req.format == FormatJSON {
		text := decodeText(start.data).text
		check := &jsonCheck{first: bytes.TrimSpace(text)[0], snippet: maskedSnippet(text, req.redact)}
		out, verdict = io.MultiWriter(out, check), check.verdict
	}
	size, err := copyContent(out, start.and(rest))
	if err != nil {
		return size, err
	}
	return size, verdict()
}

// jsonCheck looks at the end of a JSON report, and at all of a short one.
type jsonCheck struct {
	first   byte // the first and the last significant byte
	last    byte
	short   []byte // the report as long as it is short
	size    int64
	snippet string
}

// Write implements io.Writer.
func (c *jsonCheck) Write(p []byte) (int, error) {
	if trimmed := bytes.TrimRight(p, " \t\r\n"); len(trimmed) > 0 {
		c.last = trimmed[len(trimmed)-1]
	}
	if c.size += int64(len(p)); c.size <= maxValidatedJSON {
		c.short = append(c.short, p...)
	} else {
		c.short = nil
	}
	return len(p), nil
}

func (c *jsonCheck) verdict() error {
	if c.last != c.first+2 { // in ASCII a closing bracket is two after its opening one
		return &ContentError{Problem: ContentTruncated, Reason: "the JSON breaks off", Snippet: c.snippet}
	}
	if c.size > maxValidatedJSON {
		return nil
	}
	document := bytes.TrimPrefix(c.short, []byte("\xef\xbb\xbf"))
	if json.Valid(document) {
		return nil
	}
	var raw json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(document)).Decode(&raw); errors.Is(err, io.ErrUnexpectedEOF) {
		return &ContentError{Problem: ContentTruncated, Reason: "the JSON breaks off", Snippet: c.snippet}
	}
	return &ContentError{Problem: ContentUnexpected, Reason: "the content is not valid JSON", Snippet: c.snippet}
}
