package content

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// byteOrderMark is the mark of UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// encoding is the character encoding of a text.
type encoding struct {
	order binary.ByteOrder // of UTF-16; nil for UTF-8 and other supersets of ASCII
	mark  int              // length of the byte order mark
}

// encodingOf detects the encoding from the head of a text.
func encodingOf(head []byte) encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return encoding{binary.LittleEndian, 2}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return encoding{binary.BigEndian, 2}
	case bytes.HasPrefix(head, []byte(byteOrderMark)):
		return encoding{nil, len(byteOrderMark)}
	default:
		return encoding{guessUTF16(head), 0}
	}
}

// guessUTF16 detects UTF-16 without a byte order mark by its zero bytes. One half of a code unit is zero in the first
// character, which belongs to a column's name, and in every separator. The other half is never zero.
func guessUTF16(data []byte) binary.ByteOrder {
	if len(data) < 2 || len(data)%2 != 0 {
		return nil
	}
	var zeros [2]int
	for i, c := range data {
		if c == 0 {
			zeros[i%2]++
		}
	}
	units := len(data) / 2
	switch {
	case data[1] == 0 && zeros[0] == 0 && zeros[1]*8 >= units:
		return binary.LittleEndian
	case data[0] == 0 && zeros[1] == 0 && zeros[0]*8 >= units:
		return binary.BigEndian
	default:
		return nil
	}
}

// decoder converts pieces of UTF-16 text to UTF-8, keeps supersets of ASCII, and removes the byte order mark.
type decoder struct {
	encoding
	skipped int
	rest    []byte // an incomplete code unit, or the first half of a surrogate pair
	out     []byte
}

// decode returns the next piece. The result is valid until the next call.
func (d *decoder) decode(p []byte) []byte {
	if skip := min(d.mark-d.skipped, len(p)); skip > 0 {
		p = p[skip:]
		d.skipped += skip
	}
	if d.order == nil {
		return p
	}
	p = append(d.rest, p...)
	d.out = d.out[:0]
	for len(p) >= 2 {
		r := rune(d.order.Uint16(p))
		size := 2
		if utf16.IsSurrogate(r) {
			if len(p) < 4 {
				break
			}
			if pair := utf16.DecodeRune(r, rune(d.order.Uint16(p[2:]))); pair != utf8.RuneError {
				r, size = pair, 4
			}
		}
		d.out = utf8.AppendRune(d.out, r) // half a pair becomes U+FFFD
		p = p[size:]
	}
	d.rest = bytes.Clone(p)
	return d.out
}

func decodeHead(head []byte) []byte {
	d := decoder{encoding: encodingOf(head)}
	return d.decode(head)
}

// trimStart removes white space and byte order marks from the start of text.
func trimStart(text []byte) []byte {
	return bytes.TrimLeft(text, " \t\r\n\v\f\u00a0\ufeff")
}

// toUTF8 takes text that is not UTF-8 for windows-1252, the most frequent encoding after it.
func toUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(text)
	if err != nil {
		return strings.ToValidUTF8(text, string(utf8.RuneError))
	}
	return decoded
}
