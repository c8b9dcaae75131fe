package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// foldsCase says whether the system's usual file systems take names that differ only in case for the same.
const foldsCase = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

// SamePath reports whether a and b name the same file, whatever their spelling: by their canonical form or, where a
// file system folds case or a folder has two addresses, by that system. A link as the last element is not followed.
// Two hard links of one file are two files.
func SamePath(a, b string) bool {
	if canonicalPath(a) == canonicalPath(b) {
		return true
	}
	same := func(a, b string, stat func(string) (os.FileInfo, error)) bool {
		infoA, errA := stat(a)
		infoB, errB := stat(b)
		return errA == nil && errB == nil && os.SameFile(infoA, infoB)
	}
	a, b = trimSeparators(a), trimSeparators(b)
	return strings.EqualFold(filepath.Base(a), filepath.Base(b)) && same(a, b, os.Lstat) &&
		same(Folder(a), Folder(b), os.Stat)
}

// canonicalPath is one spelling for all spellings of a path: absolute, links of its folders resolved as far as the
// folders exist, the last element left alone, case folded where the system does.
func canonicalPath(path string) string {
	path = trimSeparators(path)
	name := filepath.Base(path)
	if name == "." || name == ".." {
		return canonicalFolder(path)
	}
	return foldPath(filepath.Join(resolveFolder(Folder(path)), name), foldsCase)
}

func canonicalFolder(dir string) string { return foldPath(resolveFolder(dir), foldsCase) }

func resolveFolder(dir string) string {
	if !filepath.IsAbs(dir) {
		if filepath.VolumeName(dir) != "" {
			dir = absolute(dir)
		} else if cwd, err := os.Getwd(); err == nil {
			dir = inFolder(cwd, dir) // filepath.Abs would clean "link/.." before the link is seen
		}
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if err == nil {
		return absolute(resolved)
	}
	parent := Folder(trimSeparators(dir))
	if parent == dir || !errors.Is(err, fs.ErrNotExist) {
		return filepath.Clean(dir)
	}
	return filepath.Join(resolveFolder(parent), filepath.Base(dir))
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

// foldPath folds by way of the upper case, so that letters with two lower-case forms meet.
func foldPath(path string, fold bool) string {
	if !fold {
		return path
	}
	return strings.ToLower(strings.ToUpper(path))
}
