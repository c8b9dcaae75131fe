package atomicfile

import (
	"io/fs"
)

// SetMode sets the permission bits of the regular file at path without opening it. ignored reports that the file system
// does not support modes; on Windows SetMode does nothing.
func SetMode(path string, mode fs.FileMode) (ignored bool, err error) {
	d, name, err := openParent(path)
	if err != nil {
		return false, pathProblem(path, "change the mode", err)
	}
	defer d.close()
	info, err := d.lstat(name)
	if err != nil {
		return false, pathProblem(path, "change the mode", err)
	}
	if info.kind != Regular {
		return false, &TargetError{Path: path, Problem: info.kind.problem()}
	}
	ignored, err = d.setMode(name, mode.Perm())
	if err != nil {
		return false, pathProblem(path, "change the mode", err)
	}
	return ignored, nil
}
