package archive

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"sync"
)

// Condition is the difference between a file and its record.
type Condition string

// The conditions of a file.
const (
	Unchanged Condition = ""
	Missing   Condition = "missing"
	Modified  Condition = "modified"
	WrongMode Condition = "mode" // the recorded content, but not the watched mode
)

// Finding is a file that differs from its record.
type Finding struct {
	Key       Key       `json:"key,omitempty"` // empty for files of a manifest
	Name      string    `json:"name"`
	Condition Condition `json:"condition"`       // Missing, Modified or WrongMode
	Found     string    `json:"found,omitempty"` // the digest, mode or kind on disk; empty for a missing file
}

// Inspection is the difference between a folder and the record of its archive.
type Inspection struct {
	Files  []Finding `json:"files,omitempty"`  // the archived files that differ, ordered by key
	Newest []Finding `json:"newest,omitempty"` // the files of the newest manifest that differ
	// Earlier are the files of earlier manifests that differ from the chain's digests.
	Earlier []Finding `json:"earlier,omitempty"`
	// Pending means that the newest manifest still has the marker of an interrupted apply.
	Pending bool `json:"pending,omitempty"`
	// Ahead is set if the folder contains a manifest that is not in the record. It is not Interrupted.
	Ahead *ChainError `json:"ahead,omitempty"`
}

// Watch contains the required mode of archived files; zero means any.
type Watch struct {
	Mode fs.FileMode
}

// Inspect compares the folder with the record, and changes neither. The error is a system error.
func Inspect(ctx context.Context, directory string, record Record, watch Watch) (Inspection, error) {
	f := folder(directory)
	result := Inspection{Pending: record.Sequence > 0 && f.interrupted(record.Sequence)}
	var err error
	if result.Files, err = f.inspectFiles(ctx, record.Files, watch); err != nil {
		return Inspection{}, err
	}
	for _, file := range record.Newest.files(record.Sequence) {
		finding, err := f.inspect(ctx, file.name, digestOf(file.content), Watch{})
		if err != nil {
			return Inspection{}, err
		}
		if finding.Condition != Unchanged {
			result.Newest = append(result.Newest, finding)
		}
	}
	if result.Earlier, err = f.inspectEarlier(ctx, record); err != nil {
		return Inspection{}, err
	}
	result.Ahead, err = f.ahead(record)
	return result, err
}

// inspectFiles hashes the archived files in parallel, one per processor.
func (f folder) inspectFiles(ctx context.Context, files Files, watch Watch) ([]Finding, error) {
	keys := files.Keys()
	findings := make([]Finding, len(keys))
	err := inParallel(ctx, runtime.GOMAXPROCS(0), len(keys), func(ctx context.Context, i int) error {
		finding, err := f.inspect(ctx, files[keys[i]].Name, files[keys[i]].SHA256, watch)
		finding.Key = keys[i]
		findings[i] = finding
		return err
	})
	if err != nil {
		return nil, err
	}
	var differing []Finding
	for _, finding := range findings {
		if finding.Condition != Unchanged {
			differing = append(differing, finding)
		}
	}
	return differing, nil
}

// inParallel calls do for 0 to n-1, at most limit at a time, until a call returns an error. It returns that error.
func inParallel(ctx context.Context, limit, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	next := make(chan int)
	for range min(limit, n) {
		group.Go(func() {
			for i := range next {
				if ctx.Err() != nil {
					continue
				}
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// inspectEarlier follows the chain back from the newest list, which is recorded. If a list is missing or differs, its
// manifest provides the digests of the previous files.
func (f folder) inspectEarlier(ctx context.Context, record Record) ([]Finding, error) {
	if record.Sequence < 2 {
		return nil, nil
	}
	statement, err := ParseStatement(record.Newest.Manifest)
	if err != nil {
		return nil, err
	}
	pins := statement.Predicate.Previous
	var findings []Finding
	for number := record.Sequence - 1; number > 0; number-- {
		for _, pin := range pins {
			finding, err := f.inspect(ctx, pin.Name, pin.Digest.SHA256, Watch{})
			if err != nil {
				return nil, err
			}
			if finding.Condition != Unchanged {
				findings = append(findings, finding)
			}
		}
		text, err := f.read(ManifestName(number))
		if err != nil {
			if len(pins) == 0 {
				findings = append(findings, Finding{Name: ManifestName(number), Condition: Missing})
			}
			pins = nil
			continue
		}
		earlier, err := ParseStatement(text)
		if err != nil {
			pins = nil // reported as modified, or without a digest
			continue
		}
		pins = earlier.Predicate.Previous
	}
	return findings, nil
}

// ahead reports a manifest in the folder that is not in the record, because it belongs to another archive or is newer.
func (f folder) ahead(record Record) (*ChainError, error) {
	if owner, err := f.owner(); err == nil && owner != "" && !strings.EqualFold(owner, record.ReportIdentifier) {
		return chainError(Foreign, ManifestName(1), "it belongs to the archive of report %s", owner), nil
	}
	newest, err := f.newest()
	if err != nil || newest <= record.Sequence {
		return nil, err
	}
	next := record.Sequence + 1
	name := ManifestName(next)
	text, err := f.read(name)
	var unreadable *ChainError
	switch {
	case errors.As(err, &unreadable):
		return unreadable, nil
	case errors.Is(err, fs.ErrNotExist):
		return chainError(Taken, name, "the recorded archive ends with manifest %d, but the folder has files of manifest %d",
			record.Sequence, newest), nil
	case err != nil:
		return nil, err
	}
	statement, err := ParseStatement(text)
	switch {
	case err != nil:
		return chainError(Unreadable, name, "%s", err), nil
	case !strings.EqualFold(statement.Predicate.ReportIdentifier, record.ReportIdentifier):
		return chainError(Foreign, name, "it belongs to the archive of report %s", statement.Predicate.ReportIdentifier), nil
	}
	return chainError(Taken, name, "the recorded archive ends with manifest %d, but the folder has manifests up to %d, "+
		"created at %s", record.Sequence, newest, statement.Predicate.CreatedAt), nil
}
