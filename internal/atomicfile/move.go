package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// renamer renames within a folder, to a name that must not exist. errors.ErrUnsupported leads to the next one.
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

// renameChecked is for file systems with neither a rename without replacing nor hard links. Only the folder's lock
// makes it safe, and only among processes that take the lock.
func renameChecked(d *dir, from, to string) error {
	if _, err := d.lstat(to); !isMissing(err) {
		if err == nil {
			err = &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
		}
		return err
	}
	return d.rename(from, to)
}
