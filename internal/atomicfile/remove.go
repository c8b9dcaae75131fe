package atomicfile

import (
	"context"
	"os"
	"strings"
)

// RemoveOutcome is what became of a file that was to be removed.
type RemoveOutcome int

// The outcomes of [RemoveIfUnchanged] without an error.
const (
	// Removed: the file held the content and is gone.
	Removed RemoveOutcome = iota + 1
	// AlreadyGone: there was nothing to remove.
	AlreadyGone
	// Changed: the path holds another content, a link, a folder or something else; it stays.
	Changed
)

// RemoveIfUnchanged removes the regular file at path if its SHA-256 is sha256Hex (either case). The content is hashed
// without the folder's lock and compared by inode, size and time of change under it, so that no writer waits for a hash
// and no replacement of the file is removed. On an error the outcome is 0 and the path is as it was.
func RemoveIfUnchanged(ctx context.Context, path, sha256Hex string) (RemoveOutcome, error) {
	for range attempts {
		status, info, err := inspect(ctx, path)
		switch {
		case err != nil:
			return 0, err
		case status.Kind == Missing:
			return AlreadyGone, nil
		case status.Kind != Regular || !strings.EqualFold(status.SHA256, sha256Hex):
			return Changed, nil
		}
		removed, err := removeSame(ctx, path, info)
		if err != nil {
			return 0, err
		}
		if removed {
			return Removed, nil
		}
	}
	return 0, &TargetError{Path: path, Problem: TargetBusy}
}

// removeSame removes path if it still is the file of info; if not, it reports false.
func removeSame(ctx context.Context, path string, info os.FileInfo) (bool, error) {
	dir := Folder(path)
	unlock, err := folderAt(dir).lock(ctx, dir)
	if err != nil {
		return false, &TargetError{Path: path, Problem: TargetBusy, Err: err}
	}
	defer unlock()
	now, err := os.Lstat(path)
	if isMissing(err) {
		return false, nil
	}
	if err != nil {
		return false, systemError(path, "remove", err)
	}
	if !os.SameFile(info, now) || info.Size() != now.Size() || !info.ModTime().Equal(now.ModTime()) {
		return false, nil
	}
	if err := os.Remove(path); err != nil && !isMissing(err) {
		return false, systemError(path, "remove", err)
	}
	_ = syncFolder(dir) // if the removal does not last, the next run finds the file unchanged and removes it again
	return true, nil
}
