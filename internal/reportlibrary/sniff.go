package reportlibrary

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// openingSize is how much of a body is looked at before any of it is passed on.
const openingSize = 64 << 10

// opening is the first bytes of a body.
type opening struct {
	data  []byte
	whole bool // nothing comes after data
}

// readOpening fills buf, or as much of it as there is.
func readOpening(r io.Reader, buf []byte) (opening, error) {
	n := 0
	for n < len(buf) {
		read, err := r.Read(buf[n:])
		n += read
		switch {
		case err == io.EOF: // a wrapped io.EOF is a failure, not the end
			return opening{buf[:n], true}, nil
		case err != nil:
			return opening{}, err
		}
	}
	return opening{buf, false}, nil
}

// and returns a reader of the whole body, given the rest of it.
func (o opening) and(rest io.Reader) io.Reader {
	if o.whole {
		rest = bytes.NewReader(nil)
	}
	return io.MultiReader(bytes.NewReader(o.data), rest)
}

// isBlank reports whether the whole body is the absence of one: no bytes, only white space, or the two words.
func (o opening) isBlank() bool {
	if !o.whole {
		return false
	}
	words := bytes.Fields(decodeText(o.data).text)
	return len(words) == 0 ||
		len(words) == 2 && bytes.EqualFold(words[0], []byte("no")) && bytes.EqualFold(words[1], []byte("content"))
}

// decoded is an opening as text: UTF-8 or any superset of ASCII, without byte order mark.
type decoded struct {
	text   []byte
	wide   bool // it was UTF-16
	binary bool // it is no text
}

func decodeText(data []byte) decoded {
	var d decoded
	order := guessUTF16(data)
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order, data = binary.BigEndian, data[2:]
	}
	if order == nil {
		d.text = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	} else {
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = order.Uint16(data[2*i:])
		}
		d.text, d.wide = []byte(string(utf16.Decode(units))), true
	}
	// A stray control character in a field is somebody's data; many are no text, nor is a single zero byte.
	controls := 0
	for _, c := range d.text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			controls++
		}
	}
	d.binary = controls*100 > len(d.text) || bytes.IndexByte(d.text, 0) >= 0
	return d
}

// guessUTF16 tells UTF-16 without a byte order mark by its zero bytes: one half of each code unit is zero in the first
// character, which is a column's name, and wherever a separator stands; the other half never is.
func guessUTF16(data []byte) binary.ByteOrder {
	if len(data) < 2 || len(data)%2 != 0 {
		return nil
	}
	var zeros [2]int
	for i, c := range data {
		if c == 0 {
			zeros[i%2]++
		}
	}
	units := len(data) / 2
	switch {
	case data[1] == 0 && zeros[0] == 0 && zeros[1]*8 >= units:
		return binary.LittleEndian
	case data[0] == 0 && zeros[1] == 0 && zeros[0]*8 >= units:
		return binary.BigEndian
	default:
		return nil
	}
}

// isMarkup reports whether a text is HTML or XML: a login page, a firewall's answer, an object store's error.
func isMarkup(text []byte) bool {
	text = bytes.TrimSpace(text)
	text = bytes.ToLower(text[:min(len(text), 16)])
	for _, tag := range []string{"<!doctype", "<?xml", "<!--", "<html", "<head", "<body", "<script"} {
		rest, found := bytes.CutPrefix(text, []byte(tag))
		// "<header>" may well be the name of a column.
		if found && (tag == "<!--" || len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n\f/>"), rest[0]) >= 0) {
			return true
		}
	}
	return false
}

// errorObject returns code and message of a JSON object that holds an error and no report data besides.
func errorObject(text []byte) (code, message string, ok bool) {
	if text = bytes.TrimSpace(text); !bytes.HasPrefix(text, []byte("{")) {
		return "", "", false
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil {
		return "", "", false
	}
	for key := range object {
		switch strings.ReplaceAll(strings.ToLower(key), "_", "") {
		case "errors", "error", "code", "message", "errorcode", "errormessage":
			ok = true
		case "status", "statuscode", "requestid", "traceid", "correlationid", "timestamp", "path", "detail", "details",
			"description", "title", "type":
		default:
			return "", "", false
		}
	}
	if ok {
		code, message, _ = parseErrorBody(text)
	}
	return code, message, ok
}

// isJSON reports whether a text is JSON, or as much of JSON as its opening holds. A CSV may well begin with a brace.
func isJSON(text []byte, whole bool) bool {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	if whole {
		return json.Valid(text)
	}
	tokens := json.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := tokens.Token(); err != nil {
			return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		}
	}
}

// foreignFormats are what begins with bytes that no report begins with.
var foreignFormats = []struct{ magic, name string }{
	{"\x1f\x8b", "gzip-compressed data"},
	{"%PDF-", "a PDF document"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an old Office version, or an encrypted one"},
}

// checkOpening refuses what is recognised by its first bytes as something else than the requested format.
func (req contentRequest) checkOpening(o opening) error {
	d := decodeText(o.data)
	text := d.text
	if isMarkup(text) {
		return req.unexpected(text, "an HTML or XML page")
	}
	if o.whole {
		if code, message, ok := errorObject(text); ok {
			return req.errorFound(text, code, message)
		}
	}
	archived := zipfile.StartsLike(o.data)
	switch {
	case archived && req.format == FormatZIP, archived && req.format == FormatExcel:
		return nil
	case archived && bytes.Contains(o.data, []byte(contentTypesName)) && bytes.Contains(o.data, []byte("xl/")):
		return req.workbookFound()
	case archived:
		return req.unexpected(nil, "a ZIP archive")
	}
	for _, foreign := range foreignFormats {
		if bytes.HasPrefix(o.data, []byte(foreign.magic)) {
			return req.unexpected(nil, foreign.name)
		}
	}
	switch trimmed := bytes.TrimSpace(text); {
	case d.binary:
		return req.unexpected(nil, "binary data")
	case req.format == FormatCSV && isJSON(text, o.whole):
		return req.unexpected(text, "JSON")
	case req.format == FormatCSV:
		return nil
	case req.format == FormatJSON && !d.wide && len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '['):
		return nil
	default:
		return req.unexpected(text, "some other text")
	}
}

func (req contentRequest) workbookFound() error {
	return contentProblem(ContentUnexpected,
		"the content is an Excel workbook, not %s; ask for it as %s", req.format, FormatExcel)
}

func (req contentRequest) unexpected(text []byte, found string) error {
	return &ContentError{
		Problem: ContentUnexpected,
		Reason:  "the content is " + found + ", not " + string(req.format),
		Snippet: maskedSnippet(text, req.redact),
	}
}

func (req contentRequest) errorFound(text []byte, code, message string) error {
	reason := "the content is an error, not a report"
	for _, part := range []string{code, message} {
		if part = maskedSnippet([]byte(part), req.redact); part != "" {
			reason += ": " + part
		}
	}
	return &ContentError{Problem: ContentUnexpected, Reason: reason, Snippet: maskedSnippet(text, req.redact)}
}
