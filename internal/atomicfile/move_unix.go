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

// linkNew gives the file its second name, which fails if the name is taken, and removes the first one. A crash in
// between leaves both, and the next sweep removes the temporary one.
func (d *dir) linkNew(from, to string) error {
	if err := d.at("link", to, func(fd int) error { return unix.Linkat(fd, from, fd, to, 0) }); err != nil {
		return unsupported(err, syscall.EPERM, syscall.EMLINK)
	}
	_ = d.remove(from) // the file is in place all the same; Commit reports a name that stays
	return nil
}

// unsupported marks errors by which systems say that they do not know an operation; also names more of them.
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
