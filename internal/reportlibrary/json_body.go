package reportlibrary

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// jsonBody reads a response with one JSON object field by field, so that a long list is never in memory as a whole.
type jsonBody struct {
	buffered *bufio.Reader
	limited  *limitedReader
	start    []byte // the first bytes, for an error
}

// headSize is the number of bytes kept for an error.
const headSize = 8 << 10

func newJSONBody(r io.Reader, limit int64) *jsonBody {
	limited := &limitedReader{r: r, limit: limit}
	return &jsonBody{buffered: bufio.NewReaderSize(limited, headSize), limited: limited}
}

// object returns all fields; nil if b is nil or for a response without content.
func (b *jsonBody) object() (jsonObject, error) {
	if b == nil {
		return nil, nil
	}
	var object jsonObject
	err := b.fields(func(name string, decoder *json.Decoder) error {
		var value json.RawMessage
		err := decoder.Decode(&value)
		object[name] = value
		return err
	}, func() { object = jsonObject{} })
	return object, err
}

// fields calls begin at the start of the object, unless begin is nil, and field for each field. field must decode the
// value and return the decoder's error unchanged. Neither is called for a response without content.
//
// The error has KindResponse or KindResponseEnd if the response is not an object or is too large. Other errors are
// those of the reader or of field.
func (b *jsonBody) fields(field func(name string, decoder *json.Decoder) error, begin func()) error {
	start, err := b.buffered.Peek(headSize)
	if err != nil && err != io.EOF {
		return err
	}
	whole := err == io.EOF
	start = bytes.TrimPrefix(bytes.Clone(start), []byte("\xef\xbb\xbf"))
	b.start = start
	switch words := strings.Fields(strings.ToLower(string(start))); {
	case whole && len(words) == 0:
		return newError(KindResponse, "the response is empty")
	case whole && len(words) == 2 && words[0] == "no" && strings.TrimRight(words[1], ".") == "content":
		return nil
	}
	if bom, _ := b.buffered.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, _ = b.buffered.Discard(3)
	}
	var fieldErr error
	err = decodeFields(json.NewDecoder(b.buffered), func(name string, decoder *json.Decoder) error {
		fieldErr = field(name, decoder)
		return fieldErr
	}, begin)
	var (
		syntaxErr *json.SyntaxError
		typeErr   *json.UnmarshalTypeError
	)
	switch {
	case err == nil:
		return nil
	case b.limited.err != nil: // encoding/json may have replaced the error
		return b.limited.err
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		e := newError(KindResponseEnd, "the response ends before its JSON does")
		e.Snippet = string(start)
		return e
	case err == errNotTheObject || errors.As(err, &syntaxErr) || errors.As(err, &typeErr):
		return notTheObject(start)
	default:
		return err
	}
}

// errNotTheObject reports JSON of another shape.
var errNotTheObject = errors.New("the response is not the expected JSON object")

// decodeFields reads the only object in decoder, and the end of the text.
func decodeFields(
	decoder *json.Decoder, field func(name string, decoder *json.Decoder) error, begin func(),
) error {
	switch token, err := decoder.Token(); {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return errNotTheObject // the start of an object is missing
	case err != nil:
		return err
	case token != json.Delim('{'):
		return errNotTheObject
	}
	if begin != nil {
		begin()
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder accepts only strings here
		if err := field(name, decoder); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return err
	}
	switch _, err := decoder.Token(); {
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	default:
		return errNotTheObject
	}
}

// decodeList reads an array of objects and calls element for each; null is an empty array. The error is errNotTheObject
// for other values, or the error of the decoder or of element.
func decodeList(decoder *json.Decoder, element func(jsonObject) error) error {
	switch token, err := decoder.Token(); {
	case err != nil:
		return err
	case token == nil:
		return nil
	case token != json.Delim('['):
		return errNotTheObject
	}
	for decoder.More() {
		var object jsonObject
		if err := decoder.Decode(&object); err != nil {
			return err
		}
		if err := element(object); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// limitedReader fails after limit bytes, and keeps its error.
type limitedReader struct {
	r     io.Reader
	limit int64
	read  int64
	err   error
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(p)
	if l.read += int64(n); l.read > l.limit {
		n, err = 0, newError(KindResponse, "the response has more than %d bytes", l.limit)
	}
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}
