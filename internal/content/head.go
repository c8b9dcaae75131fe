package content

import "bytes"

// headSize is the number of bytes that are checked before the first one is delivered.
const headSize = 64 << 10

// Hints are facts about a body that its bytes do not contain.
type Hints struct {
	ContentType string // the server's media type; empty if unknown, as for a file in an archive
	Name        string // the name of the file in an archive; empty for a bare body
	// OpenEnd means that only the end of the connection ended the body, which may then be incomplete.
	OpenEnd bool
}

// head is the start of a body.
type head struct {
	data []byte
	eof  bool // data is the whole body
	text []byte
	media
}

// isBlank reports whether the whole body is empty, white space, or the words "No content".
func (h head) isBlank() bool {
	if !h.eof {
		return false
	}
	words := bytes.Fields(h.text)
	return len(words) == 0 ||
		len(words) == 2 && bytes.EqualFold(words[0], []byte("no")) && bytes.EqualFold(words[1], []byte("content"))
}

// foreignFormats are recognised by first bytes that no text report has.
var foreignFormats = []struct{ magic, name string }{
	{"\x1f\x8b", "gzip-compressed data"},
	{"\x28\xb5\x2f\xfd", "zstd-compressed data"},
	{"\xfd7zXZ\x00", "xz-compressed data"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{"Rar!\x1a\x07", "a RAR archive"},
	{"%PDF-", "a PDF document"},
	{"{\\rtf", "an RTF document"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an old Office version, or an encrypted one"},
	{"\x89PNG\r\n", "an image"},
	{"\xff\xd8\xff", "an image"},
	{"SQLite format 3\x00", "a SQLite database"},
}

// check rejects a body that is not a text report of the given format.
func (h head) check(format Format, hints Hints) error {
	for _, foreign := range foreignFormats {
		if bytes.HasPrefix(h.data, []byte(foreign.magic)) {
			return unexpected(OtherFormat, foreign.name, format)
		}
	}
	if format == CSV {
		return h.checkCSV(hints)
	}
	trimmed := bytes.TrimLeft(h.text, " \t\r\n")
	starts := len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
	switch {
	case isPage(h.text, true, false):
		return unexpected(Page, "an HTML or XML page", format).showing(h.text)
	case format == JSON && starts && encodingOf(h.data).order == nil:
		return nil
	case format != JSON && starts:
		if err := h.failure(); err != nil {
			return err
		}
	case h.isBinary():
		return unexpected(Binary, "binary data", format)
	}
	return unexpected(OtherFormat, "some other text", format).showing(h.text)
}

func (h head) checkCSV(hints Hints) error {
	shape := tableOf(h.text, h.eof)
	switch {
	case isPage(h.text, h.page, shape.isRegular(2)):
		return unexpected(Page, "an HTML or XML page", CSV).showing(h.text)
	case isJSON(h.text, h.eof, h.json, shape.isRegular(2)):
		if err := h.failure(); err != nil {
			return err
		}
		return unexpected(OtherFormat, "JSON", CSV).showing(h.text)
	case h.eof && !h.csv && isWord(h.text):
		return unexpected(OtherFormat, "a JSON value", CSV).showing(h.text)
	case h.isBinary():
		return unexpected(Binary, "binary data", CSV)
	case h.isMessage(shape, hints.Name):
		return unexpected(Failure, "a message", CSV).showing(h.text)
	}
	return nil
}

// failure returns the error that a JSON text reports, or nil.
func (h head) failure() error {
	var s jsonScanner
	_ = s.write(bytes.TrimSpace(h.text))
	if h.eof {
		s.end()
	}
	if s.outline.root == nil {
		return nil
	}
	if f, ok := failureOf(s.outline.root); ok {
		return f.reported().showing(h.text)
	}
	return nil
}

func (f failure) reported() *Error {
	const reason = "the content is an error, not a report"
	switch {
	case f.code != "" && f.message != "":
		return problem(Failure, reason+": %s: %s", f.code, f.message)
	case f.code != "" || f.message != "":
		return problem(Failure, reason+": %s", f.code+f.message)
	default:
		return problem(Failure, reason)
	}
}

func (h head) isBinary() bool {
	var c controls
	return !c.write(h.text) || h.eof && !c.end()
}

// isWord reports whether a text is a JSON word. A column heading of that name ends its line.
func isWord(text []byte) bool {
	word := string(text)
	return word == "null" || word == "true" || word == "false"
}

func unexpected(kind Kind, found string, format Format) *Error {
	return problem(kind, "the content is %s, not %s", found, format)
}
