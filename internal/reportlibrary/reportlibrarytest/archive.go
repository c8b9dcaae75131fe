package reportlibrarytest

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// writeZIP wraps content as the first member of an archive, and the delivery's extra members after it.
func writeZIP(w io.Writer, name string, content Content, modified time.Time, d Delivery) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	for _, m := range append([]Member{{name, content}}, d.ExtraMembers...) {
		header := &zip.FileHeader{Name: m.Name, Method: zip.Deflate, Modified: modified}
		if d.Store {
			header.Method = zip.Store
		}
		if err := writeMember(archive, header, m.Content, d.NoDataDescriptor); err != nil {
			return err
		}
	}
	return archive.Close()
}

func writeMember(archive *zip.Writer, header *zip.FileHeader, content Content, sizesFirst bool) error {
	if strings.HasSuffix(header.Name, "/") {
		_, err := archive.CreateHeader(header)
		return err
	}
	if sizesFirst {
		return writeRawMember(archive, header, content)
	}
	w, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, Reader(content))
	return err
}

// writeRawMember compresses into a scratch file first, because the header contains the size and the checksum.
func writeRawMember(archive *zip.Writer, header *zip.FileHeader, content Content) error {
	var temporary scratch
	defer temporary.close()
	sum := crc32.NewIEEE()
	compressed := temporary.get("", func(w io.Writer) error {
		source := io.TeeReader(Reader(content), sum)
		if header.Method == zip.Store {
			_, err := io.Copy(w, source)
			return err
		}
		deflate, err := flate.NewWriter(w, flate.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := io.Copy(deflate, source); err != nil {
			return err
		}
		return deflate.Close()
	})
	header.CRC32 = sum.Sum32()
	header.UncompressedSize64 = uint64(content.Size())
	header.CompressedSize64 = uint64(compressed.Size())
	// CreateRaw adds no time, no UTF-8 flag and no version, as CreateHeader does.
	header.Extra = binary.LittleEndian.AppendUint32([]byte{'U', 'T', 5, 0, 1}, uint32(header.Modified.Unix()))
	if utf8.ValidString(header.Name) {
		header.Flags |= 0x800
	}
	header.ReaderVersion = 20
	w, err := archive.CreateRaw(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, Reader(compressed))
	return err
}

func compress(w io.Writer, content Content) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := io.Copy(z, Reader(content)); err != nil {
		return err
	}
	return z.Close()
}

// scratch keeps archives and compressed bodies, which are made once and served often, in temporary files: their length
// is known before they are sent, and they take no memory.
type scratch struct {
	mu      sync.Mutex
	made    map[string]func() Content
	files   []*os.File
	aborted atomic.Bool
}

// get returns the content for this key, and makes it at the first call. Concurrent calls wait for it.
func (s *scratch) get(key string, write func(io.Writer) error) Content {
	s.mu.Lock()
	get, ok := s.made[key]
	if !ok {
		get = sync.OnceValue(func() Content { return s.fill(write) })
		if s.made == nil {
			s.made = make(map[string]func() Content)
		}
		s.made[key] = get
	}
	s.mu.Unlock()
	return get()
}

// fill panics on an error: a full disk or a broken Content is not a response of a Report Library.
func (s *scratch) fill(write func(io.Writer) error) Content {
	f, err := os.CreateTemp("", "reportlibrarytest-")
	if err != nil {
		panic("reportlibrarytest: scratch: " + err.Error())
	}
	// Where the system allows, the file is removed while it is open, so a killed process leaves nothing.
	_ = os.Remove(f.Name())
	s.mu.Lock()
	s.files = append(s.files, f)
	s.mu.Unlock()
	w := bufio.NewWriterSize(abortable{f, &s.aborted}, copyBuffer)
	if err := write(w); err != nil {
		panic("reportlibrarytest: scratch: " + err.Error())
	}
	if err := w.Flush(); err != nil {
		panic("reportlibrarytest: scratch: " + err.Error())
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		panic("reportlibrarytest: scratch: " + err.Error())
	}
	return io.NewSectionReader(f, 0, size)
}

// abortable ends the request that fills a scratch file when its origin closes, because a large archive takes seconds.
type abortable struct {
	io.Writer
	aborted *atomic.Bool
}

func (w abortable) Write(p []byte) (int, error) {
	if w.aborted.Load() {
		panic(http.ErrAbortHandler)
	}
	return w.Writer.Write(p)
}

func (s *scratch) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}
