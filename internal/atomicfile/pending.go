package atomicfile

import (
	"errors"
	"io"
	"io/fs"
)

// PendingOptions are the options of [NewPending].
type PendingOptions struct {
	// DirMode is the exact mode of created folders, independent of the umask; 0 means 0700.
	DirMode fs.FileMode
}

// Pending is a new file under a temporary name in the target folder, locked so that other processes remove it only
// after a crash. It is for one goroutine at a time.
type Pending struct {
	path     string // of the folder, as the caller wrote it
	dir      *dir
	temp     string       // the temporary name
	made     []madeFolder // created folders
	file     tempFile
	digester *Digester
	size     int64
	started  int64 // the part of size that the system has begun to write to disk
	broken   error // a failed write or flush: the content on disk is unknown until Reset
	closed   bool

	// move and sync can be replaced by tests of a full or broken disk.
	move func(d *dir, temp, name string, replace bool) error
	sync func(d *dir) error
}

// writebackSize is large enough for efficient writes.
const writebackSize = 8 << 20

var errPendingClosed = errors.New("atomicfile: the pending file was committed or discarded")

// NewPending creates a temporary file of mode 0600 in the folder at path; "" means the current one. It creates missing
// folders and, once per process, removes left-overs of killed processes. Errors are [*TargetError] or [*SpaceError].
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
		if !errors.Is(err, fs.ErrNotExist) { // otherwise another process has created and removed a folder
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

// Write appends b to the file and its digests. After an error call Reset or Discard.
func (p *Pending) Write(b []byte) (int, error) {
	if err := p.writable(); err != nil {
		return 0, err
	}
	if n, err := p.toFile(b); err != nil {
		return n, err
	}
	return p.digester.Write(b)
}

// Fill appends r up to io.EOF, read straight into the blocks of the digests. After an error of another source than r
// call Reset or Discard.
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
		case readErr == io.EOF: // a wrapped io.EOF is a failure
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

// ReadAt implements io.ReaderAt for the written bytes.
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

// ReadBack returns a reader of the written bytes.
func (p *Pending) ReadBack() io.ReaderAt { return p }

// Reset starts again with an empty file, even after a failed Write.
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

// Expect returns a [*SpaceError] if less than size bytes are free, and nil if the free space is unknown.
func (p *Pending) Expect(size int64) error { return expectSpace(p.path, p.dir, size) }

// Digests ends the content and returns its digests. Writing requires a Reset after it.
func (p *Pending) Digests() Digests { return p.digester.Sum() }

// Discard removes the temporary file and created folders that are empty. It does nothing after Commit, so that it can
// be deferred.
func (p *Pending) Discard() error {
	if p.closed {
		return nil
	}
	p.closed = true
	p.digester.Close()
	err := p.dir.remove(p.temp) // before closing the file ends the lock
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
