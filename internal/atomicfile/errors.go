package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// TargetProblem is the reason why a path can't be used. It is an error, so that errors.Is(err, TargetOccupied) works on
// a [*TargetError].
type TargetProblem int

// The problems of a path, explained by their texts. TargetOccupied is also fs.ErrExist, TargetMissing fs.ErrNotExist.
// Only after TargetUnsynced is the file in place.
const (
	TargetRefused TargetProblem = iota + 1
	TargetOccupied
	TargetSymlink
	TargetDirectory
	TargetSpecial
	TargetMissing
	TargetTaken
	TargetElsewhere
	TargetReserved
	TargetBusy
	TargetLocked
	TargetAppendOnly
	TargetUnsynced
)

var targetProblems = map[TargetProblem]string{
	TargetRefused:    "the system refused",
	TargetOccupied:   "a file with this name exists",
	TargetSymlink:    "the name is a symbolic link, which is neither followed nor replaced",
	TargetDirectory:  "the name is a folder",
	TargetSpecial:    "the name is a device, pipe or socket, not a regular file",
	TargetMissing:    "no file has this name",
	TargetTaken:      "another resource writes this path too",
	TargetElsewhere:  "the folder of this path was replaced since the temporary file was created, or is another one",
	TargetReserved:   "the name has the form of a temporary file, which would be removed",
	TargetBusy:       "another process kept changing the file or its folder",
	TargetLocked:     "another process kept the folder locked until the deadline",
	TargetAppendOnly: "the folder is append-only, so nothing in it can be renamed or removed",
	TargetUnsynced:   "the file is in place, but its folder could not be flushed to disk",
}

func (p TargetProblem) Error() string { return targetProblems[p] }

// TargetError reports a path that can't be used as requested.
type TargetError struct {
	Path    string // the file or folder, as the caller wrote it
	Problem TargetProblem
	Other   string // for TargetTaken, the label of the other owner
	Err     error  // the error of the system or the context, or nil
}

func (e *TargetError) Error() string {
	switch {
	case e.Err == nil:
		return fmt.Sprintf("%s: %v", e.Path, e.Problem)
	case e.Problem == TargetRefused:
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: %v: %v", e.Path, e.Problem, e.Err)
}

func (e *TargetError) Unwrap() []error {
	errs := []error{e.Problem}
	switch e.Problem {
	case TargetOccupied:
		errs = append(errs, fs.ErrExist)
	case TargetMissing:
		errs = append(errs, fs.ErrNotExist)
	default:
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}

// SpaceError reports a lack of space in a file system or quota.
type SpaceError struct {
	Path string // the file or folder being written
	// Need and Free are in bytes; both are 0 if a write failed.
	Need, Free int64
	Err        error // the system's error, or nil if the space was checked before a write
}

func (e *SpaceError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: %d bytes are needed, the file system has %d free", e.Path, e.Need, e.Free)
}

func (e *SpaceError) Unwrap() error { return e.Err }

// systemError wraps an error of the system so that it names path, not the temporary file.
func systemError(path, op string, err error) error {
	if target, ok := errors.AsType[*TargetError](err); ok {
		return target
	}
	if problem, ok := errors.AsType[TargetProblem](err); ok {
		return &TargetError{Path: path, Problem: problem}
	}
	cause := fmt.Errorf("%s: %w", op, bareCause(err))
	if isNoSpace(err) {
		return &SpaceError{Path: path, Err: cause}
	}
	return &TargetError{Path: path, Problem: TargetRefused, Err: cause}
}

// pathProblem is systemError for an existing file. It returns TargetMissing if the file is missing.
func pathProblem(path, op string, err error) error {
	if isMissing(err) {
		return &TargetError{Path: path, Problem: TargetMissing, Err: bareCause(err)}
	}
	return systemError(path, op, err)
}

// removeError is systemError for a rename or removal in d, which an append-only folder rejects.
func (d *dir) removeError(path, op string, err error) error {
	if d.appendOnly() {
		return &TargetError{Path: path, Problem: TargetAppendOnly, Err: bareCause(err)}
	}
	return systemError(path, op, err)
}

// bareCause removes the paths from an error of package os.
func bareCause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
