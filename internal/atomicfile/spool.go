package atomicfile

import (
	"errors"
	"io"
	"os"
)

// Spool is a scratch file of mode 0600 that no name leads to, where the system allows it, and that is gone with its
// process everywhere. It is for one goroutine at a time, but ReadAt may run beside ReadAt.
type Spool struct {
	dir    string
	temp   string // "" when the name is gone already
	file   *os.File
	size   int64
	closed bool
}

var errSpoolClosed = errors.New("atomicfile: the spool is closed")

// NewSpool creates a scratch file in dir, which must exist; "" is the system's temporary folder. In a target folder the
// left-over of a crash, where there can be one, is swept like that of a [Pending]. Errors name dir.
func NewSpool(dir string) (*Spool, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	file, temp, err := createTemp(dir, createScratch)
	if err != nil {
		return nil, systemError(dir, "create a scratch file", err)
	}
	s := &Spool{dir: dir, temp: temp, file: file}
	if removesOpen && os.Remove(temp) == nil {
		s.temp = ""
	}
	return s, nil
}

// Write appends b.
func (s *Spool) Write(b []byte) (int, error) {
	if s.closed {
		return 0, errSpoolClosed
	}
	n, err := s.file.Write(b)
	s.size += int64(n)
	if err != nil {
		err = systemError(s.dir, "write a scratch file", err)
	}
	return n, err
}

// ReadAt reads what was written, as io.ReaderAt says.
func (s *Spool) ReadAt(b []byte, off int64) (int, error) {
	if s.closed {
		return 0, errSpoolClosed
	}
	n, err := s.file.ReadAt(b, off)
	if err != nil && err != io.EOF {
		err = systemError(s.dir, "read a scratch file", err)
	}
	return n, err
}

// Size returns how many bytes were written.
func (s *Spool) Size() int64 { return s.size }

// Reset starts again with an empty file.
func (s *Spool) Reset() error {
	if s.closed {
		return errSpoolClosed
	}
	err := s.file.Truncate(0)
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return systemError(s.dir, "empty a scratch file", err)
	}
	s.size = 0
	return nil
}

// Expect returns a [*SpaceError] when the file system has less than size bytes free; nil also where that is unknown.
func (s *Spool) Expect(size int64) error { return expectSpace(s.dir, size) }

// Close removes the file. It may be called any number of times.
func (s *Spool) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	var err error
	if s.temp != "" && removesOpen {
		err = os.Remove(s.temp)
	}
	if closeErr := s.file.Close(); err == nil {
		err = closeErr
	}
	if err != nil && !isMissing(err) {
		return systemError(s.dir, "remove a scratch file", err)
	}
	return nil
}
