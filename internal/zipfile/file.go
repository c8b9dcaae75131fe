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

const (
	methodStore   = 0
	methodDeflate = 8
)

// File is a member that is not a folder.
type File struct {
	Name        string // the path in UTF-8, otherwise as in the archive: it may be hostile
	NameGuessed bool   // the archive does not declare the character set of Name
	Size        int64  // the declared unpacked size in bytes, checked when the file is read
	IsLink      bool

	archive   *Archive
	encrypted bool
	isFolder  bool
	method    uint16
	crc32     uint32
	data      int64 // position of the packed bytes
	packed    int64
}

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
		return nil, f.problem(Hostile, "declares an impossible size")
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
		return nil, f.problem(Damaged, "is not at the position in the directory")
	}
	return f, nil
}

func (f *File) problem(kind Kind, format string, args ...any) *Error {
	err := problem(kind, format, args...)
	err.Member = f.Name
	return err
}

// Readable returns an *Error if the file is encrypted or its compression method is not supported.
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

// SHA256 reads the whole file and returns its digest in lower-case hex. Errors are those of [File.Open] and Read.
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

// decodeName tries UTF-8 first, because many writers do not declare it and text in code page 437 is hardly ever valid.
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

// unicodePath reads Info-ZIP's Unicode path field: version, checksum of the plain name, name.
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
