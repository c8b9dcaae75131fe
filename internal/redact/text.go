package redact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns at most limit characters of text as one line that is safe on a terminal: invalid UTF-8 is replaced,
// white space folded, and every invisible character left out (control characters, and with them the start of every
// terminal escape; bidirectional, zero-width and tag characters). A line that was cut ends with an ellipsis.
func Line(text string, limit int) string {
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
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case !isVisible(r):
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

// Visible returns text with every invisible character but the line feed and the space written as an escape such as
// \u202e, so that two names that only look the same can be told apart. Tabs become spaces, carriage returns before a
// line feed are left out, and invalid UTF-8 is replaced.
func Visible(text string) string {
	clean := func(r rune) bool { return r == '\n' || r == ' ' || isVisible(r) && r != utf8.RuneError }
	if !strings.ContainsFunc(text, func(r rune) bool { return !clean(r) }) {
		return text
	}
	var out strings.Builder
	for _, r := range strings.ReplaceAll(text, "\r\n", "\n") {
		switch {
		case clean(r) || r == utf8.RuneError:
			out.WriteRune(r)
		case r == '\t':
			out.WriteByte(' ')
		case r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// VisibleLine is [Visible] for a value within a message: a line feed is written as an escape too, and a value of more
// than limit characters is cut and ends with an ellipsis.
func VisibleLine(text string, limit int) string {
	return Cut(strings.ReplaceAll(Visible(text), "\n", `\n`), limit)
}

// Cut returns text, or its start with an ellipsis if it has more than limit characters.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	n, lastStart := 0, 0
	for i := range text {
		if n == limit {
			return text[:lastStart] + "…"
		}
		lastStart = i
		n++
	}
	return text
}

// isVisible reports whether a terminal shows r, and nothing but r.
func isVisible(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.IsGraphic(r) && r != brailleBlank && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// List joins the first limit values with commas, each as by [VisibleLine] with 100 characters, and says how many more
// there are.
func List(values []string, limit int) string {
	shown := make([]string, 0, limit)
	for _, value := range values[:min(len(values), limit)] {
		shown = append(shown, VisibleLine(value, 100))
	}
	list := strings.Join(shown, ", ")
	if more := len(values) - len(shown); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
