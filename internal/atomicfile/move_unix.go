//go:build unix

package atomicfile

import (
	"errors"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

func (d *dir) rename(from, to string) error {
	return d.at("rename", to, func(fd int) error { return unix.Renameat(fd, from, fd, to) })
}

// linkNew gives the file its second name, which fails if the name exists, and removes the first one. A crash in between
// leaves both, and the next sweep removes the temporary one.
func (d *dir) linkNew(from, to string) error {
	if err := d.at("link", to, func(fd int) error { return unix.Linkat(fd, from, fd, to, 0) }); err != nil {
		return unsupported(err, syscall.EPERM, syscall.EMLINK)
	}
	_ = d.remove(from) // Commit reports a name that stays
	return nil
}

// unsupported converts errors that mean an unknown operation, and those in also, to errors.ErrUnsupported.
func unsupported(err error, also ...syscall.Errno) error {
	known := slices.Concat(also, []syscall.Errno{
		syscall.EINVAL, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOTTY,
	})
	for _, errno := range known {
		if errors.Is(err, errno) {
			return errors.Join(errors.ErrUnsupported, err)
		}
	}
	return err
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
