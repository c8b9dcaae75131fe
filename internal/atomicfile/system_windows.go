package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// shareAll lets others read, write, rename and remove what we hold open, as they can elsewhere.
const shareAll = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE

// createExclusive creates a file that is not there for reading and writing; it can be renamed while it is open.
func createExclusive(path string) (*os.File, error) {
	return openShared(path, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.CREATE_NEW, windows.FILE_ATTRIBUTE_NORMAL)
}

// createScratch creates a file that the system removes when its handle is closed, also by the end of the process.
func createScratch(path string) (*os.File, error) {
	return openShared(path, windows.GENERIC_READ|windows.GENERIC_WRITE|windows.DELETE, windows.CREATE_NEW,
		windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE)
}

// removesOpen says whether a file can be removed while it stays open.
const removesOpen = false

// openNoFollow opens an existing file; of a link it opens the link itself, which then is not the file that was seen.
func openNoFollow(path string, access int) (*os.File, error) {
	rights := uint32(windows.GENERIC_READ)
	if access&os.O_RDWR != 0 {
		rights |= windows.GENERIC_WRITE
	}
	return openShared(path, rights, windows.OPEN_EXISTING,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_OPEN_REPARSE_POINT)
}

// isReplaced says that openNoFollow met something else than the regular file that had been seen.
func isReplaced(error) bool { return false }

// openFolderForLock fails: Windows locks no folders.
func openFolderForLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func openLockFile(path string) (*os.File, error) {
	return openShared(path, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_OPEN_REPARSE_POINT)
}

func openShared(path string, access, disposition, attributes uint32) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	handle, err := windows.CreateFile(name, access, shareAll, nil, disposition, attributes, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// tryLock takes the exclusive lock of an open file without waiting; it goes when file is closed. Locks are mandatory on
// Windows, so it covers one byte far behind any content.
func tryLock(file *os.File) (locked bool, err error) {
	at := windows.Overlapped{OffsetHigh: 0x40000000}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// syncFolder does nothing: moveFile returns only when the move is on disk.
func syncFolder(string) error { return nil }

func ignoreUnsupported(err error) error { return err }

func isNoSpace(err error) bool {
	for _, errno := range []error{
		windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
