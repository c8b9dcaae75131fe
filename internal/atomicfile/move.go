package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// renamer renames within a folder to an unused name. After errors.ErrUnsupported the next renamer is tried.
type renamer func(d *dir, from, to string) error

func moveInto(d *dir, temp, name string, replace bool) error {
	if replace {
		return d.rename(temp, name)
	}
	return renameNew(d, temp, name, append(renamers(), renameChecked)...)
}

func renameNew(d *dir, from, to string, ways ...renamer) error {
	err := errors.ErrUnsupported
	for _, rename := range ways {
		if err = rename(d, from, to); !errors.Is(err, errors.ErrUnsupported) {
			break
		}
	}
	return err
}

// renameChecked is for file systems without rename-no-replace and hard links. It is safe only under the folder's lock
// and among processes that take it.
func renameChecked(d *dir, from, to string) error {
	if _, err := d.lstat(to); !isMissing(err) {
		if err == nil {
			err = &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
		}
		return err
	}
	return d.rename(from, to)
}
