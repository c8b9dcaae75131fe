package redact

import (
	"fmt"
	"strings"
	"testing"
)

// secret has 100 characters, as DigiCert's keys do, and no part of it occurs twice.
const secret = "K7YQ2M0XN4VB9ZLR5TJH8WDC3FGS6PAE1U_k7yq2m0xn4vb9zlr5tjh8wdc3fgs6pae1u-QWERTZUIOPASDFGHJKLYXCVBNMqwe"

// longestPart returns the longest part of secret in text.
func longestPart(text string) string {
	longest := ""
	for i := range secret {
		for j := i + len(longest) + 1; j <= len(secret) && strings.Contains(text, secret[i:j]); j++ {
			longest = secret[i:j]
		}
	}
	return longest
}

func TestMasker_Text(t *testing.T) {
	m := New(secret, "short", "")
	tests := map[string]struct{ in, want string }{
		"nothing":         {"", ""},
		"no secret":       {"the report is empty", "the report is empty"},
		"whole":           {"key " + secret + ".", "key ***."},
		"twice":           {secret + secret, "******"},
		"start":           {"key " + secret[:40] + "…", "key ***…"},
		"end":             {"…" + secret[60:], "…***"},
		"shortest part":   {"<" + secret[20:32] + ">", "<***>"},
		"part of a part":  {"<" + secret[20:31] + ">", "<" + secret[20:31] + ">"},
		"lower case":      {strings.ToLower(secret), "***"},
		"part, lowered":   {"<" + strings.ToLower(secret[50:80]) + ">", "<***>"},
		"short":           {"a short one", "a *** one"},
		"between letters": {"ü" + secret[10:60] + "ü", "ü***ü"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := m.Text(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	var none *Masker
	if got := none.Text("a b") + New().Text("c"); got != "a bc" {
		t.Errorf("got %q from maskers of nothing", got)
	}
}

func TestMasker_Text_everyForm(t *testing.T) {
	value := `Kx"9\<&>%/+=é~Zq8`
	for _, form := range Forms(value) {
		if got := New(value).Text("<" + form + ">"); got != "<***>" {
			t.Errorf("got %q for %q", got, form)
		}
	}
}

// TestMasker_Excerpt_everyOffset puts a secret at every offset around the two places where a text is cut.
func TestMasker_Excerpt_everyOffset(t *testing.T) {
	const limit = 200
	m := New(secret)
	for offset := range limit + len(secret) {
		before := strings.Repeat("-", offset)
		for name, text := range map[string]string{
			"once":          before + secret,
			"in a row":      before + strings.Repeat(secret, 50),
			"split by NULs": before + strings.Join(strings.Split(secret, ""), "\x00"),
			"split once":    before + secret[:5] + "\u200b" + secret[5:],
		} {
			got := m.Excerpt(text, false, limit)
			if part := longestPart(got); len(part) >= 5 {
				t.Fatalf("%s at %d: %q is in %q", name, offset, part, got)
			}
			if n := len([]rune(got)); n > limit {
				t.Errorf("%s at %d: got %d characters, want at most %d", name, offset, n, limit)
			}
		}
	}
	// The text is itself cut, within the secret.
	for end := range len(secret) {
		for _, before := range []string{"", strings.Repeat("\x00", 5000), strings.Repeat(secret, 3)} {
			got := m.Excerpt(before+"-"+secret[:end], true, limit)
			if rest := strings.TrimLeft(got, "*"); len(rest) > len("-")+3 || len(got)-len(rest) < 3*strings.Count(before, secret) {
				t.Fatalf("cut after %d: got %q", end, got)
			}
		}
	}
}

func TestMasker_Data(t *testing.T) {
	type inner struct{ Name string }
	type outer struct {
		Name     string
		Names    []string
		Inner    inner
		Pointer  *inner
		Nothing  *inner
		Inners   []inner
		Number   int
		internal string
	}
	got := outer{
		"x " + secret, []string{secret, "y"}, inner{secret}, &inner{secret}, nil, []inner{{secret}}, 1, "z",
	}
	New(secret, "y", "z").Data(&got)
	want := outer{"x ***", []string{"***", "y"}, inner{"***"}, &inner{"***"}, nil, []inner{{"***"}}, 1, "z"}
	if fmt.Sprintf("%+v%+v", got, *got.Pointer) != strings.Replace(fmt.Sprintf("%+v%+v", want, *want.Pointer),
		fmt.Sprintf("%p", want.Pointer), fmt.Sprintf("%p", got.Pointer), 1) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// A part of a secret is data.
	part := secret[:50]
	New(secret).Data(&part)
	if part != secret[:50] {
		t.Errorf("got %q", part)
	}
	list := []inner{{secret}}
	New(secret).Data(&list)
	if list[0].Name != "***" {
		t.Errorf("got %q", list[0].Name)
	}
}

func FuzzMasker_Excerpt(f *testing.F) {
	f.Add("-"+secret[:50], 200, true)
	f.Add(strings.Repeat(secret, 3)+"\x1b", 10, false)
	f.Fuzz(func(t *testing.T, text string, limit int, truncated bool) {
		limit = int(uint16(limit))
		got := New(secret).Excerpt(text, truncated, limit)
		if n := len([]rune(got)); n > limit {
			t.Errorf("got %d characters, want at most %d", n, limit)
		}
		if part := longestPart(got); len(part) >= runLength {
			t.Errorf("%q is in %q", part, got)
		}
	})
}
