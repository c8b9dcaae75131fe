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

// writeRawMember compresses into a spool of its own first, since the header has to tell the outcome.
func writeRawMember(archive *zip.Writer, header *zip.FileHeader, content Content) error {
	var temporary spool
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
	// CreateRaw adds none of what CreateHeader does: the time, the flag of a name in UTF-8, the version.
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

// spool keeps what is made once and served often: archives and compressed bodies, in temporary files, so that their
// length is known beforehand and a large one takes no memory.
type spool struct {
	mu      sync.Mutex
	made    map[string]func() Content
	files   []*os.File
	aborted atomic.Bool
}

// get returns the content made for this key, made now if it has not been. Whoever else asks meanwhile waits for it.
func (s *spool) get(key string, write func(io.Writer) error) Content {
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
func (s *spool) fill(write func(io.Writer) error) Content {
	f, err := os.CreateTemp("", "reportlibrarytest-")
	if err != nil {
		panic("reportlibrarytest: spool: " + err.Error())
	}
	// Where the system can, the file has no name from here on, and nothing is left behind by a killed process.
	_ = os.Remove(f.Name())
	s.mu.Lock()
	s.files = append(s.files, f)
	s.mu.Unlock()
	w := bufio.NewWriterSize(abortable{f, &s.aborted}, copyBuffer)
	if err := write(w); err != nil {
		panic("reportlibrarytest: spool: " + err.Error())
	}
	if err := w.Flush(); err != nil {
		panic("reportlibrarytest: spool: " + err.Error())
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		panic("reportlibrarytest: spool: " + err.Error())
	}
	return io.NewSectionReader(f, 0, size)
}

// abortable ends the request that fills a spool once its origin closes: a large archive takes seconds.
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

func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}
