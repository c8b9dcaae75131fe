package content

// TextDecoder turns a CSV or JSON text, which it takes in pieces, into UTF-8 or leaves it in another superset of ASCII.
// It removes the byte order mark.
type TextDecoder struct {
	decoder decoder
	// Separator separates the fields of a CSV; it follows from the header.
	Separator byte
}

// NewTextDecoder returns a TextDecoder for the text that starts with head, which eof says is the whole text. The head
// is not consumed.
func NewTextDecoder(head []byte, eof bool) *TextDecoder {
	d := &TextDecoder{decoder: decoder{encoding: encodingOf(head)}}
	d.Separator = tableOf(decodeHead(head), eof).separator
	return d
}

// Decode returns the next piece of the text. The result is valid until the next call.
func (d *TextDecoder) Decode(p []byte) []byte { return d.decoder.decode(p) }

// ToUTF8 returns a text in UTF-8 that is in UTF-8 or, as other texts mostly are, in Windows-1252.
func ToUTF8(text string) string { return toUTF8(text) }
