package filename

import (
	"fmt"
	"io"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeExtended decodes the extended notation charset'language'percent-encoded (RFC 8187), or returns an empty string.
// A value without the prefix is not well-formed, and yet decoded.
func decodeExtended(value string) (name string, wellFormed bool) {
	charset, encoded, ok := cutCharset(value)
	if !ok {
		prefix, _, quoted := strings.Cut(value, "'")
		if _, err := findCharset(prefix); quoted && err == nil {
			return "", false // an apostrophe is missing
		}
		charset, encoded = "utf-8", value
	}
	bytes, valid := unescape(strings.Trim(encoded, `"`))
	if !valid {
		return "", false
	}
	name, valid = decode(bytes, charset)
	return name, ok && valid
}

// cutCharset splits an extended value.
func cutCharset(value string) (charset, encoded string, ok bool) {
	parts := strings.SplitN(value, "'", 3)
	if len(parts) < 3 {
		return "", "", false
	}
	if charset = parts[0]; charset == "" {
		charset = "utf-8"
	}
	return charset, parts[2], true
}

func unescape(s string) (string, bool) {
	decoded, err := url.PathUnescape(s)
	return decoded, err == nil
}

// encodedWord is the start of an encoded word of mail (RFC 2047).
var encodedWord = regexp.MustCompile(`=\?[^?]+\?[bBqQ]\?`)

// decodePlain decodes the plain parameter, or returns an empty string. It may be raw bytes in UTF-8 or windows-1252,
// encoded words, percent-encoding where all of it is valid, or the extended notation in the wrong parameter.
func decodePlain(value string) string {
	if charset, encoded, ok := cutCharset(value); ok {
		if bytes, valid := unescape(encoded); valid && isCharset(charset) && strings.HasPrefix(value, charset) {
			name, _ := decode(bytes, charset)
			return name
		}
	}
	if !utf8.ValidString(value) {
		value, _ = decode(value, "windows-1252")
	}
	if encodedWord.MatchString(value) {
		words := mime.WordDecoder{CharsetReader: charsetReader}
		decoded, err := words.DecodeHeader(value)
		if err != nil || encodedWord.MatchString(decoded) || strings.ContainsRune(decoded, utf8.RuneError) {
			return ""
		}
		return controlsAsWindows1252(decoded)
	}
	if decoded, ok := unescape(value); ok && utf8.ValidString(decoded) {
		return decoded
	}
	return value
}

// decode decodes bytes, or returns an empty string if charset is not known or they are not valid in it.
func decode(bytes, charset string) (string, bool) {
	e, err := findCharset(charset)
	if err != nil {
		return "", false
	}
	// US-ASCII means windows-1252 in browsers, and UTF-8 in many a server.
	if name := strings.ToLower(charset); utf8.ValidString(bytes) && (name == "us-ascii" || name == "ascii") {
		return bytes, true
	}
	decoded, err := e.NewDecoder().String(bytes)
	if err != nil || strings.ContainsRune(decoded, utf8.RuneError) {
		return "", false
	}
	return decoded, decoded != ""
}

func isCharset(name string) bool {
	_, err := findCharset(name)
	return err == nil
}

// findCharset returns the encoding of the given name as browsers know it: ISO-8859-1 and US-ASCII are windows-1252.
func findCharset(name string) (encoding.Encoding, error) {
	name = strings.Trim(name, "\" \t")
	if e, err := htmlindex.Get(name); err == nil {
		return e, nil
	}
	return htmlindex.Get(strings.ReplaceAll(name, "_", "-"))
}

// charsetReader is the CharsetReader of a mime.WordDecoder. The name may carry a language (RFC 2231 section 5).
func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	charset, _, _ = strings.Cut(charset, "*")
	e, err := findCharset(charset)
	if err != nil {
		return nil, fmt.Errorf("character set %q: %w", charset, err)
	}
	return e.NewDecoder().Reader(input), nil
}

// controlsAsWindows1252 replaces the control characters U+0080 to U+009F, which is how a decoder of ISO-8859-1 reads
// characters of windows-1252.
func controlsAsWindows1252(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r <= 0x9f {
			return charmap.Windows1252.DecodeByte(byte(r))
		}
		return r
	}, s)
}
