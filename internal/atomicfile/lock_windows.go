package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock creates the file name and opens it without sharing. That is the lock: it works on network drives, and the
// system removes the file with its handle. It returns nil and nil if another process holds the lock.
func (d *dir) tryLock(name string) (*heldLock, error) {
	file, err := openFile(d.join(name), windows.GENERIC_READ|windows.GENERIC_WRITE|windows.DELETE, 0, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE|windows.FILE_FLAG_OPEN_REPARSE_POINT)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) && d.exists(name) {
		return nil, nil // held, or being removed
	}
	if err != nil {
		return nil, err
	}
	return &heldLock{release: func() { file.Close() }}, nil
}

func (d *dir) exists(name string) bool {
	path, err := windows.UTF16PtrFromString(d.join(name))
	if err != nil {
		return false
	}
	_, err = windows.GetFileAttributes(path)
	return !isMissing(err)
}

// flock takes the exclusive lock of an open file without waiting, until file is closed. It locks one byte far beyond
// any content, because locks are mandatory on Windows.
func flock(file *os.File) (locked bool, err error) {
	at := windows.Overlapped{OffsetHigh: 0x40000000}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}
