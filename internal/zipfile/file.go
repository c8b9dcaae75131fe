package zipfile

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The compression methods that can be read.
const (
	methodStore   = 0
	methodDeflate = 8
)

// File is a file in an archive.
type File struct {
	// Name is the file's path in UTF-8, otherwise as the archive spells it: it may be hostile.
	Name string
	// NameGuessed says that the archive doesn't tell the character set of Name.
	NameGuessed bool
	// Size is the unpacked size in bytes. It is a claim until the file has been read.
	Size int64
	// IsLink says that the file is a symbolic link.
	IsLink bool

	archive   *Archive
	encrypted bool
	isFolder  bool
	method    uint16
	crc32     uint32
	data      int64 // where the packed bytes start
	packed    int64
}

// newFile checks an entry of the directory and finds its bytes.
func (a *Archive) newFile(entry *zip.File) (*File, error) {
	const encrypted = 1 | 1<<6 | 1<<13
	f := &File{
		archive:   a,
		Size:      int64(min(entry.UncompressedSize64, math.MaxInt64)),
		IsLink:    entry.Mode()&fs.ModeSymlink != 0,
		encrypted: entry.Flags&encrypted != 0,
		method:    entry.Method,
		crc32:     entry.CRC32,
		packed:    int64(min(entry.CompressedSize64, math.MaxInt64)),
	}
	f.Name, f.NameGuessed = decodeName(entry.Name, entry.Flags, entry.Extra)
	if max(entry.UncompressedSize64, entry.CompressedSize64) > math.MaxInt64 {
		return nil, f.problem(Hostile, "claims an impossible size")
	}
	f.isFolder = strings.HasSuffix(entry.Name, "/") || f.Size == 0 && strings.HasSuffix(entry.Name, `\`)
	if f.isFolder && f.Size != 0 {
		return nil, f.problem(Damaged, "is a folder with content")
	}
	var err error
	if f.data, err = entry.DataOffset(); err != nil {
		if a.source.err != nil {
			return nil, a.source.err
		}
		return nil, f.problem(Damaged, "is not where the directory says")
	}
	return f, nil
}

func (f *File) problem(kind Kind, format string, args ...any) *Error {
	err := problem(kind, format, args...)
	err.Member = f.Name
	return err
}

// Readable returns an *Error if the file is encrypted or compressed with a method that is not supported.
func (f *File) Readable() error {
	const aes = 99
	switch {
	case f.encrypted || f.method == aes:
		return f.problem(Encrypted, "is encrypted")
	case f.method == methodStore || f.method == methodDeflate:
		return nil
	case methodNames[f.method] != "":
		return f.problem(UnsupportedMethod, "has the compression method %d (%s), which is not supported",
			f.method, methodNames[f.method])
	default:
		return f.problem(UnsupportedMethod, "has the compression method %d, which is not supported", f.method)
	}
}

// SHA256 reads the file to its end and returns its SHA-256 in lower-case hex. Errors are as for [File.Open].
func (f *File) SHA256() (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	sum := sha256.New()
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	if _, err := io.CopyBuffer(sum, r, buf[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// decodeName returns a name in UTF-8, and whether its character set was guessed. Many writers use UTF-8 without saying
// so, and text in code page 437 is practically never valid UTF-8 by chance.
func decodeName(raw string, flags uint16, extra []byte) (name string, guessed bool) {
	const utf8Flag = 0x800
	if name, ok := unicodePath(raw, extra); ok {
		return name, false
	}
	if utf8.ValidString(raw) {
		return raw, false
	}
	decoded, err := charmap.CodePage437.NewDecoder().String(raw)
	if err != nil || flags&utf8Flag != 0 {
		return strings.ToValidUTF8(raw, string(utf8.RuneError)), true
	}
	return decoded, true
}

// unicodePath returns the name in Info-ZIP's extra field for UTF-8: version, checksum of the plain name, name.
func unicodePath(raw string, extra []byte) (string, bool) {
	const unicodePathID = 0x7075
	for len(extra) >= 4 {
		id, length := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; length > len(extra) {
			return "", false
		}
		field := extra[:length]
		if id == unicodePathID {
			ok := length > 5 && field[0] == 1 && utf8.Valid(field[5:]) &&
				binary.LittleEndian.Uint32(field[1:]) == crc32.ChecksumIEEE([]byte(raw))
			if ok {
				return string(field[5:]), true
			}
			return "", false
		}
		extra = extra[length:]
	}
	return "", false
}
