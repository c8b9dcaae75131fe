package atomicfile

import (
	"context"
	"strings"
)

// RemoveOutcome is the result of [Registry.Remove] without an error.
type RemoveOutcome int

// The outcomes of a removal.
const (
	Removed RemoveOutcome = iota + 1
	AlreadyGone
	Changed   // kept, because it is not a regular file with the expected content
	TakenOver // kept, because another owner wrote or adopted it in this run
	Shared    // kept, because another owner wrote or adopted it together with or after the removing one
)

// Remove removes the regular file at path if its SHA-256 is sha256Hex (either case) and no other owner took it. It
// hashes without the folder's lock, and compares identity, size and times under the lock, so that it never removes a
// replacement. On an error the outcome is 0 and path is unchanged.
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

// removeSame removes path if info still describes its file, else the outcome is 0.
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
	switch r.otherOwner(ctx, d, path, name, owner) {
	case otherInRun:
		r.left(ctx, d.id, name, owner)
		return TakenOver, nil
	case otherBefore:
		r.left(ctx, d.id, name, owner)
		return Shared, nil
	case noOther:
	}
	if err := d.remove(name); err != nil && !isMissing(err) {
		return 0, d.removeError(path, "remove", err)
	}
	r.left(ctx, d.id, name, owner)
	_ = d.sync() // if the removal is lost in a crash, the next apply removes the file again
	return Removed, nil
}

// RemoveIfUnchanged is [Registry.Remove] for files without other owners.
func RemoveIfUnchanged(ctx context.Context, path, sha256Hex string) (RemoveOutcome, error) {
	return (*Registry)(nil).Remove(ctx, path, sha256Hex, "")
}
