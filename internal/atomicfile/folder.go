package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folder returns the folder of path, "." for a bare name. Unlike filepath.Dir it keeps "link/.." as it is written,
// because that is where the system looks when the link leads elsewhere.
func Folder(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "."
	}
	return trimSeparators(dir)
}

func trimSeparators(path string) string {
	root := len(filepath.VolumeName(path)) + 1
	end := len(path)
	for end > root && os.IsPathSeparator(path[end-1]) {
		end--
	}
	return path[:end]
}

// inFolder joins without cleaning, see Folder. "C:" stays the current folder of that drive.
func inFolder(dir, name string) string {
	volume := filepath.VolumeName(dir)
	if os.IsPathSeparator(dir[len(dir)-1]) || volume == dir && strings.HasSuffix(volume, ":") {
		return dir + name
	}
	return dir + string(filepath.Separator) + name
}

// openParent opens the folder of path and returns the name in it. "link/" is the link, not the folder behind it.
func openParent(path string) (d *dir, name string, err error) {
	path = trimSeparators(path)
	if path == "" {
		return nil, "", &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	name = filepath.Base(path)
	if name == "." || name == ".." || name == string(filepath.Separator) {
		d, err = openDir(path)
		return d, ".", err
	}
	d, err = openDir(Folder(path))
	return d, name, err
}

type madeFolder struct {
	parent *dir
	name   string
	id     fileID
}

// makeFolders opens the folder at path and creates missing folders with exactly mode. It returns the created ones,
// the outermost first, for removeFolders or closeFolders.
func makeFolders(path string, mode fs.FileMode) (*dir, []madeFolder, error) {
	d, err := openDir(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, nil, err
	}
	path = trimSeparators(path)
	above := Folder(path)
	if above == path {
		return nil, nil, err
	}
	parent, made, err := makeFolders(above, mode)
	if err != nil {
		return nil, nil, err
	}
	name := filepath.Base(path)
	d, created, err := parent.makeFolder(name, mode)
	switch {
	case err != nil:
		parent.close()
		removeFolders(made)
		return nil, nil, err
	case !created:
		parent.close()
		return d, made, nil
	}
	_ = parent.sync() // without it only the new folder's durability suffers, and Commit flushes the folder itself
	return d, append(made, madeFolder{parent: parent, name: name, id: d.id}), nil
}

// makeFolder creates the folder name in d with exactly mode, or opens the one that another process has created.
func (d *dir) makeFolder(name string, mode fs.FileMode) (_ *dir, created bool, err error) {
	err = d.mkdir(name, mode)
	if errors.Is(err, fs.ErrExist) {
		existing, err := d.openDir(name, true)
		return existing, false, err
	}
	if err != nil {
		return nil, false, err
	}
	hooks.madeFolder("mkdir")
	if err := ignoreUnsupported(d.chmod(name, Directory, mode)); err != nil {
		return nil, false, replacedFolder(name, err)
	}
	hooks.madeFolder("chmod")
	folder, err := d.openDir(name, false)
	if err != nil {
		return nil, false, replacedFolder(name, err)
	}
	return folder, true, nil
}

// hooks let a test come between two steps, and stand for a file system that ignores case.
var hooks = struct {
	madeFolder func(step string)
	lookUp     func(name string) string
}{
	madeFolder: func(string) {},
	lookUp:     func(name string) string { return name },
}

// replacedFolder explains err, which came of the new folder name. A refusal has a cause other than its replacement.
func replacedFolder(name string, err error) error {
	if refusal := RefusalOf(err); refusal != RefusalOther && refusal != RefusalNotFolder {
		return fmt.Errorf("the new folder %q: %w", name, bareCause(err))
	}
	return fmt.Errorf("the new folder %q was replaced while it was created: %w", name, bareCause(err))
}

func removeFolders(made []madeFolder) {
	for _, folder := range slices.Backward(made) {
		if info, err := folder.parent.lstat(folder.name); err == nil && info.id == folder.id {
			_ = folder.parent.removeDir(folder.name)
		}
		folder.parent.close()
	}
}

func closeFolders(made []madeFolder) {
	for _, folder := range made {
		folder.parent.close()
	}
}
