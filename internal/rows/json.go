package rows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// maxElement limits an element of a JSON array in bytes.
const maxElement = 16 << 20

// decodedReader reads UTF-8 or another superset of ASCII without its byte order mark. allowance is the number of bytes
// that may still be read.
type decodedReader struct {
	decoder   *content.TextDecoder
	src       io.Reader
	text      []byte // decoded and not read yet
	block     []byte
	allowance int
}

func (r *decodedReader) Read(p []byte) (int, error) {
	if r.block == nil {
		r.block = make([]byte, blockSize)
	}
	for len(r.text) == 0 {
		n, err := r.src.Read(r.block)
		r.text = r.decoder.Decode(r.block[:n])
		if err != nil && len(r.text) == 0 {
			return 0, err
		}
	}
	if r.allowance <= 0 {
		return 0, errTooLarge
	}
	n := copy(p[:min(len(p), r.allowance)], r.text)
	r.text = r.text[n:]
	r.allowance -= n
	return n, nil
}

// jsonFile passes the elements of a JSON array to a scan.
type jsonFile struct {
	*scan
	path  string
	input *decodedReader
	json  *json.Decoder
	names []string
	seen  []bool // whether an element has the key of a name
	keys  []string
	cells []string

	current object // the current element
	at      []int  // the index of each name among its keys; -1 for none
}

func (s *scan) readJSON(path string, input *decodedReader) error {
	names := s.names()
	f := &jsonFile{
		scan: s, path: path, input: input, json: json.NewDecoder(input), names: names,
		seen: make([]bool, len(names)), cells: make([]string, len(names)), at: make([]int, len(names)),
	}
	if err := f.document(); err != nil {
		return f.problem(err)
	}
	for i := range names {
		if f.rows > 0 && !f.seen[i] {
			return s.columnError(path, i, f.keys, false)
		}
	}
	return nil
}

func (f *jsonFile) document() error {
	start, err := f.token()
	if err != nil {
		return err
	}
	if start == json.Delim('[') {
		err = f.array()
	} else {
		err = f.object()
	}
	if err != nil {
		return err
	}
	if _, err := f.token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = &ReadError{f.path, "has more text after its JSON document"}
		}
		return err
	}
	return nil
}

func (f *jsonFile) token() (json.Token, error) {
	f.input.allowance = maxElement
	return f.json.Token()
}

// object reads the only array among the members of an object, after its brace.
func (f *jsonFile) object() error {
	found := false
	for f.json.More() {
		if _, err := f.token(); err != nil { // the key
			return err
		}
		value, err := f.token()
		if err != nil {
			return err
		}
		switch value {
		case json.Delim('['):
			if found {
				return &ReadError{f.path, "is a JSON object with more than one array: rows cannot be told from other data"}
			}
			found = true
			err = f.array()
		case json.Delim('{'):
			err = f.skip()
		}
		if err != nil {
			return err
		}
	}
	if _, err := f.token(); err != nil {
		return err
	}
	if !found {
		return &ReadError{f.path, "is a JSON object without an array of rows"}
	}
	return nil
}

func (f *jsonFile) skip() error {
	for depth := 1; depth > 0; {
		token, err := f.token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// array reads the elements of an array, after its bracket, and the closing bracket.
func (f *jsonFile) array() error {
	for f.json.More() {
		f.input.allowance = maxElement
		var element json.RawMessage
		if err := f.json.Decode(&element); err != nil {
			return err
		}
		if len(element) > maxElement {
			return errTooLarge
		}
		if err := f.element(element); err != nil {
			return err
		}
	}
	_, err := f.token()
	return err
}

func (f *jsonFile) element(element json.RawMessage) error {
	if element[0] != '{' {
		return &ReadError{f.path, fmt.Sprintf("has no object at element %d of its array", f.rows+1)}
	}
	if !utf8.Valid(element) {
		element = []byte(content.ToUTF8(string(element)))
	}
	changed, err := f.current.read(element)
	if err != nil {
		return err
	}
	if f.rows == 0 {
		if f.keys = f.current.keys; len(f.keys) > 0 {
			if err := f.agree(f.path, f.keys, shareKey); err != nil {
				return err
			}
		}
	}
	if changed || f.rows == 0 {
		if err := f.locate(); err != nil {
			return err
		}
	}
	for i, at := range f.at {
		f.cells[i] = ""
		if at < 0 {
			continue
		}
		if f.cells[i], err = cellOf(f.current.value(at)); err != nil {
			return err
		}
	}
	return f.row(f.cells)
}

// locate finds the names among the keys of the current object.
func (f *jsonFile) locate() error {
	for i, name := range f.names {
		at := find(f.current.keys, name)
		if at == -2 {
			return f.columnError(f.path, i, f.current.keys, true)
		}
		f.at[i], f.seen[i] = at, f.seen[i] || at >= 0
	}
	return nil
}

// shareKey reports whether two objects can be rows of one report, which may omit empty fields.
func shareKey(before, now []string) bool {
	known := make(map[string]bool, len(before))
	for _, key := range before {
		known[key] = true
	}
	return slices.ContainsFunc(now, func(key string) bool { return known[key] })
}

// cellOf returns the text of a string, an empty text for null or a missing value, and other values as compact JSON.
func cellOf(value json.RawMessage) (string, error) {
	switch {
	case len(value) == 0 || string(value) == "null":
		return "", nil
	case value[0] == '"' && bytes.IndexByte(value, '\\') < 0:
		return string(value[1 : len(value)-1]), nil
	case value[0] == '"':
		var text string
		err := json.Unmarshal(value, &text)
		return text, err
	case value[0] == '{' || value[0] == '[':
		var compact bytes.Buffer
		err := json.Compact(&compact, value)
		return compact.String(), err
	default:
		return string(value), nil
	}
}

// problem adds the position to an error of the decoder.
func (f *jsonFile) problem(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTooLarge):
		return &ReadError{f.path, fmt.Sprintf("has an element of more than %d bytes after row %d", maxElement, f.rows)}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &ReadError{f.path, fmt.Sprintf("is JSON that breaks off after row %d", f.rows)}
	case errors.As(err, &syntax):
		return &ReadError{f.path, fmt.Sprintf("is not valid JSON after row %d: %v", f.rows, err)}
	default:
		return err
	}
}
