package atomicfile

import (
	"errors"
	"io/fs"
)

// Kind is the kind of file at a path.
type Kind int

// The kinds of files.
const (
	Missing Kind = iota
	Regular
	Directory
	Symlink
	Other // device, pipe, socket, or a reparse point that is not a link
)

// fileID identifies a file or folder by device and inode, or by volume and file index, through bind mounts, links and
// other spellings.
type fileID struct{ device, file uint64 }

type fileInfo struct {
	id   fileID
	kind Kind
	mode fs.FileMode // permission bits
	size int64       // bytes
	// modified and changed are nanoseconds on the file system's clock. Programs can't set changed.
	modified, changed int64
	links             uint64
	owner             uint32
}

// unchanged reports whether i and now describe the same file without a write in between.
func (i fileInfo) unchanged(now fileInfo) bool {
	return i.id == now.id && i.kind == now.kind && i.size == now.size &&
		i.modified == now.modified && i.changed == now.changed
}

// problem returns the reason why a file of this kind is not a regular file.
func (k Kind) problem() TargetProblem {
	switch k {
	case Missing:
		return TargetMissing
	case Symlink:
		return TargetSymlink
	case Directory:
		return TargetDirectory
	case Regular, Other:
	}
	return TargetSpecial
}

// isMissing reports whether a file is missing, also because its path continues below a file.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFolder)
}
