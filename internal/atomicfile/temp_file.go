package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// attempts limits how often a step is repeated because another process interfered.
const attempts = 100

const tempMode fs.FileMode = 0o600

// tempFile is an interface so that tests can simulate a full or broken disk.
type tempFile interface {
	io.Writer
	io.ReaderAt
	io.Seeker
	io.Closer
	Truncate(size int64) error
	Sync() error
	Chmod(mode fs.FileMode) error
	Stat() (fs.FileInfo, error)
}

// createTemp creates a temporary file in d and locks it against sweeps until it is closed.
func createTemp(d *dir, create func(name string) (*os.File, error)) (*os.File, string, error) {
	for range attempts {
		name := newTempName()
		file, err := create(name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if secureTemp(d, file, name) {
			return file, name, nil
		}
		file.Close()
	}
	return nil, "", TargetBusy
}

// secureTemp reports whether file is locked and still has its name, because a sweep may come between creation and lock.
func secureTemp(d *dir, file *os.File, name string) bool {
	if locked, err := flock(file); err == nil && !locked {
		return false
	}
	mine, err := statFile(file)
	if err != nil {
		return false
	}
	found, err := d.lstat(name)
	if err != nil || found.id != mine.id {
		return false
	}
	if mine.mode != tempMode {
		_, _ = setOpenMode(file, tempMode) // the umask may have removed the owner's permission
	}
	return true
}
