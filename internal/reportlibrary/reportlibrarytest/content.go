package reportlibrarytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"strings"
)

// Content is the bytes of a report, readable at any offset, by several requests at once. It has to stay the same for as
// long as a server has it. *bytes.Reader, *strings.Reader and *io.SectionReader are Contents.
type Content interface {
	io.ReaderAt
	// Size is in bytes.
	Size() int64
}

// Bytes is these bytes as Content; Bytes(nil) is an empty report.
func Bytes(b []byte) Content { return bytes.NewReader(b) }

// Text is this string as Content.
func Text(s string) Content { return strings.NewReader(s) }

// Reader reads a Content from its start.
func Reader(c Content) io.Reader { return io.NewSectionReader(c, 0, math.MaxInt64) }

// ReadAll returns all of a Content that fits into memory.
func ReadAll(c Content) []byte {
	b, err := io.ReadAll(Reader(c))
	if err != nil {
		panic("reportlibrarytest: content: " + err.Error())
	}
	return b
}

// SHA256 is the lower-case hex digest of a Content, read as a stream.
func SHA256(c Content) string {
	h := sha256.New()
	if _, err := io.Copy(h, Reader(c)); err != nil {
		panic("reportlibrarytest: content: " + err.Error())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// pattern is a Content of any size in little memory: head, then block over and over.
type pattern struct {
	head, block []byte
	size        int64
}

func (p *pattern) Size() int64 { return p.size }

func (p *pattern) ReadAt(b []byte, offset int64) (n int, err error) {
	for n < len(b) && offset < p.size {
		m := copy(b[n:], p.from(offset))
		n += m
		offset += int64(m)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// from is the longest stretch of memory that is the content at an offset.
func (p *pattern) from(offset int64) []byte {
	head := int64(len(p.head))
	if offset < head {
		return p.head[offset:]
	}
	stretch := p.block[(offset-head)%int64(len(p.block)):]
	return stretch[:min(int64(len(stretch)), p.size-offset)]
}
