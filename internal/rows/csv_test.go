package rows

import (
	"encoding/csv"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// records returns the cells of a CSV that is read in pieces of the given size.
func records(text string, separator byte, size int) (all [][]string, err error) {
	r := newCSVReader(separator)
	r.record = func() error {
		var cells []string
		for _, cell := range r.cells {
			cells = append(cells, string(cell))
		}
		all = append(all, cells)
		return nil
	}
	for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
		if err := r.write([]byte(rest[:min(size, len(rest))])); err != nil {
			return all, err
		}
	}
	return all, r.end()
}

// TestCSVReader has the results of Python's csv.reader without its empty records.
func TestCSVReader(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][][]string{
		"":                     nil,
		"a":                    {{"a"}},
		"a,b\nc,d":             {{"a", "b"}, {"c", "d"}},
		"a\rb\r\nc\n":          {{"a"}, {"b"}, {"c"}},
		"\n\r\n\ra\n\n\nb\n\r": {{"a"}, {"b"}},
		",\n":                  {{"", ""}},
		"\"\"\n":               {{""}},
		" \n":                  {{" "}},
		"\"a\nb\",\"c\r\nd\"":  {{"a\nb", "c\r\nd"}},
		"\"a\"\"b\",\"\"\"\"":  {{`a"b`, `"`}},
		"a\"b,c\"\n":           {{`a"b`, `c"`}},
		"\"a\"b\"c,d\n":        {{`ab"c`, "d"}},
		"a, \"b,c\"\n":         {{"a", ` "b`, `c"`}},
		"\"a\" ,b\n":           {{"a ", "b"}},
		"a,\"\"\"b\"\"\",c":    {{"a", `"b"`, "c"}},
		"a;b,c\td":             {{"a;b", "c\td"}},
		"\"\"\"\"\"\"\n":       {{`""`}},
		"\"a\"\r\"b\"":         {{"a"}, {"b"}},
	} {
		for size := 1; size <= len(text)+1; size++ {
			got, err := records(text, ',', size)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%q in pieces of %d: got %q, %v, want %q", text, size, got, err, want)
			}
		}
	}
}

func TestCSVReader_bounds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want error
	}{
		"open quotation": {"a,\"b\nc", errOpen},
		"large cell":     {strings.Repeat("x", maxCell+1), errTooLarge},
		"large quoted":   {`"` + strings.Repeat("x", maxCell+1) + `"`, errTooLarge},
		"many cells":     {strings.Repeat(",", maxHeadings), errTooLarge},
	}
	for name, tt := range tests {
		if _, err := records(tt.text, ',', 1000); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
}

// A cell of a column that is not wanted takes no memory.
func TestCSVReader_unwantedCells(t *testing.T) {
	t.Parallel()
	r := newCSVReader(',')
	r.want, r.cells = []int{-1, 0}, make([][]byte, 1)
	r.start(0)
	r.record = func() error { return nil }
	for range 100 {
		if err := r.write([]byte(strings.Repeat("x", maxCell/10))); err != nil {
			t.Fatal(err)
		}
	}
	if got := cap(r.cells[0]); got != 0 {
		t.Errorf("got %d bytes, want none", got)
	}
}

func FuzzCSVReader(f *testing.F) {
	for _, text := range []string{"a,b\nc,d\n", "\"a\"\"b\",c\n\n\"d\ne\",\"\"", "\"", "a\r\nb"} {
		f.Add(text, uint16(1))
		f.Add(text, uint16(100))
	}
	f.Fuzz(func(t *testing.T, text string, size uint16) {
		if len(text) > 10_000 {
			return
		}
		got, err := records(text, ',', int(size)+1)
		again, errAgain := records(text, ',', len(text)+1)
		if !reflect.DeepEqual(got, again) || !errors.Is(err, errAgain) {
			t.Fatalf("got %q, %v in pieces, %q, %v at once", got, err, again, errAgain)
		}
		// encoding/csv has another opinion of CR, and of quotation marks within a field only.
		strict := csv.NewReader(strings.NewReader(text))
		strict.FieldsPerRecord = -1
		want, wantErr := strict.ReadAll()
		if wantErr != nil || strings.Contains(text, "\r") {
			return
		}
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	})
}
