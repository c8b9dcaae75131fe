// Package zipfiletest builds ZIP archives for tests: sound ones, damaged ones, and hostile ones.
package zipfiletest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"testing"
	"time"
)

// The signatures and fixed lengths of records (APPNOTE.TXT 4.3).
const (
	LocalLength     = 30
	DirectoryLength = 46
	EndLength       = 22
	End64Length     = 56
	Locator64Length = 20

	directorySignature = "PK\x01\x02"
	end64Signature     = "PK\x06\x06"
	locator64Signature = "PK\x06\x07"
	endSignature       = "PK\x05\x06"
)

// File is a member of an archive.
type File struct {
	Name     string
	Data     string
	Stored   bool
	NonUTF8  bool
	Extra    []byte
	Modified time.Time
}

// Build returns an archive as most writers write it: streamed, with data descriptors.
func Build(t testing.TB, files ...File) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, NonUTF8: f.NonUTF8, Extra: f.Extra, Modified: f.Modified}
		if f.Stored {
			header.Method = zip.Store
		}
		m, err := w.CreateHeader(header)
		if err == nil {
			_, err = io.WriteString(m, f.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// RawFile is a member with a header of any values.
type RawFile struct {
	zip.FileHeader
	Packed []byte
}

// BuildRaw returns an archive whose headers are taken as they are.
func BuildRaw(t testing.TB, files ...RawFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		m, err := w.CreateRaw(&f.FileHeader)
		if err == nil {
			_, err = m.Write(f.Packed)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Stored returns a member without compression and with a valid header, which a test can change.
func Stored(name, data string) RawFile {
	return RawFile{zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(data)),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data)),
	}, []byte(data)}
}

// emptyBlock is the last, empty block of a deflate stream.
const emptyBlock = "\x01\x00\x00\xff\xff"

// Deflated returns the deflate stream of block repeated n times, in the time that a single one takes.
func Deflated(t testing.TB, block []byte, n int) []byte {
	t.Helper()
	var segment bytes.Buffer
	w, err := flate.NewWriter(&segment, flate.BestCompression)
	if err == nil {
		_, err = w.Write(block)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.Repeat(segment.Bytes(), n), emptyBlock...)
}

// EmptyBlocks returns a deflate stream of n blocks that yields no byte.
func EmptyBlocks(n int) []byte {
	return append(bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), n), emptyBlock...)
}

// BombBlock is a MiB of text that compresses as well as any.
var BombBlock = bytes.Repeat([]byte("a"), 1<<20)

// Bomb returns a member of so many MiB of one letter with another size in its header.
func Bomb(t testing.TB, name string, mebibytes int, claim uint64) RawFile {
	t.Helper()
	packed := Deflated(t, BombBlock, mebibytes)
	return RawFile{zip.FileHeader{
		Name: name, Method: zip.Deflate, CompressedSize64: uint64(len(packed)), UncompressedSize64: claim,
	}, packed}
}

// Entry returns the n-th entry in the directory of an archive without a comment, to be falsified in place.
func Entry(t testing.TB, archive []byte, n int) []byte {
	t.Helper()
	end := archive[len(archive)-EndLength:]
	entry := archive[binary.LittleEndian.Uint32(end[16:]):]
	for range n {
		entry = entry[DirectoryLength+int(binary.LittleEndian.Uint16(entry[28:]))+
			int(binary.LittleEndian.Uint16(entry[30:]))+int(binary.LittleEndian.Uint16(entry[32:])):]
	}
	if !bytes.HasPrefix(entry, []byte(directorySignature)) {
		t.Fatal("there is no such entry")
	}
	return entry
}

// Corrupted returns the archive with another checksum of its first member in the directory.
func Corrupted(t testing.TB, archive []byte) []byte {
	t.Helper()
	archive = bytes.Clone(archive)
	Entry(t, archive, 0)[16] ^= 1
	return archive
}

// ZIP64 returns an archive with one stored member, as a writer makes it that doesn't know in advance how long its parts
// get. It ends with the ZIP64 end record, its locator, and the end record.
func ZIP64(t testing.TB, name, data string) []byte {
	t.Helper()
	le := binary.LittleEndian
	archive := BuildRaw(t, Stored(name, data))
	directory := le.Uint32(archive[len(archive)-EndLength+16:])
	local := archive[:directory]

	entry := bytes.Clone(archive[directory : len(archive)-EndLength])
	extra := le.AppendUint16(nil, 1)
	extra = le.AppendUint16(extra, 24)
	extra = le.AppendUint64(extra, uint64(len(data)))
	extra = le.AppendUint64(extra, uint64(len(data)))
	extra = le.AppendUint64(extra, 0)
	for _, at := range []int{20, 24, 42} {
		le.PutUint32(entry[at:], 1<<32-1)
	}
	le.PutUint16(entry[30:], uint16(len(extra)))
	entry = append(entry[:DirectoryLength+len(name)], extra...)

	out := append(bytes.Clone(local), entry...)
	end64 := len(out)
	out = append(out, end64Signature...)
	out = le.AppendUint64(out, End64Length-12)
	out = append(out, 45, 0, 45, 0)
	out = append(out, make([]byte, 8)...)
	out = le.AppendUint64(out, 1)
	out = le.AppendUint64(out, 1)
	out = le.AppendUint64(out, uint64(len(entry)))
	out = le.AppendUint64(out, uint64(len(local)))
	out = append(out, locator64Signature...)
	out = append(out, make([]byte, 4)...)
	out = le.AppendUint64(out, uint64(end64))
	out = append(out, 1, 0, 0, 0)
	out = append(out, endSignature...)
	out = append(out, bytes.Repeat([]byte{0xff}, 16)...)
	return append(out, 0, 0)
}

// Shifted returns an archive with one stored member that starts behind prefix and knows it.
func Shifted(t testing.TB, prefix, name, data string) []byte {
	t.Helper()
	archive := append([]byte(prefix), BuildRaw(t, Stored(name, data))...)
	end := archive[len(archive)-EndLength:]
	offset := binary.LittleEndian.Uint32(end[16:]) + uint32(len(prefix))
	binary.LittleEndian.PutUint32(end[16:], offset)
	binary.LittleEndian.PutUint32(archive[offset+42:], uint32(len(prefix)))
	return archive
}
