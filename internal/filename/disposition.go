package filename

import (
	"strconv"
	"strings"
)

// parameters are a header's file names. If one is repeated, the first with a value counts, as in browsers.
type parameters struct {
	plain    string         // filename
	extended string         // filename*
	pieces   map[int]string // filename*0, filename*1, … (RFC 2231)
	encoded  map[int]bool   // pieces that are percent-encoded: filename*0*, …
}

// FromContentDisposition returns the unsafe file name in a Content-Disposition header (RFC 6266), or an empty string.
// Like browsers, it accepts more than the grammar: unquoted names with spaces, a missing type or semicolon, raw bytes,
// encoded words of mail, percent-encoding in the plain parameter.
func FromContentDisposition(header string) string {
	p := parse(header)
	extended, wellFormed := decodeExtended(p.extended)
	plain := decodePlain(p.plain)
	switch {
	case extended != "" && wellFormed:
		return extended
	case plain != "":
		return plain
	case extended != "":
		return extended
	default:
		return p.joined()
	}
}

func parse(header string) parameters {
	p := parameters{pieces: map[int]string{}, encoded: map[int]bool{}}
	for rest := header; rest != ""; {
		var name, value string
		name, value, rest = nextParameter(rest)
		number, isPiece := strings.CutPrefix(name, "filename*")
		switch {
		case name == "filename" && p.plain == "":
			p.plain = value
		case name == "filename*" && p.extended == "":
			p.extended = value
		case isPiece:
			number, encoded := strings.CutSuffix(number, "*")
			n, err := strconv.Atoi(number)
			if _, repeated := p.pieces[n]; err == nil && !repeated && strconv.Itoa(n) == number {
				p.pieces[n], p.encoded[n] = value, encoded
			}
		}
	}
	return p
}

// joined returns the name in the numbered pieces up to the first gap. The first piece names the character set.
func (p parameters) joined() string {
	charset := "utf-8"
	var name strings.Builder
	for n := 0; ; n++ {
		piece, ok := p.pieces[n]
		if !ok {
			decoded, _ := decode(name.String(), charset)
			return decoded
		}
		if n == 0 && p.encoded[n] {
			if charset, piece, ok = cutCharset(piece); !ok {
				return ""
			}
		}
		if p.encoded[n] {
			if piece, ok = unescape(piece); !ok {
				return ""
			}
		}
		name.WriteString(piece)
	}
}

// nextParameter splits the first parameter off header. A segment without "=", as the type, is a name without a value.
func nextParameter(header string) (name, value, rest string) {
	end := strings.IndexAny(header, ";=")
	if end < 0 {
		return strings.TrimSpace(header), "", ""
	}
	name = strings.ToLower(strings.TrimSpace(header[:end]))
	// The semicolon may be missing: "attachment filename=x".
	if i := strings.LastIndexAny(name, " \t"); i >= 0 {
		name = name[i+1:]
	}
	if header[end] == ';' {
		return name, "", header[end+1:]
	}
	rest = strings.TrimLeft(header[end+1:], " \t")
	if !strings.HasPrefix(rest, `"`) {
		value, rest, _ = strings.Cut(rest, ";")
		return name, strings.TrimSpace(value), rest
	}
	value, rest = unquote(rest[1:])
	_, rest, _ = strings.Cut(rest, ";")
	return name, value, rest
}

// unquote reads a quoted string up to its closing quote. A backslash escapes the next character, except in a Windows
// path with unescaped separators.
func unquote(s string) (value, rest string) {
	var b strings.Builder
	isPath := isWindowsPath(s)
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (!isPath || s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

func isWindowsPath(s string) bool {
	if len(s) > 3 && s[1] == ':' && s[2] == '\\' && s[3] != '\\' {
		return true
	}
	s, _, _ = strings.Cut(s, `"`)
	host, isUNC := strings.CutPrefix(s, `\\`)
	i := strings.IndexByte(host, '\\')
	return isUNC && i > 0 && i+1 < len(host) && host[i+1] != '\\'
}
