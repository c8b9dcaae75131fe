package content

import (
	"slices"
	"strings"
	"testing"
)

// records splits a CSV in pieces of the given size.
func records(text string, separator byte, size int) (records []string, open bool) {
	s := csvScanner{separator: separator, all: true, look: func(record []byte) error {
		records = append(records, string(record))
		return nil
	}}
	for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
		_ = s.write([]byte(rest[:min(size, len(rest))]))
	}
	open, _ = s.end()
	return records, open
}

// slowRecords is Python's csv.reader byte by byte: its states START_RECORD, START_FIELD, IN_FIELD, IN_QUOTED_FIELD and
// QUOTE_IN_QUOTED_FIELD. It returns the fields of each record.
func slowRecords(text string, separator byte) (records [][]string, open bool) {
	const (
		startRecord = iota
		startField
		inField
		inQuoted
		quoteInQuoted
	)
	state, record, field, after := startRecord, []string(nil), "", false
	for i := range len(text) {
		c := text[i]
		if after {
			after = false
			if c == '\n' {
				continue
			}
		}
		end := c == '\n' || c == '\r'
		switch {
		case state == inQuoted && c == '"':
			state = quoteInQuoted
		case state == inQuoted:
			field += string(rune(c))
		case state == quoteInQuoted && c == '"':
			field, state = field+`"`, inQuoted
		case end && state == startRecord:
			after = c == '\r'
		case end:
			records = append(records, append(record, field))
			state, record, field, after = startRecord, nil, "", c == '\r'
		case c == separator:
			record, field, state = append(record, field), "", startField
		case c == '"' && state < inField:
			state = inQuoted
		default:
			field, state = field+string(rune(c)), inField
		}
	}
	if state != startRecord {
		records = append(records, append(record, field))
	}
	return records, state == inQuoted
}

func FuzzCSV(f *testing.F) {
	for _, text := range []string{
		testCSV, "", "a", "a,b", "a\nb\n", "a\rb\r", "\r\n\r\na\r\n\n", "\"a\nb\",c\r\nd", "\"a\"\"b\"", "a\"b,\"c", "\"a\"b\"c,d\n", "a,\"", "\"\"",
		"\"a\",\"b\"\r\n\"c\",\"d\"", "a, \"b\n\"\n", "\"\"\"\n\"\n", "\"a\"\n\"b\"", ",,\n,\"\",\n", "a\r\r\nb", "\"a\r", "\"a\",\"\"\"\n",
	} {
		f.Add(text, uint8(0), 1)
		f.Add(text, uint8(0), 3)
		f.Add(strings.ReplaceAll(text, ",", ";"), uint8(1), 100)
	}
	f.Fuzz(func(t *testing.T, text string, separator uint8, size int) {
		c, size := separators[int(separator)%len(separators)], max(size, 1)
		got, open := records(text, c, size)
		want, wantOpen := slowRecords(text, c)
		if len(got) != len(want) || open != wantOpen {
			t.Fatalf("got %d records %q, open %v, want %d, %v", len(got), got, open, len(want), wantOpen)
		}
		for i, record := range got {
			var fields []string
			for _, field := range splitRecord([]byte(record), c) {
				fields = append(fields, latin1(field))
			}
			if len(record) < maxRecord && !slices.Equal(fields, want[i]) {
				t.Errorf("fields of record %d: got %q, want %q", i, fields, want[i])
			}
			if n := fieldCount([]byte(record), c); n != len(fields) {
				t.Errorf("got %d fields of record %d, want %d", n, i, len(fields))
			}
		}
	})
}

// latin1 returns each byte as a character.
func latin1(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteRune(rune(s[i]))
	}
	return out.String()
}

// A quotation of any length takes no more memory than a record is kept for.
func TestCSVMemory(t *testing.T) {
	s := csvScanner{separator: ',', look: func([]byte) error { return nil }}
	for range 100 {
		_ = s.write([]byte(`"` + strings.Repeat("a", 10_000)))
	}
	if len(s.kept) > maxRecord {
		t.Errorf("%d bytes are kept", len(s.kept))
	}
}
