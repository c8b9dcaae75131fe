package content

import "testing"

func TestTableOf_separator(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]byte{
		"":                     ',',
		"a":                    ',',
		"a,b\n":                ',',
		"a;b\n":                ';',
		"a\tb\n":               '\t',
		"a;b,c;d\n":            ';',
		"Order ID;\"a, b\"\n":  ';',
		"Order ID\t\"a;b\"\n":  '\t',
		"\"a;b\",\"c\"\"d\"\n": ',',
	} {
		if got := tableOf([]byte(text), true).separator; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
