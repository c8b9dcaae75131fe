package atomicfile

import (
	"path/filepath"
	"strings"
	"testing"
)

// ignoringCase lets the file system of the test find a name in any case.
func ignoringCase(t *testing.T, names ...string) {
	t.Helper()
	before := hooks.lookUp
	t.Cleanup(func() { hooks.lookUp = before })
	hooks.lookUp = func(name string) string {
		for _, known := range names {
			if strings.EqualFold(known, name) {
				return known
			}
		}
		return name
	}
}

func TestSamePathIgnoringCase(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "Report.csv"), "x")
	ignoringCase(t, "Report.csv", "Other.csv")
	tests := []struct {
		a, b string
		want bool
	}{
		{"Report.csv", "report.CSV", true},
		{"missing.csv", "MISSING.csv", true},
		{"missing.csv", "report.csv", false},
		{"Straße", "STRASSE", false},
	}
	for _, tt := range tests {
		if got := SamePath(filepath.Join(dir, tt.a), filepath.Join(dir, tt.b)); got != tt.want {
			t.Errorf("SamePath(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
	r := NewRegistry("")
	if _, err := r.Reserve(filepath.Join(dir, "New.csv"), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Reserve(filepath.Join(dir, "new.csv"), "b"); err == nil {
		t.Error("one path was reserved twice, in two spellings")
	}
}

func TestRespell(t *testing.T) {
	tests := map[string]struct {
		ignoresCase bool
		from, to    string
		want        string
	}{
		"case ignored":         {true, "Report.csv", "report.CSV", "report.CSV"},
		"same name":            {true, "Report.csv", "Report.csv", "Report.csv"},
		"another name":         {true, "Report.csv", "orders.csv", "Report.csv"},
		"respelled before":     {true, "REPORT.csv", "Report.csv", "Report.csv"},
		"case makes two names": {false, "Report.csv", "report.csv", "Report.csv"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "Report.csv"), "x")
			folds := opened(t, dir).foldsCase(dir)
			if tt.ignoresCase && !folds {
				ignoringCase(t, "Report.csv")
			}
			if err := Respell(t.Context(), filepath.Join(dir, tt.from), filepath.Join(dir, tt.to)); err != nil {
				t.Fatal(err)
			}
			got := names(t, dir)
			if folds { // systems differ in whether such a rename changes the name
				if len(got) != 1 || !foldEqual(got[0], tt.want) {
					t.Errorf("got %q, want one file", got)
				}
				return
			}
			wantFiles(t, dir, tt.want)
		})
	}
}
