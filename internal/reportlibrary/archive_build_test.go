package reportlibrary

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"testing"
	"time"
)

// zipFile is a member of an archive under construction.
type zipFile struct {
	name     string
	data     string
	stored   bool
	nonUTF8  bool
	extra    []byte
	modified time.Time
}

// buildZIP writes an archive as an honest writer would: streamed, with data descriptors.
func buildZIP(t testing.TB, files ...zipFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, NonUTF8: f.nonUTF8, Extra: f.extra, Modified: f.modified}
		if f.stored {
			header.Method = zip.Store
		}
		m, err := w.CreateHeader(header)
		if err == nil {
			_, err = io.WriteString(m, f.data)
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

// rawFile is a member whose header says what the test wants it to say.
type rawFile struct {
	zip.FileHeader
	packed []byte
}

// buildRawZIP writes an archive whose headers are taken as they are.
func buildRawZIP(t testing.TB, files ...rawFile) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		m, err := w.CreateRaw(&f.FileHeader)
		if err == nil {
			_, err = m.Write(f.packed)
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

// storedFile is a member without compression and with a true header, to be falsified.
func storedFile(name, data string) rawFile {
	return rawFile{zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(data)),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data)),
	}, []byte(data)}
}

// deflateRepeated returns the deflate stream of block repeated n times, in the time that a single one takes.
func deflateRepeated(t testing.TB, block []byte, n int) []byte {
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
	const lastBlock = "\x01\x00\x00\xff\xff"
	return append(bytes.Repeat(segment.Bytes(), n), lastBlock...)
}

// bombBlock is a MiB of what compresses like nothing else and yet is text.
var bombBlock = bytes.Repeat([]byte("a"), 1<<20)

// bomb is a member of so many MiB of one letter that claims another size.
func bomb(t testing.TB, name string, mebibytes int, claim uint64) rawFile {
	t.Helper()
	packed := deflateRepeated(t, bombBlock, mebibytes)
	return rawFile{zip.FileHeader{
		Name: name, Method: zip.Deflate, CompressedSize64: uint64(len(packed)), UncompressedSize64: claim,
	}, packed}
}

// directoryEntry returns the n-th entry of the directory of an archive without a comment, to be falsified in place.
func directoryEntry(t testing.TB, archive []byte, n int) []byte {
	t.Helper()
	end := archive[len(archive)-endLength:]
	entry := archive[binary.LittleEndian.Uint32(end[16:]):]
	for range n {
		entry = entry[directoryLength+int(binary.LittleEndian.Uint16(entry[28:]))+
			int(binary.LittleEndian.Uint16(entry[30:]))+int(binary.LittleEndian.Uint16(entry[32:])):]
	}
	if !bytes.HasPrefix(entry, []byte(directorySignature)) {
		t.Fatal("there is no such entry")
	}
	return entry
}

// memoryFile is a destination and a spool in memory.
type memoryFile struct{ bytes.Buffer }

func (f *memoryFile) Reset() error { f.Buffer.Reset(); return nil }
func (f *memoryFile) Close() error { return nil }
func (f *memoryFile) ReadAt(p []byte, offset int64) (int, error) {
	return bytes.NewReader(f.Bytes()).ReadAt(p, offset)
}

// writeOnly is a destination that can't be read back.
type writeOnly struct{ Destination }

// counter is a destination that keeps nothing but the number of bytes.
type counter struct{ written int64 }

func (c *counter) Reset() error { c.written = 0; return nil }
func (c *counter) Write(p []byte) (int, error) {
	c.written += int64(len(p))
	return len(p), nil
}

// fileSpool is a spool that holds nothing in memory.
type fileSpool struct{ *os.File }

func (s fileSpool) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }

func memorySpool() (Spool, error) { return new(memoryFile), nil }

// wanted is a request as most tests make it.
func wanted(format Format) contentRequest {
	return contentRequest{format: format, spool: memorySpool, redact: asIs}
}

// received delivers a body and returns what was written.
func received(t testing.TB, body []byte, req contentRequest) (string, content, error) {
	t.Helper()
	dst := new(memoryFile)
	got, err := deliver(context.Background(), bytes.NewReader(body), req, dst)
	if err == nil && got.size != int64(dst.Len()) {
		t.Errorf("size is %d, written were %d bytes", got.size, dst.Len())
	}
	return dst.String(), got, err
}

// wantProblem checks that err is a verdict of the given kind and returns it.
func wantProblem(t testing.TB, err error, want ContentProblem) *ContentError {
	t.Helper()
	var contentErr *ContentError
	if !errors.As(err, &contentErr) {
		t.Fatalf("error is %v, want a *ContentError", err)
	}
	if contentErr.Problem != want {
		t.Fatalf("problem is %d (%s), want %d", contentErr.Problem, contentErr.Reason, want)
	}
	return contentErr
}
