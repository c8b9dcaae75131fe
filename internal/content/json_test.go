package content

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// scan validates text in pieces of the given size.
func scan(text []byte, size int) (valid bool, s *jsonScanner) {
	s = new(jsonScanner)
	for rest := text; len(rest) > 0; rest = rest[min(size, len(rest)):] {
		if s.write(rest[:min(size, len(rest))]) != nil {
			return false, s
		}
	}
	return s.end(), s
}

func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, `[{"a":1.5e+3,"b":[true,false,null]},{"a":-0}]`, `"a\u00e9\n"`, `01`, `1.`, `-`, `1e`, `tru`, `nulll`, `[1,]`,
		`{"a":1,}`, `{"a"}`, `{"a":}`, `[1 2]`, `{"a":"` + "\x01" + `"}`, `"\x"`, `"\u12g4"`, ` 1 `, `[1]]`, `[}`, `{]`, `[1}`, "[\"\xff\"]",
		`{"a":1 "b":2}`, `["a":1]`, `-01`, `0e1`, `1E-2`, `.5`, `0.5`, `-0.5e1`, `+1`, `NaN`, "\xef\xbb\xbf{}", "", " ", `{"\ud800":1}`,
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	} {
		f.Add([]byte(text), 1)
		f.Add([]byte(text), 7)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		size = max(1, size)
		got, _ := scan(text, size)
		if want := json.Valid(text); got != want {
			t.Fatalf("in pieces of %d: valid: got %v, want %v", size, got, want)
		}
		if !got {
			return
		}
		_, s := scan(text, len(text)+1)
		var document any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&document); err != nil {
			t.Fatal(err)
		}
		if array, ok := document.([]any); ok && s.outline.root.count != int64(len(array)) {
			t.Errorf("the outline counts %d elements, want %d", s.outline.root.count, len(array))
		}
		if text, ok := document.(string); ok && len(text) < 100 && s.outline.root.text != text {
			t.Errorf("got the outline %q, want %q", s.outline.root.text, text)
		}
	})
}
