//go:build unix && !linux

package atomicfile

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// setPathMode at worst changes the mode of a link itself, if one comes to path at this moment.
func setPathMode(path string, mode fs.FileMode) (ignored bool, err error) {
	return modeResult(path, mode, unix.Fchmodat(unix.AT_FDCWD, path, uint32(mode), unix.AT_SYMLINK_NOFOLLOW))
}
