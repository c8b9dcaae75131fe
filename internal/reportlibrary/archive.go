package reportlibrary

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

// Limits of an archive's directory, which is the part that has to be held in memory.
const (
	maxEntries        = 10_000
	maxDirectoryBytes = 16 << 20
)

// The signatures and fixed lengths of the records of a ZIP archive (APPNOTE.TXT 4.3).
const (
	localSignature     = "PK\x03\x04"
	directorySignature = "PK\x01\x02"
	endSignature       = "PK\x05\x06"
	end64Signature     = "PK\x06\x06"
	locator64Signature = "PK\x06\x07"
	spanSignature      = "PK\x07\x08"

	localLength     = 30
	directoryLength = 46
	endLength       = 22
	end64Length     = 56
	locator64Length = 20
	maxComment      = math.MaxUint16
)

// contentTypesName is the member that makes an archive an Office document (ECMA-376 part 2).
const contentTypesName = "[Content_Types].xml"

// isArchive reports whether a body starts as a ZIP archive does.
func isArchive(head []byte) bool {
	for _, signature := range []string{localSignature, endSignature, spanSignature} {
		if bytes.HasPrefix(head, []byte(signature)) {
			return true
		}
	}
	return false
}

// archive is the directory of a ZIP archive. It isn't archive/zip's because that allocates by a number of entries that
// nobody has verified, takes an inner archive for the whole when the outer one breaks off, and skips a checksum of
// zero.
type archive struct {
	ctx     context.Context // an archive is read within one call
	r       io.ReaderAt
	size    int64
	redact  func(string) string
	entries []*entry
}

// openArchive reads the directory of the archive in the first size bytes of r, and refuses one that contradicts itself.
func openArchive(ctx context.Context, r io.ReaderAt, size int64, redact func(string) string) (*archive, error) {
	a := &archive{ctx: ctx, r: r, size: size, redact: redact}
	end, err := a.readEnd()
	if err != nil {
		return nil, err
	}
	if err := a.readDirectory(end); err != nil {
		return nil, err
	}
	if err := a.locate(end.offset); err != nil {
		return nil, err
	}
	return a, a.checkClaims()
}

// directoryEnd is what the records at the end of an archive say about its directory.
type directoryEnd struct {
	entries uint64
	size    int64
	offset  int64
}

// readEnd finds the end record, which an archive that was cut off lacks.
func (a *archive) readEnd() (directoryEnd, error) {
	tail := make([]byte, min(a.size, endLength+maxComment))
	tailOffset := a.size - int64(len(tail))
	if err := a.readAt(tail, tailOffset); err != nil {
		return directoryEnd{}, err
	}
	at := findEnd(tail)
	if at < 0 {
		return directoryEnd{}, contentProblem(ContentTruncated, "the ZIP archive breaks off: its directory is missing")
	}
	record := tail[at:]
	// All ones stand in the ZIP64 record, if that is present.
	if disk := binary.LittleEndian.Uint16(record[4:]); disk != 0 && disk != math.MaxUint16 {
		return directoryEnd{}, contentProblem(ContentDamaged, "the ZIP archive is one of several volumes")
	}
	entries := uint64(binary.LittleEndian.Uint16(record[10:]))
	size := uint64(binary.LittleEndian.Uint32(record[12:]))
	offset := uint64(binary.LittleEndian.Uint32(record[16:]))
	position := uint64(tailOffset) + uint64(at)
	if entries == math.MaxUint16 || size == math.MaxUint32 || offset == math.MaxUint32 {
		record, position64, err := a.readEnd64(int64(position))
		if err != nil {
			return directoryEnd{}, err
		}
		if record != nil {
			position = position64
			entries = binary.LittleEndian.Uint64(record[32:])
			size = binary.LittleEndian.Uint64(record[40:])
			offset = binary.LittleEndian.Uint64(record[48:])
		}
	}
	switch {
	case entries > maxEntries:
		return directoryEnd{}, contentProblem(ContentHostile, "the ZIP archive claims %d entries, more than the limit of %d",
			entries, maxEntries)
	case size > maxDirectoryBytes:
		return directoryEnd{}, contentProblem(ContentHostile,
			"the ZIP archive claims a directory of %d bytes, more than the limit of %d", size, maxDirectoryBytes)
	case offset > position || size > position-offset:
		return directoryEnd{}, damaged("its directory does not lie within it")
	}
	return directoryEnd{entries: entries, size: int64(size), offset: int64(offset)}, nil
}

// findEnd returns where the last end record starts that fits into the tail of an archive, or -1. One that ends
// exactly with the archive is preferred, since a comment may hold the signature too.
func findEnd(tail []byte) int {
	fitting := -1
	for i := len(tail) - endLength; i >= 0; i-- {
		if !bytes.HasPrefix(tail[i:], []byte(endSignature)) {
			continue
		}
		end := i + endLength + int(binary.LittleEndian.Uint16(tail[i+endLength-2:]))
		if end == len(tail) {
			return i
		}
		if end < len(tail) && fitting < 0 {
			fitting = i
		}
	}
	return fitting
}

// readEnd64 returns the ZIP64 end record whose locator stands before the end record at position, nil if there is none.
func (a *archive) readEnd64(position int64) ([]byte, uint64, error) {
	locator := make([]byte, locator64Length)
	if position < locator64Length {
		return nil, 0, nil
	}
	if err := a.readAt(locator, position-locator64Length); err != nil {
		return nil, 0, err
	}
	if !bytes.HasPrefix(locator, []byte(locator64Signature)) {
		return nil, 0, nil
	}
	offset := binary.LittleEndian.Uint64(locator[8:])
	if offset > uint64(a.size) {
		return nil, 0, damaged("its ZIP64 end record does not lie within it")
	}
	record := make([]byte, end64Length)
	if err := a.readAt(record, int64(offset)); err != nil {
		return nil, 0, err
	}
	if !bytes.HasPrefix(record, []byte(end64Signature)) {
		return nil, 0, damaged("its ZIP64 end record is not where it should be")
	}
	return record, offset, nil
}

// readDirectory reads the entries; what they take in memory is bounded by the size that readEnd has checked.
func (a *archive) readDirectory(end directoryEnd) error {
	section := &ioReader{r: io.NewSectionReader(a.r, end.offset, end.size)}
	r := bufio.NewReaderSize(section, 32<<10)
	for range end.entries {
		if err := a.ctx.Err(); err != nil {
			return context.Cause(a.ctx)
		}
		e, err := a.readEntry(r)
		switch {
		case section.err != nil:
			return section.err
		case err != nil:
			return err
		}
		a.entries = append(a.entries, e)
	}
	// Without ZIP64 the number of entries is counted modulo 65536.
	if next, _ := r.Peek(len(directorySignature)); string(next) == directorySignature {
		return damaged("its directory has more entries than it says")
	}
	return section.err
}

// locate finds each member's bytes and makes sure that no two share any: so a small archive can't unpack to a large one
// by saying the same thing many times.
func (a *archive) locate(limit int64) error {
	var record [localLength]byte
	for _, e := range a.entries {
		if err := a.ctx.Err(); err != nil {
			return context.Cause(a.ctx)
		}
		if e.header > limit-localLength {
			return damaged("its member %s does not lie within it", a.label(e))
		}
		if err := a.readAt(record[:], e.header); err != nil {
			return err
		}
		if !bytes.HasPrefix(record[:], []byte(localSignature)) {
			return damaged("its member %s is not where the directory says", a.label(e))
		}
		e.flags |= binary.LittleEndian.Uint16(record[6:])
		e.data = e.header + localLength +
			int64(binary.LittleEndian.Uint16(record[26:])) + int64(binary.LittleEndian.Uint16(record[28:]))
		if e.data > limit || e.packed > limit-e.data {
			return damaged("its member %s does not lie within it", a.label(e))
		}
	}
	ordered := slices.Clone(a.entries)
	slices.SortFunc(ordered, func(x, y *entry) int { return cmp.Compare(x.header, y.header) })
	for i, e := range ordered {
		if i == 0 {
			// An archive that starts later than its bytes is an inner one whose outer one broke off.
			if e.header > int64(len(spanSignature)) {
				return damaged("its first member is not where it should be")
			}
			continue
		}
		if before := ordered[i-1]; e.header < before.data+before.packed {
			return contentProblem(ContentHostile,
				"the members %s and %s of the ZIP archive overlap", a.label(before), a.label(e))
		}
	}
	return nil
}

// readAt fills p from offset. An archive that ends too early is a verdict, any other failure is the reader's.
func (a *archive) readAt(p []byte, offset int64) error {
	n, err := a.r.ReadAt(p, offset)
	switch {
	case n == len(p):
		return nil
	case err == nil || err == io.EOF: // a wrapped io.EOF is a failure, not the end
		return contentProblem(ContentTruncated, "the ZIP archive breaks off")
	default:
		return fmt.Errorf("reading the archive: %w", err)
	}
}

// label is a member's name as it may be shown.
func (a *archive) label(e *entry) string {
	return fmt.Sprintf("%q", maskedSnippet([]byte(e.name), a.redact))
}

func damaged(format string, args ...any) error {
	return contentProblem(ContentDamaged, "the ZIP archive is damaged: "+format, args...)
}

// ioReader remembers the failure of a reader, to tell it from a verdict of what decodes its bytes.
type ioReader struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (r *ioReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF { // a wrapped io.EOF is a failure, not the end
		r.err = fmt.Errorf("reading the archive: %w", err)
	}
	return n, err
}
