package content

import (
	"bytes"
	"unicode/utf8"
)

// Control characters are counted in windows of several blocks; sizes are in bytes.
const (
	controlWindow = 4 << 10
	controlBlock  = 1 << 10
)

// controls finds binary data in a text. A few control characters may be data. More than allowedControls in a window, or
// a quarter of a short text together with invalid UTF-8, means binary. After the head only blocks with a NUL are
// counted, because binary data rarely lacks one and bytes.IndexByte is fast.
type controls struct {
	block    []byte // an incomplete block
	blocks   int    // complete ones
	count    int    // control characters in this window and the one before
	previous int
	binary   bool
}

// allowedControls returns the maximum number of control characters in size bytes of text.
func allowedControls(size int) int { return 8 + size/100 }

// write adds the next piece, and reports whether the text so far is free of binary data.
func (c *controls) write(p []byte) bool {
	if len(c.block) > 0 {
		n := min(len(p), controlBlock-len(c.block))
		c.block = append(c.block, p[:n]...)
		if p = p[n:]; len(c.block) < controlBlock {
			return !c.binary
		}
		c.add(c.block)
		c.block = c.block[:0]
	}
	for len(p) >= controlBlock && !c.binary {
		if c.blocks >= headSize/controlBlock {
			clean := blocksWithoutNUL(p)
			c.skip(clean)
			if p = p[clean*controlBlock:]; len(p) < controlBlock {
				break
			}
		}
		c.add(p[:controlBlock])
		p = p[controlBlock:]
	}
	c.block = append(c.block, p...)
	return !c.binary
}

func (c *controls) add(block []byte) {
	c.count += countControls(block)
	c.skip(1)
}

func (c *controls) skip(n int) {
	for ; n > 0 && c.count+c.previous > 0; n-- {
		if c.blocks++; c.blocks%(controlWindow/controlBlock) == 0 {
			c.binary = c.binary || c.count > allowedControls(controlWindow)
			c.previous, c.count = c.count, 0
		}
	}
	c.blocks += n // windows without control characters
}

// blocksWithoutNUL returns the number of complete blocks without a NUL at the start of p.
func blocksWithoutNUL(p []byte) int {
	zero := bytes.IndexByte(p, 0)
	if zero < 0 {
		zero = len(p)
	}
	return zero / controlBlock
}

// end reports whether the whole text is free of binary data.
func (c *controls) end() bool {
	count := c.count + countControls(c.block)
	size := c.blocks*controlBlock%controlWindow + len(c.block)
	switch {
	case c.binary:
	case c.blocks*controlBlock >= controlWindow:
		c.binary = c.previous+count > allowedControls(controlWindow+size)
	case count > 0:
		c.binary = count > allowedControls(size) || c.blocks == 0 && (count+countInvalid(c.block))*4 > size
	}
	return !c.binary
}

// isControl reports whether c is a control character other than 0x09 to 0x0F, most of which are white space.
func isControl(c byte) bool { return c < 0x09 || c >= 0x10 && c < ' ' }

func countControls(p []byte) int {
	count := 0
	for _, b := range p {
		if isControl(b) {
			count++
		}
	}
	return count
}

// countInvalid returns the number of bytes of p that are not UTF-8, including an incomplete character at the end.
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
