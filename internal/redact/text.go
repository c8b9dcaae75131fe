package redact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns at most limit characters of text as one line that is safe on a terminal: it replaces invalid UTF-8,
// folds white space, and removes invisible characters (control, bidirectional, zero-width and tag characters, and the
// start of every terminal escape). A line that was cut ends with an ellipsis.
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

// Visible escapes invisible characters such as U+202E, so that names that look the same differ. It keeps line feeds and
// spaces, turns tabs into spaces and CR LF into LF, and replaces invalid UTF-8.
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

// VisibleLine is [Visible] for a value in a message: it escapes line feeds too, and cuts as [Cut] does.
func VisibleLine(text string, limit int) string {
	return Cut(strings.ReplaceAll(Visible(text), "\n", `\n`), limit)
}

// Cut shortens text of more than limit characters, and ends it with an ellipsis.
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

func isVisible(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.IsGraphic(r) && r != brailleBlank && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// List joins the first limit values, each through [VisibleLine] with 100 characters, and adds the number of the others.
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
