package zipfile

import (
	"bytes"
	"encoding/binary"
	"math"
)

const (
	maxEntries        = 10_000
	maxDirectoryBytes = 16 << 20
)

const (
	endSignature       = "PK\x05\x06"
	end64Signature     = "PK\x06\x06"
	locator64Signature = "PK\x06\x07"

	endLength       = 22
	end64Length     = 56
	locator64Length = 20

	// tailLength is the number of bytes at the end in which archive/zip looks for the end record.
	tailLength = 65 << 10
)

type end struct {
	entries  uint64
	size     uint64 // of the directory, in bytes
	position int64  // of the first end record
}

// readEnd reads the end record that archive/zip will use, and rejects a directory that needs too much memory.
func readEnd(r *source) (end, error) {
	tail := make([]byte, min(r.size, tailLength))
	offset := r.size - int64(len(tail))
	if _, err := r.ReadAt(tail, offset); err != nil {
		return end{}, r.failure(err)
	}
	at := bytes.LastIndex(tail, []byte(endSignature))
	if at < 0 || at+endLength > len(tail) || at+endLength+int(binary.LittleEndian.Uint16(tail[at+20:])) > len(tail) {
		return end{}, problem(Truncated, "breaks off: its end is missing")
	}
	record := tail[at:]
	// All ones mean that the ZIP64 record contains the value.
	if disk := binary.LittleEndian.Uint16(record[4:]); disk != 0 && disk != math.MaxUint16 {
		return end{}, problem(Damaged, "is one of several volumes")
	}
	e := end{
		entries:  uint64(binary.LittleEndian.Uint16(record[10:])),
		size:     uint64(binary.LittleEndian.Uint32(record[12:])),
		position: offset + int64(at),
	}
	directory := binary.LittleEndian.Uint32(record[16:])
	if e.entries == math.MaxUint16 || e.size == math.MaxUint32 || directory == math.MaxUint32 {
		if err := e.read64(r); err != nil {
			return end{}, err
		}
	}
	switch {
	case e.entries > maxEntries:
		return end{}, problem(Hostile, "declares %d entries, more than the limit of %d", e.entries, maxEntries)
	case e.size > maxDirectoryBytes:
		return end{}, problem(Hostile, "declares a directory of %d bytes, more than the limit of %d",
			e.size, maxDirectoryBytes)
	}
	return e, nil
}

func (e *end) read64(r *source) error {
	var locator [locator64Length]byte
	if e.position < locator64Length {
		return nil
	}
	if _, err := r.ReadAt(locator[:], e.position-locator64Length); err != nil {
		return r.failure(err)
	}
	if !bytes.HasPrefix(locator[:], []byte(locator64Signature)) {
		return nil
	}
	position := int64(binary.LittleEndian.Uint64(locator[8:]))
	var record [end64Length]byte
	if _, err := r.ReadAt(record[:], position); err != nil {
		return r.failure(err)
	}
	if !bytes.HasPrefix(record[:], []byte(end64Signature)) {
		return problem(Damaged, "has no ZIP64 end record where it says")
	}
	e.entries = binary.LittleEndian.Uint64(record[32:])
	e.size = binary.LittleEndian.Uint64(record[40:])
	e.position = position
	return nil
}
