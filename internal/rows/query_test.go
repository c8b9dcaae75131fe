package rows

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// saved writes files of these contents and returns their paths.
func saved(t *testing.T, contents ...string) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range contents {
		paths = append(paths, filepath.Join(dir, string(rune('a'+i))))
		if err := os.WriteFile(paths[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

// utf16Text returns a text in UTF-16, little-endian, without a byte order mark.
func utf16Text(text string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		out.Write([]byte{byte(unit), byte(unit >> 8)})
	}
	return out.String()
}

const orders = "Order ID,Common name,Valid until\n" +
	"1,www.example.com,2026-01-31\n" +
	"2,mail.example.com,28-Feb-2026 10:00:00\n" +
	"3,old.example.com,\n"

func TestRun(t *testing.T) {
	t.Parallel()
	before := []Condition{{Column: "Valid until", Operator: "before", Value: value("2026-02-28")}}
	headings := []string{"Order ID", "Common name", "Valid until"}
	const spaced = " a"
	umlaut := []Condition{{Column: "Größe", Operator: "equals", Value: value("é")}}
	euro := Result{Columns: []string{"Größe", "b"}, RowCount: 2, MatchCount: 1, Rows: []map[string]string{{"Größe": "é"}}}
	tests := map[string]struct {
		files []string
		query Query
		want  Result
	}{
		"counts alone": {[]string{orders}, Query{}, Result{Columns: headings, RowCount: 3, MatchCount: 3}},
		"date":         {[]string{orders}, Query{Where: before}, Result{Columns: headings, RowCount: 3, MatchCount: 1, UnparsedCount: 1}},
		"unreadable cell in a row that another condition excludes": {[]string{orders}, Query{Where: []Condition{
			before[0], {Column: "Order ID", Operator: "not_equals", Value: value("3")},
		}}, Result{Columns: headings, RowCount: 3, MatchCount: 1}},
		"selected": {[]string{orders}, Query{Select: []string{" Common name", "Order ID"}, MaxRows: 2}, Result{
			Columns: headings, RowCount: 3, MatchCount: 3, Truncated: true, Rows: []map[string]string{
				{" Common name": "www.example.com", "Order ID": "1"}, {" Common name": "mail.example.com", "Order ID": "2"},
			},
		}},
		"all selected": {[]string{orders}, Query{Select: []string{"Order ID"}, MaxRows: 3}, Result{
			Columns: headings, RowCount: 3, MatchCount: 3, Rows: []map[string]string{{"Order ID": "1"}, {"Order ID": "2"}, {"Order ID": "3"}},
		}},
		"parts": {
			[]string{orders, "Order ID, Common name ,Valid until\r\n4,d,2025-01-01"}, Query{Where: before},
			Result{Columns: headings, RowCount: 4, MatchCount: 2, UnparsedCount: 1},
		},
		"short and long rows": {
			[]string{"a,b\n1\n2,x,y\n"}, Query{Where: []Condition{{Column: "b", Operator: "is_empty"}}},
			Result{Columns: []string{"a", "b"}, RowCount: 2, MatchCount: 1},
		},
		"exact before trimmed": {
			[]string{" a,a\nx,y\n"}, Query{Select: []string{"a", spaced}, MaxRows: 1},
			Result{Columns: []string{" a", "a"}, RowCount: 1, MatchCount: 1, Rows: []map[string]string{{"a": "y", spaced: "x"}}},
		},
		"one column twice": {
			[]string{"a\n1\n2\n"}, Query{Where: []Condition{
				{Column: "a", Operator: "greater_than", Value: value("1")}, {Column: "a", Operator: "less_than", Value: value("3")},
			}}, Result{Columns: []string{"a"}, RowCount: 2, MatchCount: 1},
		},
		"windows-1252":           {[]string{"Gr\xf6\xdfe;b\n\xe9;1\nx;2\n"}, Query{Where: umlaut, Select: []string{"Größe"}, MaxRows: 9}, euro},
		"byte order mark":        {[]string{"\xef\xbb\xbfGröße;b\né;1\nx;2\n"}, Query{Where: umlaut, Select: []string{"Größe"}, MaxRows: 9}, euro},
		"UTF-16":                 {[]string{"\xff\xfe" + utf16Text("Größe\tb\né\t1\nx\t2\n")}, Query{Where: umlaut, Select: []string{"Größe"}, MaxRows: 9}, euro},
		"UTF-16 without a mark":  {[]string{utf16Text("Größe\tb\né\t1\nx\t2\n")}, Query{Where: umlaut, Select: []string{"Größe"}, MaxRows: 9}, euro},
		"header alone":           {[]string{"a,b"}, Query{Select: []string{"a"}, MaxRows: 1}, Result{Columns: []string{"a", "b"}}},
		"empty":                  {[]string{""}, Query{}, Result{}},
		"empty JSON":             {[]string{" [ ]"}, Query{Select: []string{"a"}, MaxRows: 1}, Result{}},
		"JSON without a row":     {[]string{`{"total": 0, "rows": []}`}, Query{}, Result{}},
		"JSON in UTF-8 and 1252": {[]string{"\xef\xbb\xbf[{\"Gr\xf6\xdfe\":\"\\u00e9\",\"b\":1},{\"Gr\xf6\xdfe\":null}]"}, Query{Where: umlaut, Select: []string{"Größe"}, MaxRows: 9}, euro},
		"JSON": {[]string{`{"meta": {"x": [1]}, "orders": [{"id": 9, "o": {"a": [1, 2]}}, {"id": 10.50, "ok": true}, {"o": null}]}`}, Query{
			Where:  []Condition{{Column: "id", Operator: "less_than", Value: value("10.6")}},
			Select: []string{"id", "o", "ok"}, MaxRows: 9,
		}, Result{Columns: []string{"id", "o"}, RowCount: 3, MatchCount: 2, UnparsedCount: 1, Rows: []map[string]string{
			{"id": "9", "o": `{"a":[1,2]}`, "ok": ""}, {"id": "10.50", "o": "", "ok": "true"},
		}}},
		"JSON with an empty object and a repeated key": {
			[]string{`[{}, {"b": 1, "a": "x", "a": "\"y\""}]`}, Query{Select: []string{"a", "b"}, MaxRows: 9},
			Result{RowCount: 2, MatchCount: 2, Rows: []map[string]string{
				{"a": "", "b": ""}, {"a": `"y"`, "b": "1"},
			}},
		},
		"JSON parts": {
			[]string{`[{"a": 1}]`, `[{"b": 1, "a": 2}]`, "[]"}, Query{Where: []Condition{{Column: "a", Operator: "equals", Value: value("2")}}},
			Result{Columns: []string{"a"}, RowCount: 2, MatchCount: 1},
		},
	}
	for name, tt := range tests {
		tt.query.Paths = saved(t, tt.files...)
		got, err := Run(t.Context(), tt.query)
		if tt.want.UnparsedCount > 0 {
			tt.want.FirstUnparsed = &Cell{Path: tt.query.Paths[0], Row: 3}
		}
		if err != nil || !reflect.DeepEqual(*got, tt.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, tt.want)
		}
	}
}

func TestRun_unreadable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files []string
		want  string
	}{
		"open quotation":  {[]string{"a,b\n1,2\n3,\"4\n5,6\n"}, "within a quotation that starts in row 2"},
		"another report":  {[]string{orders, "a,b\n"}, "not parts of one report"},
		"other JSON":      {[]string{`[{"a": 1}]`, `[{"b": 1}]`}, "not parts of one report"},
		"two formats":     {[]string{orders, `[{"a": 1}]`}, "is JSON, and "},
		"archive":         {[]string{"PK\x03\x04abc"}, "ZIP archive or workbook"},
		"large cell":      {[]string{"a\n" + strings.Repeat("x", maxCell+1)}, "in row 1"},
		"large header":    {[]string{strings.Repeat("x", maxCell+1)}, "in the header"},
		"broken JSON":     {[]string{`[{"a": 1}, {"a": `}, "breaks off after row 1"},
		"open JSON":       {[]string{`[{"a": 1}`}, "breaks off after row 1"},
		"invalid JSON":    {[]string{`[{"a": 1}, {"a": x}]`}, "is not valid JSON after row 1"},
		"more than JSON":  {[]string{`[{"a": 1}] []`}, "more text after its JSON document"},
		"no array":        {[]string{`{"a": 1}`}, "without an array of rows"},
		"two arrays":      {[]string{`{"x": [{"a": 1}], "y": [{"a": 1}]}`}, "more than one array"},
		"no objects":      {[]string{`{"x": [{"a": 1}, 2]}`}, "no object at element 2"},
		"large element":   {[]string{`[{"a": "` + strings.Repeat("x", maxElement) + `"}]`}, "an element of more than"},
		"too many digits": {[]string{orders}, "1 digests for 2 files"},
	}
	for name, tt := range tests {
		query := Query{Paths: saved(t, tt.files...), Select: []string{"a"}, MaxRows: 1}
		if tt.files[0] == orders {
			query.Select = nil
		}
		if name == "too many digits" {
			query.Paths, query.SHA256 = append(query.Paths, query.Paths[0]), []string{"x"}
		}
		if got, err := Run(t.Context(), query); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %.500v, %.500v, want %q", name, got, err, tt.want)
		}
	}
}

func TestRun_columns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file string
		want ColumnError
	}{
		"missing":         {"a,b\n1,2\n", ColumnError{Headings: []string{"a", "b"}}},
		"other case":      {"C,b\n", ColumnError{Headings: []string{"C", "b"}}},
		"twice":           {"c,c\n", ColumnError{Headings: []string{"c", "c"}, Twice: true}},
		"twice trimmed":   {" c,c \n", ColumnError{Headings: []string{" c", "c "}, Twice: true}},
		"empty":           {"", ColumnError{}},
		"missing in JSON": {`[{"a": 1}, {"b": 1}]`, ColumnError{Headings: []string{"a"}}},
	}
	for name, tt := range tests {
		paths := saved(t, tt.file)
		_, err := Run(t.Context(), Query{Paths: paths, Where: []Condition{{Column: "c", Operator: "is_empty"}}})
		tt.want.Path, tt.want.Column = paths[0], "c"
		if got, ok := errors.AsType[*ColumnError](err); !ok || !reflect.DeepEqual(*got, tt.want) {
			t.Errorf("%s: got %+v, want %+v", name, err, tt.want)
		}
		_, err = Run(t.Context(), Query{Paths: paths, Select: []string{"c"}, MaxRows: 1})
		if got, ok := errors.AsType[*ColumnError](err); !ok || got.Condition != -1 {
			t.Errorf("%s: got %+v, want a selected column", name, err)
		}
	}
}

// TestRun_digest rejects another content before any other error, even if the difference is after the last row that is read.
func TestRun_digest(t *testing.T) {
	t.Parallel()
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	long := orders + strings.Repeat("4,x,y\n", 100_000)
	for name, text := range map[string]string{"short": orders, "long": long, "JSON": `[{"a": 1}]` + "\n"} {
		paths := saved(t, text)
		if _, err := Run(t.Context(), Query{Paths: paths, SHA256: []string{strings.ToUpper(digest(text))}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, query := range []Query{{}, {Select: []string{"missing"}}} {
			query.Paths, query.SHA256 = paths, []string{digest(text + "x")}
			_, err := Run(t.Context(), query)
			if got, ok := errors.AsType[*HashError](err); !ok || got.Got != digest(text) || got.Want != digest(text+"x") {
				t.Errorf("%s: got %v, want a *HashError", name, err)
			}
		}
	}
	paths := saved(t, long)
	_, err := Run(t.Context(), Query{Paths: paths, SHA256: []string{digest(long)}, Select: []string{"missing"}})
	if _, ok := errors.AsType[*ColumnError](err); !ok {
		t.Errorf("got %v, want a *ColumnError", err)
	}
}

func TestRun_files(t *testing.T) {
	t.Parallel()
	paths := saved(t, orders)
	link := filepath.Join(filepath.Dir(paths[0]), "link")
	if err := os.Symlink(paths[0], link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		paths[0] + "x":         atomicfile.TargetMissing,
		filepath.Dir(paths[0]): atomicfile.TargetDirectory,
		link:                   atomicfile.TargetSymlink,
	} {
		if _, err := Run(t.Context(), Query{Paths: []string{path}}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
}

func TestRun_canceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	want := errors.New("enough")
	cancel(want)
	src := &source{ctx: ctx, file: io.NewSectionReader(strings.NewReader(orders), 0, 10), digest: sha256.New()}
	if n, err := src.Read(make([]byte, 10)); n != 0 || !errors.Is(err, want) {
		t.Errorf("got %d bytes, %v, want none, %v", n, err, want)
	}
	for _, text := range []string{orders, `[{"a": 1}]`} {
		if _, err := Run(ctx, Query{Paths: saved(t, text)}); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// Selected cells are bounded together, not only each.
func TestRun_largeResult(t *testing.T) {
	t.Parallel()
	row := `"` + strings.Repeat("x", maxCell) + "\"\n"
	_, err := Run(t.Context(), Query{
		Paths: saved(t, "a\n"+strings.Repeat(row, maxSelected/maxCell+1)), Select: []string{"a"}, MaxRows: 1000,
	})
	if _, ok := errors.AsType[*SizeError](err); !ok {
		t.Errorf("got %v, want a *SizeError", err)
	}
}

// BenchmarkRun counts the rows of 26 MB.
func BenchmarkRun(b *testing.B) {
	row := "100234,\"www.example.com, mail.example.com\",2026-01-31 09:15:48,Example Inc.," + strings.Repeat("x", 180) + "\n"
	path := filepath.Join(b.TempDir(), "orders.csv")
	text := "Order ID,Names,Valid until,Organization,Notes\n" + strings.Repeat(row, 100_000)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		result, err := Run(b.Context(), Query{Paths: []string{path}, Where: []Condition{
			{Column: "Valid until", Operator: "before", Value: value("2026-02-01")},
		}})
		if err != nil || result.MatchCount != 100_000 {
			b.Fatal(result, err)
		}
	}
}
