package zipfile

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
)

const (
	localSignature = "PK\x03\x04"
	// spanSignature starts an archive whose writer prepared for several volumes and needed one.
	spanSignature = "PK\x07\x08"
	localLength   = 30
)

// StartsLike reports whether head is the start of a ZIP archive.
func StartsLike(head []byte) bool {
	for _, signature := range []string{localSignature, endSignature, spanSignature} {
		if bytes.HasPrefix(head, []byte(signature)) {
			return true
		}
	}
	return false
}

// Archive is an open archive. Its limits hold for all files together. It is not safe for concurrent use.
type Archive struct {
	Files []*File
	// MaxBytes limits the unpacked bytes of all files together; 0 means that only inflation is limited.
	MaxBytes int64

	source   *source
	packed   int64
	unpacked int64
}

// Open reads the directory of the archive in the first size bytes of r. It returns an *Error if the archive is damaged
// or hostile, a wrapped failure of r, or the cause of ctx's end. So do later reads of files.
func Open(ctx context.Context, r io.ReaderAt, size int64) (*Archive, error) {
	a := &Archive{source: &source{ctx: ctx, r: r, size: size, budget: -1}}
	end, err := readEnd(a.source)
	if err != nil {
		return nil, err
	}
	// archive/zip reads entries until it finds none, and ignores their declared number.
	const searched = 1 << 18 // its other reads: the tail twice, records, a read-ahead
	a.source.budget = int64(end.size) + searched
	directory, err := zip.NewReader(a.source, size)
	a.source.budget = -1
	switch {
	case a.source.err != nil:
		return nil, a.source.err
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // the caller checks names
		return nil, problem(Damaged, "has a directory that can't be read: %s", strings.TrimPrefix(err.Error(), "zip: "))
	case uint64(len(directory.File)) != end.entries:
		return nil, problem(Damaged, "has a directory of %d entries, and declares %d", len(directory.File), end.entries)
	}
	members := make([]*File, len(directory.File))
	for i, entry := range directory.File {
		if members[i], err = a.newFile(entry); err != nil {
			return nil, err
		}
	}
	if err := a.checkPositions(members, end.position); err != nil {
		return nil, err
	}
	a.Files = slices.DeleteFunc(members, func(f *File) bool { return f.isFolder })
	return a, nil
}

// checkPositions rejects data before the first member, because then an archive inside a truncated one would be read,
// and members that share bytes, because then a small archive unpacks the same bytes many times.
func (a *Archive) checkPositions(members []*File, end int64) error {
	start, err := a.firstData()
	switch {
	case err != nil:
		return err
	case len(members) == 0 && end > int64(len(spanSignature)):
		return problem(Damaged, "contains data, but its directory is empty")
	}
	ordered := slices.SortedFunc(slices.Values(members), func(x, y *File) int { return cmp.Compare(x.data, y.data) })
	var packed, unpacked int64
	for i, f := range ordered {
		switch {
		case f.data > end || f.packed > end-f.data:
			return f.problem(Damaged, "extends beyond the archive")
		case i == 0 && f.data != start:
			return problem(Damaged, "has data before its first file")
		case i > 0 && f.data-localLength < ordered[i-1].data+ordered[i-1].packed:
			return f.problem(Hostile, "overlaps another file")
		case f.Size > math.MaxInt64-unpacked:
			return problem(Hostile, "declares an impossible size")
		}
		packed, unpacked = packed+f.packed, unpacked+f.Size
	}
	if InflatesTooMuch(unpacked, packed) {
		return inflation()
	}
	return nil
}

func (a *Archive) firstData() (int64, error) {
	var head [len(spanSignature) + localLength]byte
	n, err := a.source.ReadAt(head[:], 0)
	if a.source.err != nil {
		return 0, err
	}
	header, start := head[:n], int64(0)
	if rest, spanned := bytes.CutPrefix(header, []byte(spanSignature)); spanned {
		header, start = rest, int64(len(spanSignature))
	}
	if len(header) < localLength || !bytes.HasPrefix(header, []byte(localSignature)) {
		return 0, nil
	}
	return start + localLength +
		int64(binary.LittleEndian.Uint16(header[26:])) + int64(binary.LittleEndian.Uint16(header[28:])), nil
}
