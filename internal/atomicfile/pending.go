package atomicfile

import (
	"errors"
	"io"
	"io/fs"
)

// PendingOptions are the choices of [NewPending].
type PendingOptions struct {
	// DirMode is the mode of folders that have to be created, exact whatever the umask; 0 means 0700.
	DirMode fs.FileMode
}

// Pending is a new file that has no path yet: a temporary file in the target folder, locked so that other processes
// sweep it only after a crash. It is for one goroutine at a time.
type Pending struct {
	path     string // of the folder, as the caller wrote it
	dir      *dir
	temp     string       // the temporary name
	made     []madeFolder // the folders that had to be created
	file     tempFile
	digester *Digester
	size     int64
	started  int64 // the part of size whose way to the disk has begun
	broken   error // a write or flush that failed: what is on disk is unknown until Reset
	closed   bool

	// The steps of a commit that a full or broken disk makes fail.
	move func(d *dir, temp, name string, replace bool) error
	sync func(d *dir) error
}

// writebackSize is enough at once for a disk to be efficient.
const writebackSize = 8 << 20

var errPendingClosed = errors.New("atomicfile: the pending file was committed or discarded")

// NewPending creates a temporary file of mode 0600 in the folder at path ("" is the current one). It creates missing
// folders, and removes left-overs of killed processes once per process. Errors are [*TargetError] or [*SpaceError] and
// name path.
func NewPending(path string, opts PendingOptions) (*Pending, error) {
	if path == "" {
		path = "."
	}
	mode := opts.DirMode.Perm()
	if mode == 0 {
		mode = 0o700
	}
	var err error
	for range attempts {
		var p *Pending
		if p, err = newPending(path, mode); err == nil {
			return p, nil
		}
		if !errors.Is(err, fs.ErrNotExist) { // else another process has created a folder, and removed it again
			break
		}
	}
	return nil, err
}

func newPending(path string, mode fs.FileMode) (*Pending, error) {
	folder, made, err := makeFolders(path, mode)
	if err != nil {
		return nil, systemError(path, "create the folder", err)
	}
	sweepOnce(folder, path)
	file, temp, err := createTemp(folder, folder.create)
	if err != nil {
		folder.close()
		removeFolders(made)
		return nil, systemError(path, "create a temporary file", err)
	}
	return &Pending{
		path: path, dir: folder, temp: temp, made: made, file: file, digester: NewDigester(),
		move: moveInto, sync: (*dir).sync,
	}, nil
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

// Fill appends everything that r yields until io.EOF, read straight into the blocks of the digests. After an error that
// is not r's own only Reset or Discard make sense.
func (p *Pending) Fill(r io.Reader) (int64, error) {
	if err := p.writable(); err != nil {
		return 0, err
	}
	var read int64
	for {
		block := p.digester.pipe.reserve()
		n, readErr := r.Read(block.data[block.used:])
		if n > 0 {
			if _, err := p.toFile(block.data[block.used : block.used+n]); err != nil {
				return read, err
			}
			p.digester.pipe.advance(n)
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

func (p *Pending) toFile(b []byte) (int, error) {
	n, err := p.file.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		p.broken = systemError(p.path, "write a temporary file", err)
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
		err = systemError(p.path, "read a temporary file", err)
	}
	return n, err
}

// ReadBack returns the file for reading what was written.
func (p *Pending) ReadBack() io.ReaderAt { return p }

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
		p.broken = systemError(p.path, "empty a temporary file", err)
		return p.broken
	}
	p.digester.Reset()
	p.size, p.started, p.broken = 0, 0, nil
	return nil
}

// Expect returns a [*SpaceError] when the file system has less than size bytes free; nil also where that is unknown.
func (p *Pending) Expect(size int64) error { return expectSpace(p.path, p.dir, size) }

// Digests ends the content and returns its digests. Only Reset allows to write again.
func (p *Pending) Digests() Digests { return p.digester.Sum() }

// Discard removes the temporary file, and created folders that are empty. It does nothing after Commit or Discard:
// defer it.
func (p *Pending) Discard() error {
	if p.closed {
		return nil
	}
	p.closed = true
	p.digester.Close()
	err := p.dir.remove(p.temp) // before the lock goes with the file
	p.file.Close()
	if isMissing(err) {
		err = nil
	}
	if err != nil {
		err = p.dir.removeError(inFolder(p.path, p.temp), "remove the temporary file", err)
	}
	p.dir.close()
	removeFolders(p.made)
	return err
}

func (p *Pending) usable() error {
	if p.closed {
		return errPendingClosed
	}
	return p.broken
}

func expectSpace(path string, d *dir, size int64) error {
	if free, ok := d.freeSpace(); ok && free < size {
		return &SpaceError{Path: path, Need: size, Free: free}
	}
	return nil
}
