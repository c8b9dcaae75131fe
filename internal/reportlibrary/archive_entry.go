package reportlibrary

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// entry is what the directory says about a member. Sizes are claims until the member has been read.
type entry struct {
	name     string
	flags    uint16
	method   uint16
	crc32    uint32
	packed   int64
	unpacked int64
	header   int64 // where its local header starts
	data     int64 // where its packed bytes start
	isDir    bool
	isLink   bool
}

// readEntry reads the next entry of the directory.
func (a *archive) readEntry(r io.Reader) (*entry, error) {
	var record [directoryLength]byte
	if _, err := io.ReadFull(r, record[:]); err != nil || !bytes.HasPrefix(record[:], []byte(directorySignature)) {
		return nil, damaged("its directory has fewer entries than it says")
	}
	field16 := func(at int) uint16 { return binary.LittleEndian.Uint16(record[at:]) }
	field32 := func(at int) uint32 { return binary.LittleEndian.Uint32(record[at:]) }
	nameLength, extraLength, commentLength := int(field16(28)), int(field16(30)), int(field16(32))
	variable := make([]byte, nameLength+extraLength+commentLength)
	if _, err := io.ReadFull(r, variable); err != nil {
		return nil, damaged("its directory breaks off within an entry")
	}
	rawName, extra := string(variable[:nameLength]), variable[nameLength:nameLength+extraLength]
	e := &entry{
		flags:  field16(8),
		method: field16(10),
		crc32:  field32(16),
		name:   decodeName(rawName, field16(8), extra),
	}
	sizes := []uint64{uint64(field32(24)), uint64(field32(20)), uint64(field32(42))}
	zip64 := extraField(extra, 0x0001)
	for i, size := range sizes {
		// A field of all ones stands in the ZIP64 extra field, which holds only these, in this order.
		if size == math.MaxUint32 && len(zip64) >= 8 {
			sizes[i], zip64 = binary.LittleEndian.Uint64(zip64), zip64[8:]
		}
	}
	for _, size := range sizes {
		if size > math.MaxInt64 {
			return nil, contentProblem(ContentHostile, "the member %s of the ZIP archive claims an impossible size", a.label(e))
		}
	}
	e.unpacked, e.packed, e.header = int64(sizes[0]), int64(sizes[1]), int64(sizes[2])

	const unixHost, typeMask, typeLink = 3, 0o170000, 0o120000
	e.isLink = field16(4)>>8 == unixHost && field32(38)>>16&typeMask == typeLink
	e.isDir = strings.HasSuffix(rawName, "/") || e.unpacked == 0 && strings.HasSuffix(rawName, `\`)
	if e.isDir && e.unpacked != 0 {
		return nil, damaged("its folder %s has content", a.label(e))
	}
	return e, nil
}

// extraField returns the data of the extra field with the given identifier, nil if there is none.
func extraField(extra []byte, id uint16) []byte {
	for len(extra) >= 4 {
		fieldID, length := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; length > len(extra) {
			return nil
		}
		if fieldID == id {
			return extra[:length]
		}
		extra = extra[length:]
	}
	return nil
}

// decodeName returns a member's name in UTF-8. Many writers use UTF-8 without saying so, and text in code page 437 is
// practically never valid UTF-8 by chance.
func decodeName(raw string, flags uint16, extra []byte) string {
	const utf8Flag = 0x800
	// Info-ZIP's Unicode path: version, checksum of the name that it stands for, name.
	if field := extraField(extra, 0x7075); len(field) > 5 && field[0] == 1 && utf8.Valid(field[5:]) &&
		binary.LittleEndian.Uint32(field[1:]) == crc32.ChecksumIEEE([]byte(raw)) {
		return string(field[5:])
	}
	if utf8.ValidString(raw) {
		return raw
	}
	decoded, err := charmap.CodePage437.NewDecoder().String(raw)
	if err != nil || flags&utf8Flag != 0 {
		return strings.ToValidUTF8(raw, string(utf8.RuneError))
	}
	return decoded
}
