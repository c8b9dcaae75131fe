package atomicfile

import (
	"context"
	"path/filepath"
)

// Rename gives the regular file at from the name of to, which must be free and in the same folder. After an error,
// which is the cause of a cancelled ctx or a [*TargetError], both paths are as they were.
func Rename(ctx context.Context, from, to string) error {
	d, name, err := openParent(from)
	if err != nil {
		return pathProblem(from, "rename", err)
	}
	defer d.close()
	if info, err := statPath(Folder(to)); err != nil || info.id != d.id {
		return &TargetError{Path: to, Problem: TargetElsewhere}
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return lockErrorAt(from, err)
	}
	defer unlock()
	if err := d.checkTarget(from, name, true); err != nil {
		return err
	}
	if d.appendOnly() {
		return &TargetError{Path: from, Problem: TargetAppendOnly} // a link would leave two names
	}
	newName := filepath.Base(to)
	if err := d.checkTarget(to, newName, false); err != nil {
		return err
	}
	if err := moveInto(d, name, newName, false); err != nil {
		return pathProblem(from, "rename", err)
	}
	_ = d.sync() // a rename that does not last leaves the file under its old name
	return nil
}
