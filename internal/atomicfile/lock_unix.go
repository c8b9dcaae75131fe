//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock creates and locks the file name. It returns nil and nil if another process holds the lock, and an error if
// the file can't be created or locked. The release removes the file.
func (d *dir) tryLock(name string) (*heldLock, error) {
	file, err := d.openLock(name)
	if err != nil {
		return nil, err
	}
	mine, err := statFile(file)
	if err == nil && mine.kind != Regular {
		err = mine.kind.problem()
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	locked, err := flock(file)
	if err != nil {
		_ = d.remove(name)
	}
	if err != nil || !locked {
		file.Close()
		return nil, err
	}
	if mine.isOwn() && mine.mode&0o044 != 0o044 {
		_ = file.Chmod(0o644) // lets other users of a shared folder open it
	}
	found, err := d.lstat(name)
	if isMissing(err) || err == nil && found.id != mine.id {
		file.Close()
		return nil, nil // the last holder has removed it
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &heldLock{release: func() {
		_ = d.remove(name) // before the lock ends, because a process could lock the file without a name
		file.Close()
	}}, nil
}

// openLock opens for writing, because network file systems require it for locks. Another user's lock file can be locked
// after opening for reading.
func (d *dir) openLock(name string) (*os.File, error) {
	const flags = unix.O_NOFOLLOW | unix.O_NONBLOCK
	file, err := d.openAt(name, os.O_RDWR|os.O_CREATE|flags, 0o666)
	if errors.Is(err, fs.ErrPermission) {
		if existing, readErr := d.openAt(name, os.O_RDONLY|flags, 0); readErr == nil {
			return existing, nil
		}
	}
	return file, err
}

// flock takes the exclusive lock of an open file without waiting, until file is closed. An error means that the file
// system does not support locks.
func flock(file *os.File) (locked bool, err error) {
	err = control(file, func(fd int) error { return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) })
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
