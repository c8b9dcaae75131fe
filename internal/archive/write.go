package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// Options are the user's options for written files.
type Options struct {
	// FileMode is the mode of files, 0 for 0600. DirMode is the mode of created folders, 0 for 0700.
	FileMode, DirMode fs.FileMode
	// MaxBytes limits a download in bytes; 0 means no limit. AllowEmpty accepts an empty report.
	MaxBytes   int64
	AllowEmpty bool
}

func writeFile(
	ctx context.Context, path string, content []byte, options atomicfile.CommitOptions, dirMode fs.FileMode,
) error {
	pending, err := atomicfile.NewPending(atomicfile.Folder(path), atomicfile.PendingOptions{DirMode: dirMode})
	if err != nil {
		return err
	}
	defer func() { _ = pending.Discard() }()
	if _, err := pending.Write(content); err != nil {
		return err
	}
	_, err = pending.Commit(ctx, path, options)
	return err
}

// writeNew writes a new file of a manifest. If the file exists, it must have the same content; otherwise the error is a
// *ChainError.
func (f folder) writeNew(ctx context.Context, file linkFile, options Options) error {
	err := writeFile(ctx, f.path(file.name), file.content, atomicfile.CommitOptions{Mode: options.FileMode},
		options.DirMode)
	if !errors.Is(err, atomicfile.TargetOccupied) {
		return err
	}
	finding, inspectErr := f.inspect(ctx, file.name, digestOf(file.content), Watch{})
	switch {
	case inspectErr != nil:
		return inspectErr
	case finding.Condition == Unchanged:
		return nil
	}
	return chainError(Taken, file.name, "it is already there with the digest %s instead of %s", finding.Found,
		digestOf(file.content))
}

// setAside renames a modified file to "<name>.modified-<UTC time>", so that its content is kept. It returns the new
// name.
func (f folder) setAside(ctx context.Context, name string, now time.Time) (string, error) {
	base := name + ".modified-" + now.UTC().Format("20060102T150405Z")
	aside := base
	for attempt := 2; ; attempt++ {
		err := atomicfile.Rename(ctx, f.path(name), f.path(aside))
		if !errors.Is(err, atomicfile.TargetOccupied) || attempt > 100 {
			return aside, err
		}
		aside = fmt.Sprintf("%s-%d", base, attempt)
	}
}

// repair writes missing and modified files of the newest manifest again. It sets modified files aside first, and
// returns their new names.
func (f folder) repair(ctx context.Context, record Record, options Options, now time.Time) ([]string, error) {
	var aside []string
	for _, file := range record.Newest.files(record.Sequence) {
		finding, err := f.inspect(ctx, file.name, digestOf(file.content), Watch{})
		if err != nil {
			return aside, err
		}
		if finding.Condition == Modified {
			name, err := f.setAside(ctx, file.name, now)
			if err != nil {
				return aside, err
			}
			aside = append(aside, name)
		}
		if finding.Condition != Unchanged {
			if err := f.writeNew(ctx, file, options); err != nil {
				return aside, err
			}
		}
	}
	return aside, nil
}
