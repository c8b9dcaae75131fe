package atomicfile

import (
	"io/fs"
	"os"
)

// SetMode gives the regular file at path exactly the permission bits of mode. It never follows a link and opens
// nothing; what is no regular file is a [*TargetError]. ignored says that the file system does not keep modes; on
// Windows nothing is done and nothing is ignored.
func SetMode(path string, mode fs.FileMode) (ignored bool, err error) {
	path = trimSeparators(path)
	info, err := os.Lstat(path)
	if isMissing(err) {
		return false, &TargetError{Path: path, Problem: TargetMissing, Err: bareCause(err)}
	}
	if err != nil {
		return false, systemError(path, "change the mode", err)
	}
	if kind := kindOf(info); kind != Regular {
		return false, &TargetError{Path: path, Problem: targetProblem(kind)}
	}
	ignored, err = setPathMode(path, mode.Perm())
	if err != nil {
		return false, systemError(path, "change the mode", err)
	}
	return ignored, nil
}
