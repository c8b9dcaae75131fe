package atomicfile

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Kind is what a path holds.
type Kind int

// The kinds of things at a path.
const (
	Missing Kind = iota
	Regular
	Directory
	Symlink
	Other // device, pipe, socket, a reparse point that is no link
)

// Status is what was found at a path.
type Status struct {
	Kind Kind
	// Mode is the permission bits; on Windows they follow the read-only attribute.
	Mode fs.FileMode
	// Size is in bytes, of regular files.
	Size int64
	// SHA256 is in lower-case hexadecimal, of regular files.
	SHA256 string
}

// Inspect tells what path holds, and of a regular file the digest. It never follows a link as the last element, never
// opens anything but a regular file, and changes nothing. Nothing there, or a file where a folder should be, is the
// kind Missing and no error. When the content cannot be read, the Status beside the error still has the rest.
func Inspect(ctx context.Context, path string) (Status, error) {
	status, _, err := inspect(ctx, path)
	return status, err
}

func inspect(ctx context.Context, path string) (Status, fs.FileInfo, error) {
	file, info, err := openRegular(path, os.O_RDONLY)
	if isMissing(err) {
		return Status{Kind: Missing}, nil, nil
	}
	if info == nil {
		return Status{}, nil, systemError(path, "inspect", err)
	}
	status := Status{Kind: kindOf(info), Mode: info.Mode().Perm()}
	if status.Kind != Regular {
		return status, info, nil
	}
	status.Size = info.Size()
	if err != nil {
		return status, info, systemError(path, "open", err)
	}
	defer file.Close()
	pipe := newPipeline(sha256.New())
	defer pipe.end()
	if err := digestOpen(ctx, path, file, pipe); err != nil {
		return status, info, err
	}
	status.SHA256, status.Size = pipe.hex(), pipe.size
	return status, info, nil
}

// openRegular opens the regular file at path. Of anything else it returns only the info, without an error and without
// having opened it; of a regular file that cannot be opened it returns info and error.
func openRegular(path string, access int) (*os.File, fs.FileInfo, error) {
	path = trimSeparators(path) // "link/" is the folder behind the link
	for range attempts {
		before, err := os.Lstat(path)
		if err != nil {
			return nil, nil, err
		}
		if !before.Mode().IsRegular() {
			return nil, before, nil
		}
		file, err := openNoFollow(path, access)
		if isMissing(err) || isReplaced(err) {
			continue
		}
		if err != nil {
			return nil, before, err
		}
		info, err := file.Stat()
		if err == nil && os.SameFile(before, info) {
			return file, info, nil
		}
		file.Close()
		if err != nil {
			return nil, before, err
		}
	}
	return nil, nil, &TargetError{Path: path, Problem: TargetBusy}
}

func kindOf(info fs.FileInfo) Kind {
	switch info.Mode().Type() {
	case 0:
		return Regular
	case fs.ModeDir:
		return Directory
	case fs.ModeSymlink:
		return Symlink
	}
	return Other
}

// targetProblem is why something of this kind is no file to work on.
func targetProblem(kind Kind) TargetProblem {
	switch kind {
	case Missing:
		return TargetMissing
	case Symlink:
		return TargetSymlink
	case Directory:
		return TargetDirectory
	}
	return TargetSpecial
}

// isMissing also holds for a file where a folder should be.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
