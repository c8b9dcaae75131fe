package rows

import (
	"encoding/json"
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
