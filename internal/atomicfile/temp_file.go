package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// attempts bounds what is tried again because another process came in between.
const attempts = 100

const tempMode fs.FileMode = 0o600

// tempFile is the open temporary file. It is an interface so that tests can be a full or a broken disk.
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

// createTemp creates a temporary file in dir and locks it, so that a sweep of any process leaves it alone until it is
// closed. Where the file system knows no locks it stays unlocked; then sweeps leave it alone, too.
func createTemp(dir string, create func(path string) (*os.File, error)) (*os.File, string, error) {
	for range attempts {
		path := inFolder(dir, newTempName())
		file, err := create(path)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if secureTemp(file, path) {
			return file, path, nil
		}
		file.Close()
	}
	return nil, "", &TargetError{Path: dir, Problem: TargetBusy}
}

// secureTemp reports whether file is locked and still the one at path: a sweep may have come between creation and lock.
func secureTemp(file *os.File, path string) bool {
	if locked, err := tryLock(file); err == nil && !locked {
		return false
	}
	mine, err := file.Stat()
	if err != nil {
		return false
	}
	found, err := os.Lstat(path)
	if err != nil || !os.SameFile(mine, found) {
		return false
	}
	if mine.Mode().Perm() != tempMode {
		_, _ = setOpenMode(file, tempMode) // an umask that takes from the owner
	}
	return true
}

// sweep removes the left-overs of killed processes from dir: regular files with a temporary name whose lock is free.
// It does what it can; what it cannot remove disturbs nobody.
func sweep(dir string) {
	folder, err := os.Open(dir)
	if err != nil {
		return
	}
	defer folder.Close()
	for {
		names, err := folder.Readdirnames(1000)
		for _, name := range names {
			if isTempName(name) {
				sweepFile(inFolder(dir, name))
			}
		}
		if err != nil {
			return
		}
	}
}

func sweepFile(path string) {
	// Network file systems lock only what is open for writing, but a left-over may already have a read-only mode.
	file, info, err := openRegular(path, os.O_RDWR)
	if errors.Is(err, fs.ErrPermission) {
		file, info, err = openRegular(path, os.O_RDONLY)
	}
	if err != nil || file == nil {
		return
	}
	defer file.Close()
	if locked, err := tryLock(file); err != nil || !locked {
		return
	}
	if found, err := os.Lstat(path); err == nil && os.SameFile(info, found) {
		os.Remove(path)
	}
}
