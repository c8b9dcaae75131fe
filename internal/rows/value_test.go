package rows

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-31":                    "2026-01-31T00:00:00Z",
		" 2026-01-31 ":                  "2026-01-31T00:00:00Z",
		"2026-01-31 09:15:48":           "2026-01-31T09:15:48Z",
		"2026-01-31T09:15:48Z":          "2026-01-31T09:15:48Z",
		"2026-01-31t09:15:48z":          "2026-01-31T09:15:48Z",
		"2026-01-31T09:15:48":           "2026-01-31T09:15:48Z",
		"2026-01-31T09:15:48.5+02:00":   "2026-01-31T07:15:48.5Z",
		"2026-01-31 09:15:48 +0200":     "2026-01-31T07:15:48Z",
		"2026-01-31 09:15:48 -07:00":    "2026-01-31T16:15:48Z",
		"2026-01-31 09:15:48 UTC":       "2026-01-31T09:15:48Z",
		"31-Jan-2026":                   "2026-01-31T00:00:00Z",
		"1-Feb-2026":                    "2026-02-01T00:00:00Z",
		"31-JAN-2026 23:59:59":          "2026-01-31T23:59:59Z",
		"31-jan-2026 00:30:00 +01:00":   "2026-01-30T23:30:00Z",
		"":                              "",
		"2026-02-30":                    "",
		"2026-1-31":                     "",
		"31/01/2026":                    "",
		"01-31-2026":                    "",
		"2026-01-31 25:00:00":           "",
		"2026-01-31 09:15:48 CET":       "",
		"2026-01-31 or so":              "",
		"n/a":                           "",
		strings.Repeat("2026-01-31", 9): "",
	} {
		got, ok := parseTime(text)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %v, %v, want %q", text, got, ok, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"9", "10", -1}, {"-1", "1", -1}, {"1.50", "1.5", 0}, {"1e3", "1000", 0}, {" 7 ", "7", 0}, {"+7", "7", 0}, {".5", "0.5", 0},
		{"9007199254740993", "9007199254740992", 1}, {"18446744073709551617", "18446744073709551616", 1}, {"0.1", "0.10000000000000001", -1},
	}
	for _, tt := range tests {
		a, okA := parseNumber(tt.a)
		b, okB := parseNumber(tt.b)
		if !okA || !okB || a.compare(b) != tt.want || b.compare(a) != -tt.want {
			t.Errorf("%q and %q: got %d, want %d", tt.a, tt.b, a.compare(b), tt.want)
		}
	}
	for _, text := range []string{"", "-", ".", "1,000", "0x10", "Inf", "NaN", "1_000", "$1", "1 000", "1e99999", strings.Repeat("1", maxNumber+1)} {
		if n, ok := parseNumber(text); ok {
			t.Errorf("%q: got %v, want no number", text, n)
		}
	}
}

func value(s string) *string { return &s }

func TestCondition_cells(t *testing.T) {
	t.Parallel()
	type result struct{ holds, readable bool }
	yes, no, unreadable := result{true, true}, result{false, true}, result{false, false}
	tests := []struct {
		condition Condition
		cells     map[string]result
	}{
		{Condition{Operator: "equals", Value: value("a")}, map[string]result{"a": yes, "A": no, "a b": no, "": no}},
		{Condition{Operator: "not_equals", Value: value("a")}, map[string]result{"a": no, "A": yes, "": yes}},
		{Condition{Operator: "in", Values: []string{"a", ""}}, map[string]result{"a": yes, "": yes, "b": no}},
		{Condition{Operator: "contains", Value: value("b")}, map[string]result{"abc": yes, "aBc": no}},
		{Condition{Operator: "matches", Value: value(`^\d+$`)}, map[string]result{"12": yes, "1a": no}},
		{Condition{Operator: "matches", Value: value("b")}, map[string]result{"abc": yes}},
		{Condition{Operator: "is_empty"}, map[string]result{"": yes, "\u00a0\t": yes, "0": no}},
		{Condition{Operator: "before", Value: value("2026-01-31")}, map[string]result{
			"30-Jan-2026": yes, "2026-01-31": no, "2026-02-01": no, "": unreadable, "soon": unreadable,
			"2026-01-31T00:00:00+01:00": yes,
		}},
		{Condition{Operator: "after", Value: value("2026-01-31T10:00:00+01:00")}, map[string]result{
			"2026-01-31 09:00:01": yes, "2026-01-31 09:00:00": no, "2026-01-31": no, "x": unreadable,
		}},
		{Condition{Operator: "less_than", Value: value("10")}, map[string]result{"9": yes, "10": no, "10.0": no, "-1e9": yes, "": unreadable, "1,5": unreadable}},
		{Condition{Operator: "greater_than", Value: value("10")}, map[string]result{"9": no, "10": no, "10.5": yes, "100": yes, "x": unreadable}},
	}
	for _, tt := range tests {
		test, err := tt.condition.compile()
		if err != nil {
			t.Fatal(err)
		}
		for cell, want := range tt.cells {
			holds, readable := test(cell)
			if got := (result{holds, readable}); got != want {
				t.Errorf("%q %s: got %v, want %v", cell, tt.condition.Operator, got, want)
			}
		}
	}
}

func TestCondition_Check(t *testing.T) {
	t.Parallel()
	tests := []struct {
		condition Condition
		want      string
	}{
		{Condition{Operator: "is"}, "operator"},
		{Condition{Operator: "equals"}, "value"},
		{Condition{Operator: "equals", Value: value("a"), Values: []string{"a"}}, "values"},
		{Condition{Operator: "in"}, "values"},
		{Condition{Operator: "in", Values: []string{}}, "values"},
		{Condition{Operator: "in", Values: []string{"a"}, Value: value("a")}, "value"},
		{Condition{Operator: "is_empty", Value: value("")}, "value"},
		{Condition{Operator: "is_empty", Values: []string{"a"}}, "values"},
		{Condition{Operator: "contains", Value: value("")}, "value"},
		{Condition{Operator: "matches", Value: value("(?=a)")}, "value"},
		{Condition{Operator: "before", Value: value("31.01.2026")}, "value"},
		{Condition{Operator: "after", Value: value("")}, "value"},
		{Condition{Operator: "less_than", Value: value("ten")}, "value"},
		{Condition{Operator: "greater_than", Value: value("")}, "value"},
	}
	for _, tt := range tests {
		err := tt.condition.Check()
		if got, ok := errors.AsType[*ConditionError](err); !ok || got.Argument != tt.want {
			t.Errorf("%+v: got %v, want an error of %s", tt.condition, err, tt.want)
		}
	}
	for _, name := range Operators() {
		if ArgumentsOf(name) == 0 {
			t.Errorf("%s has no arguments", name)
		}
	}
}
