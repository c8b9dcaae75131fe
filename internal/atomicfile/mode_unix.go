//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// setOpenMode sets the mode of a file that this process has created, so a refusal means a file system without modes.
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

func (d *dir) setMode(name string, mode fs.FileMode) (ignored bool, err error) {
	return d.modeResult(name, mode, d.chmod(name, Regular, mode))
}

// modeResult compares the file's mode with the requested one after a change. A refusal means a file system without
// modes only if the user owns the file.
func (d *dir) modeResult(name string, mode fs.FileMode, err error) (ignored bool, _ error) {
	if problem, ok := errors.AsType[TargetProblem](err); ok {
		return false, problem
	}
	info, statErr := d.lstat(name)
	if statErr != nil {
		return false, statErr
	}
	if err = unsupported(err); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		if !errors.Is(err, syscall.EPERM) || int(info.owner) != os.Geteuid() {
			return false, err
		}
	}
	return info.mode != mode, nil
}
