package atomicfile

import (
	"errors"
	"io"
	"os"
)

// Scratch is a file of mode 0600 without a name, where the system allows it; the system removes it with the process. It
// is for one goroutine at a time, but ReadAt may run beside ReadAt.
type Scratch struct {
	path   string // of the folder, as the caller wrote it
	dir    *dir
	temp   string // "" when the name is removed already
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

// Write appends b.
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

// ReadAt reads what was written, as io.ReaderAt says.
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

// Size returns how many bytes were written.
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

// Expect returns a [*SpaceError] when the file system has less than size bytes free; nil also where that is unknown.
func (s *Scratch) Expect(size int64) error { return expectSpace(s.path, s.dir, size) }

// Close removes the file. It may be called any number of times.
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
