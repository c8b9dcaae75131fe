package zipfile

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	ziptest "github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

const (
	mega = 1 << 20
	giga = 1 << 30
)

func TestHostile(t *testing.T) {
	two := func() []byte {
		return ziptest.BuildRaw(t,
			ziptest.Stored("a", strings.Repeat("a", 1000)), ziptest.Stored("b", strings.Repeat("b", 1000)))
	}
	tests := map[string]struct {
		archive  func() []byte
		unpacked int64
	}{
		"claims 10 GB":   {func() []byte { return ziptest.BuildRaw(t, ziptest.Bomb(t, "a.csv", 10_000, 10_000*mega)) }, 0},
		"claims a lot":   {func() []byte { return ziptest.BuildRaw(t, ziptest.Bomb(t, "a.csv", 1, 1<<62)) }, 0},
		"claims too far": {func() []byte { return ziptest.BuildRaw(t, ziptest.Bomb(t, "a.csv", 1, 1<<63)) }, 0},
		"claims a lot twice": {
			func() []byte {
				return ziptest.BuildRaw(t, ziptest.Bomb(t, "a.csv", 1, 1<<62), ziptest.Bomb(t, "b.csv", 1, 1<<62))
			}, 0,
		},
		"states 10 GB in 100 members": {func() []byte {
			return ziptest.BuildRaw(t, slices.Repeat([]ziptest.RawFile{ziptest.Bomb(t, "a.csv", 100, 100*mega)}, 100)...)
		}, 0},
		// The stated size is just within the limit, the real one is not.
		"produces 10 GB": {func() []byte {
			return ziptest.BuildRaw(t, ziptest.Bomb(t, "a.csv", 10_000, 3*giga/2))
		}, FreeInflation},
		"overlapping": {func() []byte {
			archive := two()
			clear(ziptest.Entry(t, archive, 1)[42:46]) // the second member is the first once more
			return archive
		}, 0},
		"quoting": {func() []byte {
			archive := two() // the bytes of the first member contain the second one, header and all
			binary.LittleEndian.PutUint32(ziptest.Entry(t, archive, 0)[20:], 1500)
			return archive
		}, 0},
		"quoting a header": {func() []byte {
			archive := two()
			binary.LittleEndian.PutUint32(ziptest.Entry(t, archive, 0)[20:], 1002)
			return archive
		}, 0},
		"more entries than allowed": {func() []byte {
			return ziptest.BuildRaw(t, make([]ziptest.RawFile, maxEntries+1)...)
		}, 0},
		"more entries than can be counted": {func() []byte {
			return ziptest.BuildRaw(t, make([]ziptest.RawFile, 1<<16+1)...)
		}, 0},
		"a directory too large": {func() []byte {
			archive := ziptest.BuildRaw(t, ziptest.Stored("a", "a"))
			binary.LittleEndian.PutUint32(archive[len(archive)-ziptest.EndLength+12:], maxDirectoryBytes+1)
			return archive
		}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			archive := tt.archive()
			a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)))
			if err == nil {
				_, err = a.Files[0].SHA256()
				if a.unpacked > tt.unpacked+mega {
					t.Errorf("%d bytes were unpacked", a.unpacked)
				}
			}
			wantKind(t, err, Hostile)
		})
	}
}

// The limit holds for all members together: none of these goes past it alone.
func TestHostileTogether(t *testing.T) {
	bomb, sum := ziptest.Bomb(t, "a.csv", 60, 60*mega), crc32.NewIEEE()
	for range 60 {
		sum.Write(ziptest.BombBlock)
	}
	bomb.CRC32 = sum.Sum32()
	files := slices.Repeat([]ziptest.RawFile{bomb}, 20)
	// An incompressible member at the end keeps the ratio of the whole archive low.
	files = append(files, ziptest.Stored("ballast", strings.Repeat("0123456789abcdef", 1<<19)))
	archive := ziptest.BuildRaw(t, files...)
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		if _, err = f.SHA256(); err != nil {
			break
		}
	}
	wantKind(t, err, Hostile)
	if a.unpacked > FreeInflation+mega {
		t.Errorf("%d bytes were unpacked", a.unpacked)
	}
}

// Several files that compress well, but no better than a report may, are read.
func TestInflationOfSeveralFiles(t *testing.T) {
	block := bytes.Clone(ziptest.BombBlock)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 8 << 10 {
		block[i] = byte(random.Uint32())
	}
	const blocks = 60
	packed, sum := ziptest.Deflated(t, block, blocks), crc32.NewIEEE()
	for range blocks {
		sum.Write(block)
	}
	file := ziptest.RawFile{FileHeader: zip.FileHeader{
		Name: "a.csv", Method: zip.Deflate, CRC32: sum.Sum32(),
		CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(blocks * len(block)),
	}, Packed: packed}
	if members, err := readAll(t.Context(), ziptest.BuildRaw(t, file, file), 0); err != nil || len(members) != 2 {
		t.Errorf("members are %v, error %v", members, err)
	}
}

// countingReaderAt counts the bytes that are read.
type countingReaderAt struct {
	*bytes.Reader
	read int64
}

func (r *countingReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	n, err := r.Reader.ReadAt(p, offset)
	r.read += int64(n)
	return n, err
}

// An archive with more entries than it states costs no more than the stated ones, and is rejected.
func TestDirectoryLargerThanItSays(t *testing.T) {
	const entries = 1 << 16 // archive/zip compares the number modulo 65536
	archive := ziptest.BuildRaw(t, make([]ziptest.RawFile, entries)...)
	offset := bytes.Index(archive, []byte("PK\x01\x02"))
	end := archive[len(archive)-ziptest.EndLength:]
	binary.LittleEndian.PutUint32(end[8:], 0)
	binary.LittleEndian.PutUint32(end[16:], uint32(offset))
	for name, size := range map[string]uint32{"of one entry": ziptest.DirectoryLength, "of all": entries * ziptest.DirectoryLength} {
		binary.LittleEndian.PutUint32(end[12:], size)
		r := &countingReaderAt{Reader: bytes.NewReader(archive)}
		_, err := Open(t.Context(), r, int64(len(archive)))
		wantKind(t, err, Damaged)
		if r.read > int64(size)+1<<19 {
			t.Errorf("%s: %d bytes were read of a directory of %d", name, r.read, size)
		}
	}
}

func TestMaxBytes(t *testing.T) {
	file := ziptest.File{Name: "a", Data: strings.Repeat("a", 100)}
	two := ziptest.Build(t, file, file)
	tests := map[string]struct {
		archive  []byte
		maxBytes int64
		within   bool
	}{
		"at the limit":           {two, 200, true},
		"past the limit":         {two, 199, false},
		"without a limit":        {two, 0, true},
		"claims within":          {ziptest.BuildRaw(t, ziptest.Bomb(t, "a", 1, 10)), 2000, false},
		"first past the limit":   {two, 99, false},
		"nothing within a limit": {ziptest.Build(t), 1, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(t.Context(), tt.archive, tt.maxBytes)
			if tt.within {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if got, want := wantKind(t, err, TooLarge).Error(), fmt.Sprintf("limit of %d bytes", tt.maxBytes); !strings.Contains(got, want) {
				t.Errorf("got error %q, want one with %q", got, want)
			}
		})
	}
}

// cancellingReaderAt cancels a context once so many bytes were read.
type cancellingReaderAt struct {
	countingReaderAt
	after  int64
	cancel context.CancelCauseFunc
}

func (r *cancellingReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	n, err := r.countingReaderAt.ReadAt(p, offset)
	if r.read > r.after {
		r.cancel(errCancelled)
	}
	return n, err
}

var errCancelled = errors.New("cancelled")

// A file that decodes to nothing is read in a single call, which must end with the context.
func TestCancelled(t *testing.T) {
	packed := ziptest.EmptyBlocks(1 << 20)
	empty := ziptest.BuildRaw(t, ziptest.RawFile{FileHeader: zip.FileHeader{
		Name: "a.csv", Method: zip.Deflate, CompressedSize64: uint64(len(packed)),
	}, Packed: packed})
	for name, after := range map[string]int64{"at once": -1, "in the directory": 1 << 16, "within a file": 1 << 18} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			r := &cancellingReaderAt{countingReaderAt{Reader: bytes.NewReader(empty)}, after, cancel}
			if after < 0 {
				cancel(errCancelled)
			}
			a, err := Open(ctx, r, int64(len(empty)))
			if err == nil {
				_, err = a.Files[0].SHA256()
			}
			if !errors.Is(err, errCancelled) {
				t.Errorf("error is %v", err)
			}
			if r.read > max(after, 0)+1<<18 {
				t.Errorf("%d bytes were read", r.read)
			}
		})
	}
	if members, err := readAll(t.Context(), empty, 0); err != nil || members[0].size != 0 {
		t.Errorf("members are %v, error %v", members, err)
	}
}

// failingReaderAt fails from an offset on.
type failingReaderAt struct {
	*bytes.Reader
	from int64
	err  error
}

func (r failingReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	if offset+int64(len(p)) > r.from {
		return 0, r.err
	}
	return r.Reader.ReadAt(p, offset)
}

// A failure of the reader is not a verdict about the archive.
func TestReaderFails(t *testing.T) {
	archive := ziptest.Build(t, ziptest.File{Name: "a.csv", Data: testCSV, Stored: true})
	for name, cause := range map[string]error{
		"a failure": errors.New("input/output error"), "a wrapped end": fmt.Errorf("reading: %w", io.EOF),
		"an unexpected end": io.ErrUnexpectedEOF,
	} {
		_, err := Open(t.Context(), failingReaderAt{bytes.NewReader(archive), 0, cause}, int64(len(archive)))
		if _, isVerdict := errors.AsType[*Error](err); !errors.Is(err, cause) || isVerdict {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	cause := errors.New("input/output error")
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	a.source.r = failingReaderAt{bytes.NewReader(archive), 0, cause}
	if _, err := a.Files[0].SHA256(); !errors.Is(err, cause) {
		t.Errorf("error is %v", err)
	}
	_, err = Open(t.Context(), bytes.NewReader(archive[:40]), int64(len(archive)))
	wantKind(t, err, Truncated)
}

func TestReader(t *testing.T) {
	archive := ziptest.Build(t, ziptest.File{Name: "a.csv", Data: testCSV})
	a, err := Open(t.Context(), bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(r, []byte(testCSV)); err != nil {
		t.Error(err)
	}
	r.Close()
	r.Close()
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error after Close is %v", err)
	}
}
