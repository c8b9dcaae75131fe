package archive

import "fmt"

// Problem is the reason why the manifests of a folder can't be used.
type Problem int

// The problems of a chain.
const (
	Foreign      Problem = iota + 1 // the manifests are those of another report
	LinkModified                    // a manifest file differs from its digest in the chain
	LinkMissing                     // a manifest file of the chain is missing in the folder
	Broken                          // a manifest does not follow the previous one
	Taken                           // a fork: the next number of the chain exists with other content
	Unreadable                      // a file with a manifest's name is not a manifest
	Interrupted                     // a manifest comes from an apply that ended before its state was saved
	Absent                          // the folder contains no manifest
	Unverified                      // a manifest of an interrupted apply has no MAC under this apply's key
)

// ChainError names the file that breaks a chain of manifests.
type ChainError struct {
	Problem Problem
	Name    string // relative to the folder
	Detail  string // a sentence without a full stop at the end
}

func (e *ChainError) Error() string { return fmt.Sprintf("%s: %s", e.Name, e.Detail) }

func chainError(problem Problem, name, format string, args ...any) *ChainError {
	return &ChainError{Problem: problem, Name: name, Detail: fmt.Sprintf(format, args...)}
}
