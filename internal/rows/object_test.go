package rows

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// FuzzObject compares two objects, read one after the other, with package json.
func FuzzObject(f *testing.F) {
	f.Add(`{}`, `{"a": 1}`)
	f.Add(`{"a": 1, "b": "x\"}"}`, `{"a": [1, {"c": "]"}], "b": null}`)
	f.Add("{\t\"a\\u0062\" :\r\n-1.5e3 ,\"\":true}", `{"ab":{},"ab":"\\","a":[[]]}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		var o object
		for _, text := range []string{first, second, second} {
			var want map[string]json.RawMessage
			if text == "" || text[0] != '{' || json.Unmarshal([]byte(text), &want) != nil {
				continue
			}
			if _, err := o.read([]byte(text)); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if len(o.keys) != len(want) {
				t.Fatalf("%s: got the keys %q, want %d", text, o.keys, len(want))
			}
			for i, key := range o.keys {
				if got := string(o.value(i)); got != string(want[key]) {
					t.Errorf("%s: got %s of %q, want %s", text, got, key, want[key])
				}
			}
		}
	})
}

func TestObject_changed(t *testing.T) {
	t.Parallel()
	var o object
	tests := []struct {
		text string
		want bool
	}{
		{`{"a": 1, "b": 2}`, true},
		{`{"a":3,"b":[4]}`, false},
		{`{"a": 1}`, true},
		{`{"a": 1, "c": 2}`, true},
		{`{"c": 1, "a": 2}`, true},
		{`{"c": 1, "a": 2}`, false},
		{`{}`, true},
		{`{}`, false},
	}
	for _, tt := range tests {
		got, err := o.read([]byte(tt.text))
		if err != nil || got != tt.want {
			t.Errorf("%s: got %t, %v; want %t", tt.text, got, err, tt.want)
		}
	}
}

// TestObject_manyKeys reads objects whose keys are repeated, the largest with so many keys that a comparison of each with
// each other one would not end before the test's deadline.
func TestObject_manyKeys(t *testing.T) {
	t.Parallel()
	var o object
	for _, n := range []int{manyKeys - 2, manyKeys - 1, manyKeys, manyKeys + 1, 1_000_000, 3} {
		var text strings.Builder
		text.WriteString(`{"first":0`)
		for i := range n {
			fmt.Fprintf(&text, `,"%d":%d`, i, i)
		}
		fmt.Fprintf(&text, `,"%d":"last","f\u0069rst":"again"}`, n-1)
		if changed, err := o.read([]byte(text.String())); err != nil || !changed {
			t.Fatalf("%d keys: got %t, %v; want true", n, changed, err)
		}
		if len(o.keys) != n+1 {
			t.Fatalf("%d keys: got %d", n, len(o.keys))
		}
		for i, key := range o.keys {
			wantKey, want := fmt.Sprint(i-1), fmt.Sprint(i-1)
			switch i {
			case 0:
				wantKey, want = "first", `"again"`
			case n:
				want = `"last"`
			}
			if got := string(o.value(i)); key != wantKey || got != want {
				t.Fatalf("%d keys: got %s of %q, want %s of %q", n, got, key, want, wantKey)
			}
		}
	}
}

func TestShareKey_manyKeys(t *testing.T) {
	t.Parallel()
	before, now := make([]string, 1_000_000), make([]string, 1_000_000)
	for i := range before {
		before[i], now[i] = fmt.Sprint("a", i), fmt.Sprint("b", i)
	}
	if shareKey(before, now) {
		t.Error("got true for different keys")
	}
	if now[len(now)-1] = before[0]; !shareKey(before, now) {
		t.Error("got false for a shared key")
	}
}
