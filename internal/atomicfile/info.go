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

// fileID identifies a file or folder by device and inode, or by volume and file index. Bind mounts, links and other
// spellings of one folder share it.
type fileID struct{ device, file uint64 }

type fileInfo struct {
	id   fileID
	kind Kind
	mode fs.FileMode // permission bits
	size int64       // bytes
	// modified and changed are nanoseconds on the clock of the file system. No program can set changed.
	modified, changed int64
	links             uint64
	owner             uint32
}

// unchanged reports whether i and now describe one file that was not written in between.
func (i fileInfo) unchanged(now fileInfo) bool {
	return i.id == now.id && i.kind == now.kind && i.size == now.size &&
		i.modified == now.modified && i.changed == now.changed
}

// problem says why a file of this kind cannot be used as a regular file.
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

// isMissing also covers a path below a file.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFolder)
}
