package reportlibrary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// snippetMargin is how much more than is shown is masked, so that a secret across the cut is masked as a whole.
const snippetMargin = 4096

// maskedSnippet returns the start of a text body as a diagnostic may show it.
func maskedSnippet(b []byte, redact func(string) string) string {
	return cleanSnippet([]byte(redact(cleanSnippet(b, maxSnippet+snippetMargin))), maxSnippet)
}

// cleanSnippet returns at most limit characters of b as one line that is safe on a terminal: invalid UTF-8 replaced,
// white space folded, and everything that is not a visible character (control characters, and with them the start of
// every terminal escape; bidirectional and zero-width controls) left out. A cut text ends with an ellipsis.
func cleanSnippet(b []byte, limit int) string {
	var out strings.Builder
	length, lastStart, space := 0, 0, false
	put := func(r rune) bool {
		if length == limit {
			return false
		}
		lastStart = out.Len()
		out.WriteRune(r)
		length++
		return true
	}
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		b = b[size:]
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case !unicode.IsGraphic(r):
			continue
		}
		if space && length > 0 && !put(' ') || !put(r) {
			if limit == 0 {
				return ""
			}
			return strings.TrimSuffix(out.String()[:lastStart], " ") + "…"
		}
		space = false
	}
	return out.String()
}
