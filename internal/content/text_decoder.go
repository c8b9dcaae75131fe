package content

// TextDecoder converts pieces of a CSV or JSON text from UTF-16 to UTF-8, keeps other supersets of ASCII, and removes
// the byte order mark.
type TextDecoder struct {
	decoder   decoder
	Separator byte // the field separator of a CSV, detected from the header
}

// NewTextDecoder returns a TextDecoder for the text that starts with head. It does not consume the head. eof means that
// head is the whole text.
func NewTextDecoder(head []byte, eof bool) *TextDecoder {
	d := &TextDecoder{decoder: decoder{encoding: encodingOf(head)}}
	d.Separator = tableOf(decodeHead(head), eof).separator
	return d
}

// Decode returns the next piece. The result is valid until the next call.
func (d *TextDecoder) Decode(p []byte) []byte { return d.decoder.decode(p) }

// ToUTF8 returns text in UTF-8. It decodes text that is not UTF-8 as windows-1252.
func ToUTF8(text string) string { return toUTF8(text) }
