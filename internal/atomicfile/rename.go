package atomicfile

import (
	"context"
	"path/filepath"
)

// Rename renames the regular file at from to the unused name to in the same folder. The error is the cause of a
// cancelled ctx or a [*TargetError]; both paths are then unchanged.
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
		return &TargetError{Path: from, Problem: TargetAppendOnly} // a hard link would leave both names
	}
	newName := filepath.Base(to)
	if err := d.checkTarget(to, newName, false); err != nil {
		return err
	}
	if err := moveInto(d, name, newName, false); err != nil {
		return pathProblem(from, "rename", err)
	}
	_ = d.sync() // if the rename is lost in a crash, the file has its old name
	return nil
}
