package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// placer moves a file to a path where nothing may be. errors.ErrUnsupported sends the caller to the next one.
type placer func(temp, path string) error

// placeFile moves temp to path. It must be called under the folder's lock.
func placeFile(temp, path string, replace bool) error {
	if replace {
		return renameOver(temp, path)
	}
	return placeNew(temp, path, append(newPlacers(), renameChecked)...)
}

func placeNew(temp, path string, placers ...placer) error {
	err := errors.ErrUnsupported
	for _, place := range placers {
		if err = place(temp, path); !errors.Is(err, errors.ErrUnsupported) {
			break
		}
	}
	return err
}

// renameChecked is for file systems that know neither a rename without replacing nor hard links. Only the folder's lock
// makes it safe, and only against those who take it.
func renameChecked(temp, path string) error {
	if _, err := os.Lstat(path); !isMissing(err) {
		if err == nil {
			err = &os.LinkError{Op: "rename", Old: temp, New: path, Err: fs.ErrExist}
		}
		return err
	}
	return renameOver(temp, path)
}
