//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"slices"
	"syscall"
)

func renameOver(temp, path string) error { return os.Rename(temp, path) }

// linkNew gives the file its second name, which fails if the name is taken, and takes the first one away. A crash in
// between leaves both, and the next sweep removes the temporary one.
func linkNew(temp, path string) error {
	if err := os.Link(temp, path); err != nil {
		return unsupported(err, syscall.EPERM, syscall.EMLINK)
	}
	os.Remove(temp) // if it cannot be, the file is in place all the same
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
