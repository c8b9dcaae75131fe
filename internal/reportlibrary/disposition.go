package reportlibrary

import (
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"
)

// dispositionFilename returns the file name in a Content-Disposition header (RFC 6266), empty if there is none. It
// takes what servers really send, which mime.ParseMediaType refuses: unquoted names with spaces, parameters without a
// type, parameters twice (the first counts), names in Latin-1 or in the encoded words of mail. The name is not safe
// yet.
func dispositionFilename(header string) string {
	var extended, plain string
	for rest := header; rest != ""; {
		var name, value string
		name, value, rest = nextParameter(rest)
		switch {
		case name == "filename*" && extended == "":
			extended = decodeExtended(value)
		case name == "filename" && plain == "":
			plain = decodePlain(value)
		}
	}
	switch {
	case extended != "":
		return extended
	case plain != "":
		return plain
	}
	// What is left are the numbered pieces of RFC 2231, which no browser reads and ParseMediaType does.
	_, parameters, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return parameters["filename"]
}

// nextParameter splits the first parameter off a header. A segment that is no parameter, as the disposition type,
// comes back as a name without a value.
func nextParameter(header string) (name, value, rest string) {
	end := strings.IndexAny(header, ";=")
	if end < 0 {
		return strings.TrimSpace(header), "", ""
	}
	name = strings.ToLower(strings.TrimSpace(header[:end]))
	// "attachment filename=x": the semicolon is missing.
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

// unquote reads a quoted string up to its closing quote. A backslash escapes only a quote or another backslash: before
// anything else it is the separator of a Windows path that somebody forgot to escape.
func unquote(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// decodeExtended decodes the extended notation charset'language'percent-encoded (RFC 8187), or returns an empty string
// so that the plain parameter gets its turn.
func decodeExtended(value string) string {
	charset, encoded := "utf-8", value
	if parts := strings.SplitN(value, "'", 3); len(parts) == 3 {
		charset, encoded = strings.ToLower(parts[0]), parts[2]
	}
	decoded, err := url.PathUnescape(encoded)
	if err != nil {
		return ""
	}
	switch charset {
	case "utf-8", "us-ascii", "":
		if utf8.ValidString(decoded) {
			return decoded
		}
	case "iso-8859-1", "latin1":
		return latin1(decoded)
	}
	return ""
}

func decodePlain(value string) string {
	if decoded, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
		value = decoded
	}
	if !utf8.ValidString(value) {
		return latin1(value)
	}
	return value
}

// latin1 decodes ISO-8859-1, in which every byte is the code point of the same number.
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
