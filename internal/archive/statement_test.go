package archive

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func testStatement() Statement {
	part := int64(1)
	return Statement{
		Type: StatementType, PredicateType: PredicateType,
		Subject: []Descriptor{{"a.csv", Digest{digestOf([]byte("a"))}}, {"b-part1.csv", Digest{digestOf([]byte("b"))}}},
		Predicate: Predicate{
			ReportIdentifier: testReport, Sequence: 7, CreatedAt: "2026-11-25T13:00:00Z", Previous: []Descriptor{},
			Files: []Fact{
				{Name: "a.csv", Run: readyRun(1), ReportFormat: "CSV", ContentSize: 3},
				{Name: "b-part1.csv", Run: readyRun(2, parts(2)), Part: &part, ReportFormat: "CSV"},
			},
			Definition: &Definition{RequestedAt: "2026-11-25T13:00:00Z", Response: json.RawMessage(`{"b":1,"a":"é&<"}`)},
		},
	}
}

func TestStatement_encode(t *testing.T) {
	t.Parallel()
	first, err := testStatement().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range first {
		if b >= 0x80 {
			t.Fatalf("byte %d is not ASCII", i)
		}
	}
	for _, want := range []string{
		`"_type": "https://in-toto.io/Statement/v1"`, `"name": "a.csv"`, `"sha256": "` + digestOf([]byte("a")) + `"`,
		`Jos\u00e9 \ud83d\udcc4`, "\"b\": 1,\n", `\u00e9&<`,
	} {
		if !strings.Contains(string(first), want) {
			t.Errorf("%s is not in\n%s", want, first)
		}
	}
	parsed, err := ParseStatement(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := parsed.Encode()
	if err != nil || string(second) != string(first) {
		t.Errorf("a second encoding differs (%v)", err)
	}
	files := parsed.files()
	if got := files[Key(runID(2)+"/1")]; got.Name != "b-part1.csv" || got.Manifest != 7 || got.SHA256 != digestOf([]byte("b")) {
		t.Errorf("got %+v", got)
	}
	if got := parsed.Predicate.Files[0].CreatedByUserName; got != readyRun(1).CreatedByUserName {
		t.Errorf("got %q", got)
	}
}

func TestParseStatement_errors(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Statement){
		"another type":       func(s *Statement) { s.Type = "x" },
		"another predicate":  func(s *Statement) { s.PredicateType = "https://slsa.dev/provenance/v1" },
		"a subject too many": func(s *Statement) { s.Subject = append(s.Subject, s.Subject[0]) },
		"another order":      func(s *Statement) { slices.Reverse(s.Subject) },
		"a path as a name":   func(s *Statement) { s.Subject[0].Name, s.Predicate.Files[0].Name = "../a", "../a" },
	} {
		statement := testStatement()
		change(&statement)
		text, err := statement.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseStatement(text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, text := range []string{"", "null", "[]", "{}", "<html>"} {
		if _, err := ParseStatement([]byte(text)); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
