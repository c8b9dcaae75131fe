package reportlibrary

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanSnippet(t *testing.T) {
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
			if got := cleanSnippet([]byte(tt.in), tt.limit); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzCleanSnippet(f *testing.F) {
	f.Add([]byte("plain"), 200)
	f.Add([]byte("\x1b[2J\u202e\xff\x00 \n a"), 3)
	f.Add([]byte(strings.Repeat("ä ", 200)), 100)
	f.Fuzz(func(t *testing.T, in []byte, limit int) {
		limit = int(uint16(limit))
		got := cleanSnippet(in, limit)
		if n := utf8.RuneCountInString(got); n > limit {
			t.Errorf("%d characters, want at most %d", n, limit)
		}
		for _, r := range got {
			if !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' {
				t.Errorf("%q holds %q", got, r)
			}
		}
		if strings.Contains(got, "  ") || strings.TrimSpace(got) != got || !utf8.ValidString(got) {
			t.Errorf("%q is not clean", got)
		}
		if again := cleanSnippet([]byte(got), limit); again != got {
			t.Errorf("%q became %q", got, again)
		}
	})
}
