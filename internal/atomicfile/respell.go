package atomicfile

import (
	"context"
	"path/filepath"
)

// Respell renames from to to if the file system, because it ignores case, takes both for one name.
func Respell(ctx context.Context, from, to string) error {
	d, name, err := openParent(to)
	if err != nil {
		return pathProblem(to, "rename", err)
	}
	defer d.close()
	old := filepath.Base(trimSeparators(from))
	if name == old {
		return nil
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return lockErrorAt(to, err)
	}
	defer unlock()
	if d.lists(name) || !d.lists(old) || !SamePath(from, to) {
		return nil
	}
	if err := d.rename(old, name); err != nil {
		return systemError(to, "rename", err)
	}
	_ = d.sync()
	return nil
}
