package atomicfile

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
)

// CommitOptions are the options of [Pending.Commit].
type CommitOptions struct {
	// Mode is the exact mode of the file, independent of the umask; 0 means 0600. Windows ignores it.
	Mode    fs.FileMode
	Replace bool // allows the file to replace a regular file, and no other kind
	// Reservation, if not nil, reserves path, and records that its owner has written the file.
	Reservation *Reservation
}

// CommitResult reports facts that are not errors.
type CommitResult struct {
	ModeIgnored bool // reports that the file system did not keep the mode
	// TempLeft is the temporary path if it could not be removed, and so remains a second name of the file.
	TempLeft string
}

// Commit flushes the file to disk, sets its mode, and moves it to path, which must be in the folder of NewPending. It
// holds an exclusive lock of the folder among processes for the move; ctx limits the wait for the lock.
//
// The error is the cause of a cancelled ctx, or a [*TargetError] or [*SpaceError] that names path. Path is then
// unchanged, and Commit can be retried if the file at path was the reason. The exception is TargetUnsynced: the file is
// in place, but may not survive a crash.
func (p *Pending) Commit(ctx context.Context, path string, opts CommitOptions) (CommitResult, error) {
	var result CommitResult
	if err := p.usable(); err != nil {
		return result, &TargetError{Path: path, Problem: TargetRefused, Err: err}
	}
	name, err := p.checkPath(path)
	if err != nil {
		return result, err
	}
	if ctx.Err() != nil {
		return result, context.Cause(ctx)
	}
	mode := opts.Mode.Perm()
	if mode == 0 {
		mode = tempMode
	}
	result.ModeIgnored, err = setOpenMode(p.file, mode)
	if err != nil {
		return result, systemError(path, "change the mode", err)
	}
	if err := p.file.Sync(); err != nil {
		// A second flush would report success for pages that the first one lost.
		p.broken = systemError(path, "flush to disk", err)
		return result, p.broken
	}
	if err := p.moveLocked(ctx, path, name, opts); err != nil {
		return result, err
	}
	if _, err := p.dir.lstat(p.temp); err == nil {
		result.TempLeft = inFolder(p.path, p.temp)
	}
	p.closed = true
	p.digester.Close()
	p.file.Close() // flushed before; the lock must outlive the temporary name
	err = p.sync(p.dir)
	p.dir.close()
	closeFolders(p.made)
	if err != nil {
		return result, &TargetError{Path: path, Problem: TargetUnsynced, Err: bareCause(err)}
	}
	return result, nil
}

func (p *Pending) checkPath(path string) (name string, err error) {
	name = filepath.Base(path)
	if isTempName(name) {
		return "", &TargetError{Path: path, Problem: TargetReserved}
	}
	if path == "" || os.IsPathSeparator(path[len(path)-1]) || name == "." || name == ".." {
		return "", &TargetError{Path: path, Problem: TargetDirectory}
	}
	info, err := statPath(Folder(path))
	if err != nil {
		return "", systemError(path, "find the folder", err)
	}
	if info.id != p.dir.id {
		return "", &TargetError{Path: path, Problem: TargetElsewhere}
	}
	return name, nil
}

func (p *Pending) moveLocked(ctx context.Context, path, name string, opts CommitOptions) error {
	unlock, err := p.dir.lock(ctx)
	if err != nil {
		return lockErrorAt(path, err)
	}
	defer unlock()
	if err := p.dir.checkTarget(path, name, opts.Replace); err != nil {
		return err
	}
	if err := p.move(p.dir, p.temp, name, opts.Replace); err != nil {
		// Report a file that appeared between check and move by its kind.
		if target := p.dir.checkTarget(path, name, opts.Replace); target != nil {
			return target
		}
		return p.dir.removeError(path, "move into place", err)
	}
	opts.Reservation.keep(ctx, p.dir.id, name)
	return nil
}

// checkTarget returns an error, which names path, unless a file may be moved to name.
func (d *dir) checkTarget(path, name string, replace bool) error {
	info, err := d.lstat(name)
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return systemError(path, "inspect", err)
	}
	switch {
	case info.kind != Regular:
		return &TargetError{Path: path, Problem: info.kind.problem()}
	case !replace:
		return &TargetError{Path: path, Problem: TargetOccupied}
	}
	return nil
}
