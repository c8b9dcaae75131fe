package filename

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Member is the name of a file in an archive.
type Member struct {
	Name string
	// Guessed says that the archive doesn't tell the character set of the name.
	Guessed bool
}

// Suggest returns the server's name for a content, made safe by [Safe]: the member's name if the content was wrapped,
// else the one in the header Content-Disposition. A member whose name is misread, or would fit any file, gives way to a
// header that says more. It is empty if neither says anything.
func Suggest(contentDisposition string, member Member, extension string) string {
	fromHeader := Safe(FromContentDisposition(contentDisposition), extension)
	fromMember := Safe(member.Name, extension)
	headerQuality := quality(fromHeader, fromHeader)
	memberQuality := quality(fromMember, member.Name)
	if member.Guessed && looksMisread(member.Name) {
		memberQuality = min(memberQuality, vague)
	}
	switch {
	case memberQuality == meaningless && headerQuality == meaningless:
		return ""
	case memberQuality >= headerQuality:
		return fromMember
	default:
		return fromHeader
	}
}

// How much a name says.
const (
	meaningless = iota // nothing
	vague              // it would fit any file, or is misread
	good
)

// vagueNames are what programs call a file that nobody named.
var vagueNames = regexp.MustCompile(`(?i)^(reports?|files?|data|downloads?|output|out|export|contents?|document|` +
	`attachment|archive|noname|unnamed|untitled|unknown|default|temp|tmp|stdin|stdout|blob|object|part|body|response|` +
	`result|[0-9a-f-]{32,})([ _-]?\(?[0-9]{1,2}\)?)?$`)

// quality judges a safe name by itself and by the name that it was made of.
func quality(safe, raw string) int {
	stem := Stem(safe)
	switch {
	case !strings.ContainsFunc(stem, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return meaningless
	case vagueNames.MatchString(stem), strings.ContainsRune(raw, utf8.RuneError), isDoubleEncoded(raw):
		return vague
	default:
		return good
	}
}

// isDoubleEncoded reports whether s is UTF-8 that was taken for windows-1252 and encoded in UTF-8 again.
func isDoubleEncoded(s string) bool {
	once, err := charmap.Windows1252.NewEncoder().String(s)
	return err == nil && once != s && utf8.ValidString(once)
}

// looksMisread reports whether a name in code page 437 is more likely to be in another character set: it contains
// line-drawing or other symbols, or hardly any ASCII.
func looksMisread(name string) bool {
	foreign, total := 0, 0
	for _, r := range name {
		total++
		switch {
		case r < utf8.RuneSelf:
		case r != 'ƒ' && unicode.Is(unicode.Latin, r):
			foreign++
		default:
			return true
		}
	}
	return 3*foreign > total
}
