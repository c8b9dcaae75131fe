package atomicfile

import (
	"io/fs"
)

// SetMode gives the regular file at path exactly the permission bits of mode. It does not follow links and does not
// open the file; any other kind of file is a [*TargetError]. ignored reports that the file system does not keep modes;
// on Windows SetMode does nothing and reports false.
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
	if problem, ok := err.(TargetProblem); ok { //nolint:errorlint // chmod returns the kind itself
		return false, &TargetError{Path: path, Problem: problem}
	}
	if err != nil {
		return false, pathProblem(path, "change the mode", err)
	}
	return ignored, nil
}
