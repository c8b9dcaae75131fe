package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// setPathMode goes by a descriptor that needs no permission on the file itself and never is that of a link's target:
// fchmodat has flags only on newer kernels.
func setPathMode(path string, mode fs.FileMode) (ignored bool, err error) {
	file, err := os.OpenFile(path, unix.O_PATH|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	if kind := kindOf(info); kind != Regular {
		return false, &TargetError{Path: path, Problem: targetProblem(kind)}
	}
	err = control(file, func(fd int) error { return unix.Chmod("/proc/self/fd/"+strconv.Itoa(fd), uint32(mode)) })
	if errors.Is(err, fs.ErrNotExist) { // no /proc
		err = unix.Fchmodat(unix.AT_FDCWD, path, uint32(mode), unix.AT_SYMLINK_NOFOLLOW)
	}
	return modeResult(path, mode, err)
}
