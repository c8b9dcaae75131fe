package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// PendingOptions are the choices of [NewPending].
type PendingOptions struct {
	// DirMode is the mode of folders that have to be created, exact whatever the umask; 0 means 0700.
	DirMode fs.FileMode
}

// Pending is a file on its way to its path: a temporary file in the target folder, locked while its writer lives, so
// that other runs sweep it only after a crash. It is for one goroutine at a time.
type Pending struct {
	dir      string
	temp     string
	made     []string // the folders that had to be created
	file     tempFile
	digester *Digester
	size     int64
	started  int64 // the part of size whose way to the disk has begun
	broken   error // a write or flush that failed: what is on disk is unknown until Reset
	closed   bool

	// The steps of a commit that a full or broken disk makes fail.
	place func(temp, path string, replace bool) error
	sync  func(dir string) error
}

// writebackSize is enough at once for a disk to be efficient.
const writebackSize = 8 << 20

var errPendingClosed = errors.New("atomicfile: the pending file was committed or discarded")

// NewPending creates a temporary file of mode 0600 in dir ("" is the current folder). Missing folders are created, and
// left-overs of killed processes are removed the first time this process uses the folder. Errors are [*TargetError] or
// [*SpaceError] and name dir.
func NewPending(dir string, opts PendingOptions) (*Pending, error) {
	if dir == "" {
		dir = "."
	}
	mode := opts.DirMode.Perm()
	if mode == 0 {
		mode = 0o700
	}
	var made []string
	for range attempts {
		if err := makeFolders(dir, mode, &made); err != nil {
			removeFolders(made)
			return nil, systemError(dir, "create the folder", err)
		}
		folder := folderAt(dir)
		folder.swept.Do(func() { sweep(dir) })
		file, temp, err := createTemp(dir, createExclusive)
		if isMissing(err) {
			continue // another one has made the folder, and taken it back
		}
		if err != nil {
			removeFolders(made)
			return nil, systemError(dir, "create a temporary file", err)
		}
		return &Pending{
			dir: dir, temp: temp, made: made, file: file, digester: NewDigester(), place: placeFile, sync: syncFolder,
		}, nil
	}
	return nil, &TargetError{Path: dir, Problem: TargetBusy}
}

// Write appends b to the file and its digests. After an error only Reset or Discard make sense.
func (p *Pending) Write(b []byte) (int, error) {
	if err := p.writable(); err != nil {
		return 0, err
	}
	if n, err := p.toFile(b); err != nil {
		return n, err
	}
	return p.digester.Write(b)
}

// Fill appends everything that r yields until io.EOF, and has it read straight into the blocks of the digests. An error
// that is not r's own leaves nothing sensible to do but Reset or Discard.
func (p *Pending) Fill(r io.Reader) (int64, error) {
	if err := p.writable(); err != nil {
		return 0, err
	}
	var read int64
	for {
		block := p.digester.pipe.room()
		n, readErr := r.Read(block.data[block.used:])
		if n > 0 {
			if _, err := p.toFile(block.data[block.used : block.used+n]); err != nil {
				return read, err
			}
			p.digester.pipe.filled(n)
			read += int64(n)
		}
		switch {
		case readErr == io.EOF: // a wrapped io.EOF is a failure, not the end
			return read, nil
		case readErr != nil:
			return read, readErr
		}
	}
}

// toFile appends b to the file alone.
func (p *Pending) toFile(b []byte) (int, error) {
	n, err := p.file.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		p.broken = systemError(p.dir, "write a temporary file", err)
		return n, p.broken
	}
	p.size += int64(n)
	if p.size-p.started >= writebackSize {
		startWriteback(p.file, p.started, p.size-p.started)
		p.started = p.size
	}
	return n, nil
}

func (p *Pending) writable() error {
	if err := p.usable(); err != nil {
		return err
	}
	if p.digester.pipe.ended {
		return errEnded
	}
	return nil
}

// ReadAt reads what was written, as io.ReaderAt says.
func (p *Pending) ReadAt(b []byte, off int64) (int, error) {
	if p.closed {
		return 0, errPendingClosed
	}
	n, err := p.file.ReadAt(b, off)
	if err != nil && err != io.EOF {
		err = systemError(p.dir, "read a temporary file", err)
	}
	return n, err
}

// Reset starts again with an empty file, also after a failed Write.
func (p *Pending) Reset() error {
	if p.closed {
		return errPendingClosed
	}
	err := p.file.Truncate(0)
	if err == nil {
		_, err = p.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		p.broken = systemError(p.dir, "empty a temporary file", err)
		return p.broken
	}
	p.digester.Reset()
	p.size, p.started, p.broken = 0, 0, nil
	return nil
}

// Expect returns a [*SpaceError] when the file system has less than size bytes free; nil also where that is unknown.
func (p *Pending) Expect(size int64) error { return expectSpace(p.dir, size) }

// Digests ends the content and returns its digests. Only Reset allows to write again.
func (p *Pending) Digests() Digests { return p.digester.Sum() }

// Discard removes the temporary file, and the folders that were created for it as far as they are empty. After a
// successful Commit, or a Discard, it does nothing: defer it.
func (p *Pending) Discard() error {
	if p.closed {
		return nil
	}
	p.closed = true
	p.digester.Close()
	err := os.Remove(p.temp) // before the lock goes with the file
	p.file.Close()
	if err != nil && !isMissing(err) {
		return systemError(p.dir, "remove a temporary file", err)
	}
	removeFolders(p.made)
	return nil
}

func (p *Pending) usable() error {
	if p.closed {
		return errPendingClosed
	}
	return p.broken
}

func expectSpace(dir string, size int64) error {
	if free, ok := freeSpace(dir); ok && free < size {
		return &SpaceError{Path: dir, Need: size, Free: free}
	}
	return nil
}
