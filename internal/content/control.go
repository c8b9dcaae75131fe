package content

import (
	"encoding/binary"
	"unicode/utf8"
)

// controlWindow is the part of a text, in bytes, in which control characters are counted together.
const controlWindow = 4 << 10

// controls finds binary data in a text. A few control characters may be data: binary is a part of the text in which they
// are more than allowedControls, or a short text of which they make a quarter together with what is not UTF-8.
type controls struct {
	filled   int // bytes of the current window, and the control characters in them
	count    int
	previous int // control characters in the window before
	windows  int64
	invalid  int // bytes of the first window that are not UTF-8
	binary   bool
}

// allowedControls is how many control characters size bytes of a text may contain.
func allowedControls(size int) int { return 8 + size/100 }

// write takes the next piece of the text, and reports whether all of it so far is text.
func (c *controls) write(p []byte) bool {
	for len(p) > 0 && !c.binary {
		n := min(len(p), controlWindow-c.filled)
		c.count += countControls(p[:n])
		if c.windows == 0 {
			c.invalid += countInvalid(p[:n])
		}
		c.filled += n
		p = p[n:]
		if c.filled == controlWindow {
			c.binary = c.count > allowedControls(controlWindow)
			c.windows++
			c.previous, c.filled, c.count = c.count, 0, 0
		}
	}
	return !c.binary
}

// end reports whether the complete text is one.
func (c *controls) end() bool {
	switch {
	case c.binary:
	case c.windows > 0:
		c.binary = c.previous+c.count > allowedControls(controlWindow+c.filled)
	case c.count > 0:
		c.binary = c.count > allowedControls(c.filled) || (c.count+c.invalid)*4 > c.filled
	}
	return !c.binary
}

// isControl reports whether c is a control character other than 0x09 to 0x0F, most of which are white space.
func isControl(c byte) bool { return c < 0x09 || c >= 0x10 && c < ' ' }

// countControls returns the number of control characters in p. It tests 8 bytes at once, and counts only from the first
// control character on.
func countControls(p []byte) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	words := p
	for ; len(words) >= 32; words = words[32:] {
		var found uint64
		for i := 0; i < 32; i += 8 {
			x := binary.LittleEndian.Uint64(words[i : i+8])
			y := x ^ 0x10*ones
			found |= (x-9*ones)&^x | (y-0x10*ones)&^y
		}
		if found&high != 0 {
			break
		}
	}
	count := 0
	for _, b := range words {
		if isControl(b) {
			count++
		}
	}
	return count
}

// countInvalid returns the number of bytes of p that are not UTF-8. Half a character at the end counts too.
func countInvalid(p []byte) int {
	if utf8.Valid(p) {
		return 0
	}
	count := 0
	for len(p) > 0 {
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size == 1 {
			count++
		}
		p = p[size:]
	}
	return count
}
