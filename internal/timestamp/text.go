package timestamp

import (
	"strings"
	"unicode"
)

// textLimit is how many characters of a foreign text an error or a state contains.
const textLimit = 200

// cleanText returns a foreign text as one line of visible characters, cut after limit of them.
func cleanText(text string, limit int) string {
	var b strings.Builder
	length := 0
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if !unicode.IsGraphic(r) {
			continue
		}
		if length++; length > limit {
			return b.String() + "…"
		}
		b.WriteRune(r)
	}
	return b.String()
}
