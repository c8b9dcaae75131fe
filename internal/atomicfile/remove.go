package atomicfile

import (
	"context"
	"strings"
)

// RemoveOutcome is the result of [Registry.Remove] without an error.
type RemoveOutcome int

// The outcomes of a removal.
const (
	// Removed: the file had the content and was removed.
	Removed RemoveOutcome = iota + 1
	// AlreadyGone: the file was missing.
	AlreadyGone
	// Changed: the path has another content, a link, a folder or another kind of file; it stays.
	Changed
	// TakenOver: another owner wrote or adopted the file in this run; it stays.
	TakenOver
	// Shared: another owner has written or adopted the file before, and not given it up since; it stays.
	Shared
)

// Remove removes the regular file at path if its SHA-256 is sha256Hex (either case) and no other owner has taken it
// over. The content is hashed without the folder's lock and compared by identity, size and times under it, so that no
// writer waits for a hash and no replacement of the file is removed. On an error the outcome is 0 and the path is as it
// was; a deadline that ends while another process holds the lock is TargetLocked.
func (r *Registry) Remove(ctx context.Context, path, sha256Hex, owner string) (RemoveOutcome, error) {
	for range attempts {
		status, err := Inspect(ctx, path)
		switch {
		case err != nil:
			return 0, err
		case status.Kind == Missing:
			return AlreadyGone, nil
		case status.Kind != Regular || !strings.EqualFold(status.SHA256, sha256Hex):
			return Changed, nil
		}
		outcome, err := r.removeSame(ctx, path, status.info, owner)
		if outcome != 0 || err != nil {
			return outcome, err
		}
	}
	return 0, &TargetError{Path: path, Problem: TargetBusy}
}

// removeSame removes path if it still is the file of info; if not, the outcome is 0.
func (r *Registry) removeSame(ctx context.Context, path string, info fileInfo, owner string) (RemoveOutcome, error) {
	d, name, err := openParent(path)
	if isMissing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, systemError(path, "remove", err)
	}
	defer d.close()
	unlock, err := d.lock(ctx)
	if err != nil {
		return 0, lockErrorAt(path, err)
	}
	defer unlock()
	now, err := d.lstat(name)
	if isMissing(err) {
		return 0, nil
	}
	if err != nil {
		return 0, systemError(path, "remove", err)
	}
	if !info.unchanged(now) {
		return 0, nil
	}
	if claim := r.otherClaim(d, path, name, owner); claim != noClaim {
		r.left(d.id, name, owner)
		if claim == inThisRun {
			return TakenOver, nil
		}
		return Shared, nil
	}
	if err := d.remove(name); err != nil && !isMissing(err) {
		if d.appendOnly() {
			return 0, &TargetError{Path: path, Problem: TargetAppendOnly, Err: bareCause(err)}
		}
		return 0, systemError(path, "remove", err)
	}
	r.left(d.id, name, owner)
	_ = d.sync() // if the removal does not last, the next run finds the file unchanged and removes it again
	return Removed, nil
}

// RemoveIfUnchanged is [Registry.Remove] for files that have no other owners.
func RemoveIfUnchanged(ctx context.Context, path, sha256Hex string) (RemoveOutcome, error) {
	return (*Registry)(nil).Remove(ctx, path, sha256Hex, "")
}
