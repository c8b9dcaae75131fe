//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// setOpenMode gives our own open file its mode. As the file is ours, a refusal means a file system without modes.
func setOpenMode(file tempFile, mode fs.FileMode) (ignored bool, err error) {
	if err := ignoreUnsupported(file.Chmod(mode)); err != nil {
		return false, err
	}
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	return info.Mode().Perm() != mode, nil
}

// modeResult judges a change of mode at path by what the file has afterwards. Only to the owner does a refusal mean
// that the file system has no modes.
func modeResult(path string, mode fs.FileMode, err error) (ignored bool, _ error) {
	info, statErr := os.Lstat(path)
	if statErr != nil {
		return false, statErr
	}
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		owner, ok := info.Sys().(*syscall.Stat_t)
		if !errors.Is(err, syscall.EPERM) || !ok || int(owner.Uid) != os.Geteuid() {
			return false, err
		}
	}
	return info.Mode().Perm() != mode, nil
}
