//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// createExclusive creates a file that is not there, and is no link, for reading and writing.
func createExclusive(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW, tempMode)
}

// createScratch creates a file that is gone when it is closed.
func createScratch(path string) (*os.File, error) { return createExclusive(path) }

// removesOpen says whether a file can be removed while it stays open.
const removesOpen = true

// openNoFollow opens an existing file, but no link, and does not wait for the other end of a pipe.
func openNoFollow(path string, access int) (*os.File, error) {
	return os.OpenFile(path, access|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
}

// isReplaced says that openNoFollow met something else than the regular file that had been seen.
func isReplaced(err error) bool {
	return errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK) || errors.Is(err, syscall.ENXIO)
}

func openFolderForLock(dir string) (*os.File, error) {
	return os.OpenFile(dir, os.O_RDONLY|unix.O_DIRECTORY, 0)
}

// openLockFile opens for writing, without which network file systems do not lock.
func openLockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, tempMode)
}

// tryLock takes the exclusive lock of an open file or folder without waiting; it goes when file is closed. An error
// says that there is no locking here.
func tryLock(file *os.File) (locked bool, err error) {
	err = control(file, func(fd int) error { return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) })
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// control runs f on the descriptor of file, again when a signal interrupts it.
func control(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) {
		for {
			if result = f(int(fd)); result != unix.EINTR {
				return
			}
		}
	})
	return errors.Join(err, result)
}

// syncFolder flushes the names of a folder to disk, where that is known. A folder that may be written but not read
// cannot be flushed.
func syncFolder(dir string) error {
	folder, err := openFolderForLock(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	return ignoreUnsupported(folder.Sync())
}

func ignoreUnsupported(err error) error {
	if errors.Is(unsupported(err, syscall.EPERM, syscall.EBADF, syscall.EROFS), errors.ErrUnsupported) {
		return nil
	}
	return err
}

func isNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
