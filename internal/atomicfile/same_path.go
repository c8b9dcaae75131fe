package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// systemFoldsCase reports whether the system's usual file systems ignore case. It applies if a folder gives no
// evidence.
const systemFoldsCase = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

// SamePath reports whether a and b name the same file through links, bind mounts and file systems that ignore case. It
// does not follow a link as the last element, and two hard links are two files.
func SamePath(a, b string) bool {
	a, b = absolutePath(a), absolutePath(b)
	return a == b || sameEntry(a, b)
}

func sameEntry(a, b string) bool {
	above, aboveB := Folder(a), Folder(b)
	if above == a || aboveB == b {
		return false // a root, and another path
	}
	if !sameFolder(above, aboveB) {
		return false
	}
	name, nameB := filepath.Base(a), filepath.Base(b)
	return name == nameB || sameName(above, name, nameB)
}

func sameFolder(a, b string) bool {
	if a == b {
		return true
	}
	info, err := statPath(a)
	infoB, errB := statPath(b)
	switch {
	case err == nil && errB == nil && info.id == infoB.id:
		return true
	case err == nil && errB == nil: // some user-space file systems give one folder two identities
		return foldEqual(filepath.Base(a), filepath.Base(b)) && sameEntry(a, b)
	case errors.Is(err, fs.ErrNotExist) && errors.Is(errB, fs.ErrNotExist):
		return sameEntry(a, b)
	}
	return false
}

func sameName(folder, a, b string) bool {
	d, err := openDir(folder)
	if err != nil {
		return foldEqual(a, b) && foldsMissing(folder)
	}
	defer d.close()
	return d.sameName(folder, a, b)
}

func (d *dir) sameName(path, a, b string) bool {
	infoA, errA := d.lstat(a)
	infoB, errB := d.lstat(b)
	switch {
	case errA == nil && errB == nil:
		return (infoA.id == infoB.id || foldEqual(a, b)) && !d.lists(a, b)
	case isMissing(errA) && isMissing(errB):
		return foldEqual(a, b) && d.foldsCase(path)
	}
	return false
}

func (d *dir) lists(want ...string) bool {
	found := 0
	_ = d.eachName(func(name string) bool {
		if slices.Contains(want, name) {
			found++
		}
		return found < len(want)
	})
	return found == len(want)
}

func (d *dir) eachName(f func(name string) bool) error {
	folder, err := d.readable()
	if err != nil {
		return err
	}
	defer folder.Close()
	for {
		names, err := folder.Readdirnames(1000)
		for _, name := range names {
			if !f(name) {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// foldsCase reports whether the folder ignores case, by a lookup of an entry in the other case.
func (d *dir) foldsCase(path string) bool {
	folds, decided := systemFoldsCase, false
	_ = d.eachName(func(name string) bool {
		other := otherCase(name)
		if other == name {
			return true
		}
		_, err := d.lstat(other)
		decided = true
		folds = err == nil && !d.lists(name, other)
		return false
	})
	if !decided {
		return foldsMissing(path)
	}
	return folds
}

func foldsMissing(path string) bool {
	above, name := Folder(path), filepath.Base(path)
	other := otherCase(name)
	if above == path || other == name {
		return systemFoldsCase
	}
	d, err := openDir(above)
	if errors.Is(err, fs.ErrNotExist) {
		return foldsMissing(above)
	}
	if err != nil {
		return systemFoldsCase
	}
	defer d.close()
	if _, err := d.lstat(name); err != nil {
		return d.foldsCase(above)
	}
	_, err = d.lstat(other)
	return err == nil && !d.lists(name, other)
}

func otherCase(name string) string {
	if upper := strings.ToUpper(name); upper != name {
		return upper
	}
	return strings.ToLower(name)
}

func foldEqual(a, b string) bool { return foldCase(a) == foldCase(b) }

// foldCase converts to upper case first, because some letters have two lower-case forms.
func foldCase(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// absolutePath makes path absolute, and cleans it where that keeps its meaning: "link/.." stays.
func absolutePath(path string) string {
	path = trimSeparators(path)
	if !filepath.IsAbs(path) {
		if filepath.VolumeName(path) != "" {
			if abs, err := filepath.Abs(path); err == nil {
				path = abs
			}
		} else if cwd, err := os.Getwd(); err == nil {
			path = inFolder(cwd, path)
		}
	}
	return cleanPath(path)
}

// cleanPath removes "." and doubled separators, and resolves ".." if the path before it exists.
func cleanPath(path string) string {
	folder, name := Folder(path), filepath.Base(path)
	if folder == path {
		return filepath.Clean(path)
	}
	folder = cleanPath(folder)
	switch name {
	case ".":
		return folder
	case "..":
		real, err := filepath.EvalSymlinks(folder)
		if err != nil {
			real = folder
		}
		return filepath.Dir(real)
	}
	return inFolder(folder, name)
}
