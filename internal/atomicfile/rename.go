package atomicfile

import "context"

// Rename gives the regular file at from the name of the path to, which must be in the same folder and where nothing may
// be. Errors are [*TargetError]; both paths are as they were then.
func Rename(ctx context.Context, from, to string) error {
	dir := Folder(from)
	unlock, err := folderAt(dir).lock(ctx, dir)
	if err != nil {
		return &TargetError{Path: from, Problem: TargetBusy, Err: err}
	}
	defer unlock()
	if err := checkTarget(from, true); err != nil {
		return err
	}
	if err := checkTarget(to, false); err != nil {
		return err
	}
	if err := placeFile(from, to, false); err != nil {
		return systemError(from, "rename", err)
	}
	_ = syncFolder(dir) // a rename that does not last leaves the file under its old name
	return nil
}
