package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// TargetProblem says why a path cannot be used as it was asked for. It is an error itself, so that
// errors.Is(err, TargetOccupied) works on a [*TargetError].
type TargetProblem int

// The problems of a path.
const (
	// TargetRefused is a refusal of the system: Err says which (permission, I/O error, a folder that is gone).
	TargetRefused TargetProblem = iota + 1
	// TargetOccupied is a file at a path where nothing may be replaced. It is also fs.ErrExist.
	TargetOccupied
	// TargetSymlink is a symbolic link at the path. It is neither followed nor replaced.
	TargetSymlink
	// TargetDirectory is a folder at the path.
	TargetDirectory
	// TargetSpecial is a device, pipe, socket or the like at the path.
	TargetSpecial
	// TargetMissing is nothing at a path where a file is needed. It is also fs.ErrNotExist.
	TargetMissing
	// TargetTaken is a path that another owner in the same registry has reserved or written.
	TargetTaken
	// TargetElsewhere is a path outside of the folder that its pending file is in.
	TargetElsewhere
	// TargetReserved is a path whose name is that of a temporary file of this package: it would be swept.
	TargetReserved
	// TargetBusy is a folder whose lock, or a path whose content, was not to be had in time.
	TargetBusy
	// TargetLocked is a folder whose lock another process held until the deadline.
	TargetLocked
	// TargetAppendOnly is a folder that lets files be added, but not renamed or removed.
	TargetAppendOnly
	// TargetUnsynced is a file that is in place and complete, but whose folder could not be flushed to disk.
	TargetUnsynced
)

var targetProblems = map[TargetProblem]string{
	TargetRefused:    "the system refused",
	TargetOccupied:   "there is already a file with this name",
	TargetSymlink:    "there is a symbolic link with this name, and links are not followed",
	TargetDirectory:  "there is a directory with this name",
	TargetSpecial:    "there is something with this name that is no regular file",
	TargetMissing:    "there is no file with this name",
	TargetTaken:      "another resource writes this path too",
	TargetElsewhere:  "this path is not in the folder that was prepared for it",
	TargetReserved:   "this name has the form of a temporary file, which would be removed",
	TargetBusy:       "another process keeps this path or its folder busy",
	TargetLocked:     "another process kept the folder locked until the time was up",
	TargetAppendOnly: "the folder is append-only, so nothing in it can be renamed or removed",
	TargetUnsynced:   "the file is in place, but its folder could not be flushed to disk",
}

// Error implements error.
func (p TargetProblem) Error() string { return targetProblems[p] }

// TargetError is a path that cannot be used as it was asked for.
type TargetError struct {
	// Path is the file or folder to blame, as the caller wrote it.
	Path    string
	Problem TargetProblem
	// Err is the cause as the system or the context gave it; nil if the problem says it all.
	Err error
}

// Error implements error.
func (e *TargetError) Error() string {
	switch {
	case e.Err == nil:
		return fmt.Sprintf("%s: %v", e.Path, e.Problem)
	case e.Problem == TargetRefused:
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: %v: %v", e.Path, e.Problem, e.Err)
}

// Unwrap gives errors.Is and errors.As the problem and the cause.
func (e *TargetError) Unwrap() []error {
	errs := []error{e.Problem}
	switch e.Problem {
	case TargetOccupied:
		errs = append(errs, fs.ErrExist)
	case TargetMissing:
		errs = append(errs, fs.ErrNotExist)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}

// SpaceError is a file system, or a quota, without room for a content.
type SpaceError struct {
	// Path is the file or folder that was being written.
	Path string
	// Need and Free are in bytes; both are 0 when the system did not say.
	Need, Free int64
	// Err is the system's error; nil when the lack was seen before writing.
	Err error
}

// Error implements error.
func (e *SpaceError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: %d bytes are needed, the file system has %d free", e.Path, e.Need, e.Free)
}

// Unwrap returns the system's error, if there is one.
func (e *SpaceError) Unwrap() error { return e.Err }

// systemError makes an error of the system one that names path in place of a temporary file nobody has heard of.
func systemError(path, op string, err error) error {
	if target, ok := errors.AsType[*TargetError](err); ok {
		return target
	}
	if problem, ok := err.(TargetProblem); ok { //nolint:errorlint // only the bare problem has no path
		return &TargetError{Path: path, Problem: problem}
	}
	cause := fmt.Errorf("%s: %w", op, bareCause(err))
	if isNoSpace(err) {
		return &SpaceError{Path: path, Err: cause}
	}
	return &TargetError{Path: path, Problem: TargetRefused, Err: cause}
}

// pathProblem is systemError for an operation on an existing file, which is TargetMissing where there is none.
func pathProblem(path, op string, err error) error {
	if isMissing(err) {
		return &TargetError{Path: path, Problem: TargetMissing, Err: bareCause(err)}
	}
	return systemError(path, op, err)
}

// bareCause takes the paths off an error of package os.
func bareCause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
