package zipfile

import (
	"bufio"
	"context"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// Bytes unpacked beyond FreeInflation may be at most MaxInflation times their packed size. Reports compress 5:1 to
// 50:1, and deflate's limit is 1032:1.
const (
	FreeInflation = 100_000_000
	MaxInflation  = 200
)

// InflatesTooMuch reports whether a report's packed bytes would not unpack to so many.
func InflatesTooMuch(unpacked, packed int64) bool {
	return unpacked > FreeInflation && unpacked/MaxInflation > packed
}

func inflation() *Error {
	return problem(Hostile, "unpacks to more than %d times its size", MaxInflation)
}

type buffer [128 << 10]byte

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// decompressor reads no byte beyond its stream, because *bufio.Reader is an io.ByteReader. The standard library's
// inflater takes 1.5 times as long and allocates for every block.
type decompressor struct {
	packed   *bufio.Reader
	inflater io.Reader
}

var decompressors = sync.Pool{New: func() any {
	return &decompressor{packed: bufio.NewReaderSize(nil, 32<<10), inflater: flate.NewReader(nil)}
}}

func (d *decompressor) open(r io.Reader, method uint16) (io.Reader, error) {
	d.packed.Reset(r)
	if method == methodStore {
		return d.packed, nil
	}
	return d.inflater, d.inflater.(flate.Resetter).Reset(d.packed, nil)
}

// Reader unpacks a file. It returns io.EOF only if the checksum and both sizes match, else an *Error, a wrapped failure
// of the source, or the cause of the context's end.
type Reader struct {
	file         *File
	section      *io.SectionReader
	decompressor *decompressor
	plain        io.Reader
	crc          hash.Hash32
	unpacked     int64
	err          error
}

// Open opens the file for reading. Only one file can be open at a time.
func (f *File) Open() (*Reader, error) {
	if err := f.Readable(); err != nil {
		return nil, err
	}
	a := f.archive
	if a.MaxBytes > 0 && f.Size > a.MaxBytes-a.unpacked {
		return nil, a.tooLarge()
	}
	r := &Reader{
		file: f, section: io.NewSectionReader(a.source, f.data, f.packed), crc: crc32.NewIEEE(),
		decompressor: decompressors.Get().(*decompressor),
	}
	var err error
	r.plain, err = r.decompressor.open(r.section, f.method)
	return r, err
}

func (a *Archive) tooLarge() error {
	return problem(TooLarge, "unpacks to more than the limit of %d bytes", a.MaxBytes)
}

func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	a := r.file.archive
	if a.source.ctx.Err() != nil {
		r.err = context.Cause(a.source.ctx)
		return 0, r.err
	}
	n, err := r.plain.Read(p)
	r.crc.Write(p[:n])
	r.unpacked += int64(n)
	a.unpacked += int64(n)
	if r.err = r.verdict(err); r.err != nil && r.err != io.EOF {
		n = 0
	}
	return n, r.err
}

func (r *Reader) verdict(err error) error {
	f, a := r.file, r.file.archive
	position, _ := r.section.Seek(0, io.SeekCurrent)
	packed := position - int64(r.decompressor.packed.Buffered())
	switch {
	case a.MaxBytes > 0 && a.unpacked > a.MaxBytes:
		return a.tooLarge()
	case InflatesTooMuch(a.unpacked, a.packed+packed):
		return inflation()
	case r.unpacked > f.Size:
		return f.problem(Damaged, "is longer than declared in the directory")
	case err == nil:
		return nil
	case a.source.err != nil:
		return a.source.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return f.problem(Damaged, "breaks off")
	case !errors.Is(err, io.EOF):
		return f.problem(Damaged, "can't be decompressed")
	case r.unpacked != f.Size || packed != f.packed:
		return f.problem(Damaged, "differs in length from the directory")
	case r.crc.Sum32() != f.crc32:
		return f.problem(Damaged, "does not match its checksum")
	}
	a.packed += packed
	return io.EOF
}

// Close releases the decompressor. It never fails.
func (r *Reader) Close() error {
	if r.decompressor != nil {
		r.decompressor.packed.Reset(nil)
		decompressors.Put(r.decompressor)
		r.decompressor, r.err = nil, io.ErrClosedPipe
	}
	return nil
}
