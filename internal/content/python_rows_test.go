package content

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"testing"
	"unicode/utf16"
)

// TestRowCount_python compares the row count of 1,000 random texts with that of Python: the records of
//
//	csv.reader(io.StringIO(text, newline=""), delimiter=separator)
//
// that are not empty, without the header. It is null where a quotation is still open at the end: the text's last record
// goes on in a further line. testdata/python_rows.jsonl was made once, with Python 3.11. The texts have quotation marks
// in and around fields, line breaks of all three kinds, blank lines, and the separators comma, semicolon and tab.
func TestRowCount_python(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/python_rows.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	encodings := map[string]func(string) []byte{
		"UTF-8":         func(s string) []byte { return []byte(s) },
		"UTF-8 and BOM": func(s string) []byte { return []byte("\ufeff" + s) },
		"UTF-16LE":      func(s string) []byte { return toUTF16(binary.LittleEndian, s) },
		"UTF-16BE":      func(s string) []byte { return toUTF16(binary.BigEndian, s) },
	}
	texts, open := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); texts++ {
		var line struct {
			Text string
			Rows *int64
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.Rows == nil {
			open++
		}
		for name, encode := range encodings {
			got, err := Deliver(t.Context(), bytes.NewReader(encode(line.Text)), wanted(CSV), new(memoryFile))
			switch {
			case err != nil:
				t.Errorf("%s: %q: %v", name, line.Text, err)
			case (got.RowCount == nil) != (line.Rows == nil):
				t.Errorf("%s: %q: got the row count %v, want %v", name, line.Text, got.RowCount, line.Rows)
			case line.Rows != nil && *got.RowCount != *line.Rows:
				t.Errorf("%s: %q: got %d rows, want %d", name, line.Text, *got.RowCount, *line.Rows)
			}
		}
	}
	if texts != 1000 || open < 10 {
		t.Errorf("got %d texts, %d of them open, want 1,000 and more than 10", texts, open)
	}
}

func toUTF16(order binary.AppendByteOrder, text string) []byte {
	encoded := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = order.AppendUint16(encoded, unit)
	}
	return encoded
}
