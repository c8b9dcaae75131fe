package archive

import "fmt"

// Problem says why the manifests of a folder cannot be used.
type Problem int

// The problems of a chain.
const (
	// Foreign is a folder whose manifests are of another report.
	Foreign Problem = iota + 1
	// Edited is a manifest file whose content differs from what pins it.
	Edited
	// Gone is a manifest file that the chain names and the folder does not have.
	Gone
	// Broken is a manifest that does not follow the one before.
	Broken
	// Taken is the next number of the chain with another content: a fork.
	Taken
	// Unreadable is a file with a manifest's name that is not a manifest.
	Unreadable
	// Interrupted is a manifest of an apply that ended before its state was saved.
	Interrupted
	// Absent is a folder without a manifest.
	Absent
)

// ChainError says which file breaks a chain of manifests.
type ChainError struct {
	Problem Problem
	// Name is the file to look at, relative to the folder.
	Name string
	// Detail is a sentence without a final full stop.
	Detail string
}

// Error implements error.
func (e *ChainError) Error() string { return fmt.Sprintf("%s: %s", e.Name, e.Detail) }

func chainError(problem Problem, name, format string, args ...any) *ChainError {
	return &ChainError{Problem: problem, Name: name, Detail: fmt.Sprintf(format, args...)}
}
