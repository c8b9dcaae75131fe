package atomicfile

import (
	"errors"
	"io"
	"os"
)

// Scratch is a scratch file of mode 0600, without a name if the system allows it. The system removes it with the
// process. It is for one goroutine at a time, except that calls of ReadAt may run in parallel.
type Scratch struct {
	path   string // of the folder, as the caller wrote it
	dir    *dir
	temp   string // "" if the name is removed already
	file   *os.File
	size   int64
	closed bool
}

var errScratchClosed = errors.New("atomicfile: the scratch file is closed")

// NewScratch creates a scratch file in the existing folder at path; "" is the system's temporary folder. Errors name
// path.
func NewScratch(path string) (*Scratch, error) {
	if path == "" {
		path = os.TempDir()
	}
	d, err := openDir(path)
	if err != nil {
		return nil, systemError(path, "create a scratch file", err)
	}
	file, temp, err := createTemp(d, d.createScratch)
	if err != nil {
		d.close()
		return nil, systemError(path, "create a scratch file", err)
	}
	s := &Scratch{path: path, dir: d, temp: temp, file: file}
	if removesOpen && d.remove(temp) == nil {
		s.temp = ""
	}
	return s, nil
}

func (s *Scratch) Write(b []byte) (int, error) {
	if s.closed {
		return 0, errScratchClosed
	}
	n, err := s.file.Write(b)
	s.size += int64(n)
	if err != nil {
		err = systemError(s.path, "write a scratch file", err)
	}
	return n, err
}

// ReadAt implements io.ReaderAt for the written bytes.
func (s *Scratch) ReadAt(b []byte, off int64) (int, error) {
	if s.closed {
		return 0, errScratchClosed
	}
	n, err := s.file.ReadAt(b, off)
	if err != nil && err != io.EOF {
		err = systemError(s.path, "read a scratch file", err)
	}
	return n, err
}

// Size returns the number of written bytes.
func (s *Scratch) Size() int64 { return s.size }

// Reset starts again with an empty file.
func (s *Scratch) Reset() error {
	if s.closed {
		return errScratchClosed
	}
	err := s.file.Truncate(0)
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return systemError(s.path, "empty a scratch file", err)
	}
	s.size = 0
	return nil
}

// Expect returns a [*SpaceError] if less than size bytes are free, and nil if the free space is unknown.
func (s *Scratch) Expect(size int64) error { return expectSpace(s.path, s.dir, size) }

// Close removes the file. Further calls do nothing.
func (s *Scratch) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	var err error
	if s.temp != "" && removesOpen {
		err = s.dir.remove(s.temp)
	}
	if closeErr := s.file.Close(); err == nil {
		err = closeErr
	}
	s.dir.close()
	if err != nil && !isMissing(err) {
		return systemError(s.path, "remove a scratch file", err)
	}
	return nil
}
