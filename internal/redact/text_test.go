package redact

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	tests := map[string]struct {
		in    string
		limit int
		want  string
	}{
		"nothing":             {"", 10, ""},
		"plain":               {"Größe 5 €", 10, "Größe 5 €"},
		"white space":         {"\r\n a\t\n\u00a0b\u2028c \n", 10, "a b c"},
		"terminal escape":     {"\x1b[31mred\x1b]0;title\x07", 20, "[31mred]0;title"},
		"C1 control":          {"a\u009bb\u0085c", 10, "ab c"},
		"bidirectional":       {"a\u202eb\u2066c\u200fd", 10, "abcd"},
		"zero width":          {"\ufeffa\u200bb\u00adc", 10, "abc"},
		"tag characters":      {"a\U000e0041b", 10, "ab"},
		"blank letters":       {"a\u3164b\u2800c\u115fd", 10, "abcd"},
		"NUL":                 {"a\x00b", 10, "ab"},
		"invalid UTF-8":       {"a\xffb\x9b", 10, "a\ufffdb\ufffd"},
		"at the limit":        {"abcde", 5, "abcde"},
		"past the limit":      {"abcdef", 5, "abcd…"},
		"cut after a space":   {"abc def", 5, "abc…"},
		"cut before a space":  {"abcde f", 5, "abcd…"},
		"space at the limit":  {"abcde ", 5, "abcde"},
		"wide characters":     {"äöüß", 3, "äö…"},
		"no room":             {"abc", 0, ""},
		"unprintable at last": {"abcde\x00\u200b", 5, "abcde"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Line(tt.in, tt.limit); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzLine(f *testing.F) {
	f.Add([]byte("plain"), 200)
	f.Add([]byte("\x1b[2J\u202e\xff\x00 \n a"), 3)
	f.Add([]byte(strings.Repeat("ä ", 200)), 100)
	f.Fuzz(func(t *testing.T, in []byte, limit int) {
		limit = int(uint16(limit))
		got := Line(string(in), limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Errorf("got %d characters, want at most %d", n, limit)
		}
		for _, r := range got {
			if !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' {
				t.Errorf("%q holds %q", got, r)
			}
		}
		if strings.Contains(got, "  ") || strings.TrimSpace(got) != got || !utf8.ValidString(got) {
			t.Errorf("%q is not clean", got)
		}
		if again := Line(got, limit); again != got {
			t.Errorf("%q became %q", got, again)
		}
	})
}

func TestVisible(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":          {"Größe 5 €\n日本", "Größe 5 €\n日本"},
		"escape":         {"\x1b[31mred\a", `\u001b[31mred\u0007`},
		"C1 control":     {"a\u009bb", `a\u009bb`},
		"bidirectional":  {"a\u202eb", `a\u202eb`},
		"zero width":     {"a\u200bb\ufeff", `a\u200bb\ufeff`},
		"tag":            {"a\U000e0041", `a\U000e0041`},
		"line separator": {"a\u2028b", `a\u2028b`},
		"line endings":   {"a\r\nb\rc", "a\nb" + `\u000dc`},
		"tab":            {"a\tb", "a b"},
		"invalid UTF-8":  {"a\xffb", "a\ufffdb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := Visible(tt.in)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := Visible(got); again != got {
				t.Errorf("got %q the second time", again)
			}
		})
	}
	if got, want := VisibleLine("a\nStatus: 200", 9), `a\nStatu…`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestList(t *testing.T) {
	names := strings.Split(strings.Repeat("a\n,", 20_000), ",")
	for want, values := range map[string][]string{
		"":                       nil,
		`a\n`:                    names[:1],
		`a\n, a\n`:               names[:2],
		`a\n, a\n and 1 more`:    names[:3],
		`a\n, a\n and 9998 more`: names[:10_000],
	} {
		if got := List(values, 2); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := List([]string{strings.Repeat("ä", 1000)}, 2); got != strings.Repeat("ä", 99)+"…" {
		t.Errorf("got %q", got)
	}
}
