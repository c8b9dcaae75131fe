package filename

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Member is the name of a file in an archive.
type Member struct {
	Name    string
	Guessed bool // the archive does not declare the character set of Name
}

// Suggest returns the member's name, or if that is vague or decoded wrongly, the name in the header
// Content-Disposition, made safe by [Safe]. It is empty if neither contains a name.
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

const (
	meaningless = iota // empty
	vague              // it would fit any file, or is decoded wrongly
	good
)

var vagueNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(reports?|files?|data|downloads?|output|out|export|contents?|document|` +
		`attachment|archive|noname|unnamed|untitled|unknown|default|temp|tmp|stdin|stdout|blob|object|part|body|response|` +
		`result|[0-9a-f-]{32,})([ _-]?\(?[0-9]{1,2}\)?)?$`)
})

func quality(safe, raw string) int {
	stem := Stem(safe)
	switch {
	case !strings.ContainsFunc(stem, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return meaningless
	case vagueNames().MatchString(stem), strings.ContainsRune(raw, utf8.RuneError), isDoubleEncoded(raw):
		return vague
	default:
		return good
	}
}

// isDoubleEncoded reports whether s is UTF-8 that was decoded as windows-1252 and encoded again.
func isDoubleEncoded(s string) bool {
	once, err := charmap.Windows1252.NewEncoder().String(s)
	return err == nil && once != s && utf8.ValidString(once)
}

// looksMisread reports whether a name decoded from code page 437 contains line-drawing symbols or hardly any ASCII.
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
