package reportlibrary

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
)

// What is unpacked past freeInflation bytes may be at most maxInflation times as long as what it was unpacked from:
// reports compress 5:1 to 50:1, deflate's limit is 1032:1.
const (
	freeInflation = 100_000_000
	maxInflation  = 200
)

// inflatesLikeABomb reports whether unpacked bytes are more than any honest report yields from packed ones.
func inflatesLikeABomb(unpacked, packed int64) bool {
	return unpacked > freeInflation && unpacked/maxInflation > packed
}

// The compression methods of ZIP that are read.
const (
	methodStore   = 0
	methodDeflate = 8
)

// decompressor is the one place that knows which implementation of deflate is used. Whichever it is must read no byte
// past its stream's end from an io.ByteReader, which *bufio.Reader is. The standard library's takes half as long again,
// and leaves garbage with every block.
type decompressor struct {
	packed   *bufio.Reader
	inflater io.Reader
}

var decompressors = sync.Pool{New: func() any {
	return &decompressor{packed: bufio.NewReaderSize(nil, 32<<10), inflater: flate.NewReader(nil)}
}}

// open returns a reader of what method makes of the bytes of r.
func (d *decompressor) open(r io.Reader, method uint16) (io.Reader, error) {
	d.packed.Reset(r)
	if method == methodStore {
		return d.packed, nil
	}
	return d.inflater, d.inflater.(flate.Resetter).Reset(d.packed, nil)
}

// checkClaims refuses an archive that says of itself that it is a bomb.
func (a *archive) checkClaims() error {
	var packed, unpacked int64
	for _, e := range a.entries {
		if e.unpacked > math.MaxInt64-unpacked {
			return contentProblem(ContentHostile, "the members of the ZIP archive claim an impossible size")
		}
		// Members don't overlap, so the sum of what is packed stays below the archive's size.
		packed, unpacked = packed+e.packed, unpacked+e.unpacked
	}
	if inflatesLikeABomb(unpacked, packed) {
		return a.bomb()
	}
	return nil
}

func (a *archive) bomb() error {
	return contentProblem(ContentHostile, "the ZIP archive unpacks to more than %d times its size", maxInflation)
}

// isWorkbook reports whether the archive is an Office document, which is content and no wrapper.
func (a *archive) isWorkbook() bool {
	return slices.ContainsFunc(a.entries, func(e *entry) bool { return strings.EqualFold(e.name, contentTypesName) })
}

// files returns the members that are no folders.
func (a *archive) files() []*entry {
	return slices.DeleteFunc(slices.Clone(a.entries), func(e *entry) bool { return e.isDir })
}

// wrapped returns the one file of a wrapper. What file managers leave in archives doesn't count.
func (a *archive) wrapped() (*entry, error) {
	files := slices.DeleteFunc(a.files(), func(e *entry) bool { return isLitter(e.name) })
	switch {
	case len(files) == 0:
		return nil, contentProblem(ContentNotOneFile,
			"the server sent a ZIP archive that holds no file; the format ZIP saves the archive itself")
	case len(files) == 1 && files[0].isLink:
		return nil, damaged("its member %s is a symbolic link", a.label(files[0]))
	case len(files) == 1:
		return files[0], nil
	}
	const shown = 10
	var names, labels []string
	for _, e := range files[:min(len(files), shown)] {
		names = append(names, maskedSnippet([]byte(e.name), a.redact))
		labels = append(labels, a.label(e))
	}
	list := strings.Join(labels, ", ")
	if more := len(files) - len(labels); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return nil, &ContentError{
		Problem: ContentNotOneFile,
		Reason: fmt.Sprintf("the server sent a ZIP archive that holds %d files (%s); the format ZIP saves the archive itself",
			len(files), list),
		Members: names,
	}
}

// isLitter reports whether a member is what macOS or Windows adds to archives and folders of its own accord.
func isLitter(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store" ||
		strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// unpacker reads members one after another under limits that hold for all of them together.
type unpacker struct {
	*archive
	maxBytes int64 // 0: no limit
	unpacked int64
	packed   int64
}

// open starts to read a member; one at a time.
func (u *unpacker) open(e *entry) (*memberReader, error) {
	const encrypted = 1 | 1<<6 | 1<<13
	switch {
	case e.flags&encrypted != 0:
		return nil, contentProblem(ContentDamaged, "the member %s of the ZIP archive is encrypted", u.label(e))
	case e.method != methodStore && e.method != methodDeflate:
		return nil, contentProblem(ContentDamaged,
			"the member %s of the ZIP archive has the unsupported compression method %d", u.label(e), e.method)
	case u.maxBytes > 0 && e.unpacked > u.maxBytes-u.unpacked:
		return nil, u.tooLarge()
	}
	section := io.NewSectionReader(u.r, e.data, e.packed)
	m := &memberReader{
		u: u, e: e, section: section, source: &ioReader{r: section}, crc: crc32.NewIEEE(),
		decompressor: decompressors.Get().(*decompressor),
	}
	var err error
	m.plain, err = m.decompressor.open(m.source, e.method)
	return m, err
}

func (u *unpacker) tooLarge() error {
	return contentProblem(ContentTooLarge, "the ZIP archive unpacks to more than the limit of %d bytes", u.maxBytes)
}

// memberReader unpacks a member. Its end is io.EOF only if checksum and both sizes are right.
type memberReader struct {
	u            *unpacker
	e            *entry
	section      *io.SectionReader
	source       *ioReader
	decompressor *decompressor
	plain        io.Reader
	crc          hash.Hash32
	unpacked     int64
	err          error
}

// Read implements io.Reader.
func (m *memberReader) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	if m.u.ctx.Err() != nil {
		m.err = context.Cause(m.u.ctx)
		return 0, m.err
	}
	n, err := m.plain.Read(p)
	m.crc.Write(p[:n])
	m.unpacked += int64(n)
	m.u.unpacked += int64(n)
	if m.err = m.verdict(err); m.err != nil && m.err != io.EOF {
		n = 0
	}
	return n, m.err
}

// verdict judges the state after a read that returned err.
func (m *memberReader) verdict(err error) error {
	position, _ := m.section.Seek(0, io.SeekCurrent)
	packed := position - int64(m.decompressor.packed.Buffered())
	switch {
	case m.u.maxBytes > 0 && m.u.unpacked > m.u.maxBytes:
		return m.u.tooLarge()
	case inflatesLikeABomb(m.u.unpacked, m.u.packed+packed):
		return m.u.bomb()
	case m.unpacked > m.e.unpacked:
		return damaged("its member %s is longer than the directory says", m.u.label(m.e))
	case err == nil:
		return nil
	case m.source.err != nil:
		return m.source.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return damaged("its member %s breaks off", m.u.label(m.e))
	case !errors.Is(err, io.EOF):
		return damaged("its member %s cannot be decompressed", m.u.label(m.e))
	case m.unpacked != m.e.unpacked || packed != m.e.packed:
		return damaged("its member %s is not as long as the directory says", m.u.label(m.e))
	case m.crc.Sum32() != m.e.crc32:
		return damaged("its member %s does not match its checksum", m.u.label(m.e))
	}
	m.u.packed += packed
	return io.EOF
}

// Close gives the decompressor back.
func (m *memberReader) Close() error {
	if m.decompressor != nil {
		m.decompressor.packed.Reset(nil)
		decompressors.Put(m.decompressor)
		m.decompressor, m.err = nil, io.ErrClosedPipe
	}
	return nil
}

// digest reads a member to its end and returns the SHA-256 in lower-case hex.
func (u *unpacker) digest(e *entry) (string, error) {
	m, err := u.open(e)
	if err != nil {
		return "", err
	}
	defer m.Close()
	sum := sha256.New()
	if _, err := copyContent(sum, m); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// verify reads every member to its end.
func (u *unpacker) verify() ([]Member, error) {
	files := u.files()
	members := make([]Member, 0, len(files))
	for _, e := range files {
		digest, err := u.digest(e)
		if err != nil {
			return nil, err
		}
		members = append(members, Member{Name: u.redact(e.name), Size: e.unpacked, SHA256: digest})
	}
	return members, nil
}
