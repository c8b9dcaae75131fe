package filename

import (
	"fmt"
	"io"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeExtended decodes charset'language'percent-encoded (RFC 8187), and a value without charset and language, which
// is not well-formed.
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

var encodedWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`=\?[^?]+\?[bBqQ]\?`) })

// decodePlain decodes the plain parameter as UTF-8, windows-1252, encoded words (RFC 2047), percent-encoding if all of
// it is valid, or the extended notation, which some servers put here.
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
	if encodedWord().MatchString(value) {
		words := mime.WordDecoder{CharsetReader: charsetReader}
		decoded, err := words.DecodeHeader(value)
		if err != nil || encodedWord().MatchString(decoded) || strings.ContainsRune(decoded, utf8.RuneError) {
			return ""
		}
		return controlsAsWindows1252(decoded)
	}
	if decoded, ok := unescape(value); ok && utf8.ValidString(decoded) {
		return decoded
	}
	return value
}

func decode(bytes, charset string) (string, bool) {
	e, err := findCharset(charset)
	if err != nil {
		return "", false
	}
	// US-ASCII means windows-1252 in browsers, but many servers send UTF-8 under that name.
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

// findCharset takes ISO-8859-1 and US-ASCII for windows-1252, as browsers do.
func findCharset(name string) (encoding.Encoding, error) {
	name = strings.Trim(name, "\" \t")
	if e, err := htmlindex.Get(name); err == nil {
		return e, nil
	}
	return htmlindex.Get(strings.ReplaceAll(name, "_", "-"))
}

// charsetReader is the CharsetReader of a mime.WordDecoder. The name may include a language (RFC 2231 section 5).
func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	charset, _, _ = strings.Cut(charset, "*")
	e, err := findCharset(charset)
	if err != nil {
		return nil, fmt.Errorf("character set %q: %w", charset, err)
	}
	return e.NewDecoder().Reader(input), nil
}

// controlsAsWindows1252 replaces U+0080 to U+009F, the result of decoding windows-1252 as ISO-8859-1.
func controlsAsWindows1252(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r <= 0x9f {
			return charmap.Windows1252.DecodeByte(byte(r))
		}
		return r
	}, s)
}
