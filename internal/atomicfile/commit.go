package atomicfile

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
)

// CommitOptions are the choices of [Pending.Commit].
type CommitOptions struct {
	// Mode is the file's mode, exact whatever the umask; 0 means 0600. Windows has none.
	Mode fs.FileMode
	// Replace allows the file to replace a regular file. Nothing else is ever replaced.
	Replace bool
	// Reservation, if not nil, records under the folder's lock that its holder wrote the path.
	Reservation *Reservation
}

// CommitResult is what a commit reports beside its error.
type CommitResult struct {
	// ModeIgnored reports that the file system did not keep the mode.
	ModeIgnored bool
	// TempLeft is the path of the temporary name, where the folder did not let it be removed; else empty. It is a second
	// name of the file.
	TempLeft string
}

// Commit flushes the file to disk, gives it its mode, and moves it to path, which must be in the folder of NewPending.
// At every moment, also after a crash, path holds what it held before or the whole new file. The last step is done
// under an exclusive lock of the folder that other processes respect; ctx limits the wait for it.
//
// An error is the cause of a cancelled ctx, or a [*TargetError] or [*SpaceError] that names path. It leaves path as it
// was and the pending file to Discard; after a refusal because of the file at path, Commit can be tried again. The one
// exception is TargetUnsynced: the file is in place, but may not survive a crash.
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
	p.file.Close() // flushed before; the lock had to outlive the temporary name
	err = p.sync(p.dir)
	p.dir.close()
	closeFolders(p.made)
	if err != nil {
		return result, &TargetError{Path: path, Problem: TargetUnsynced, Err: bareCause(err)}
	}
	return result, nil
}

// checkPath returns the name of path in the folder of p.
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
		// A file that came to path between check and move is reported as what it is.
		if target := p.dir.checkTarget(path, name, opts.Replace); target != nil {
			return target
		}
		if p.dir.appendOnly() {
			return &TargetError{Path: path, Problem: TargetAppendOnly, Err: bareCause(err)}
		}
		return systemError(path, "move into place", err)
	}
	opts.Reservation.keep(p.dir.id, name)
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
