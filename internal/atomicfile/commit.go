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
	// Replace allows to take the place of a regular file. Nothing else is ever replaced.
	Replace bool
}

// CommitResult is what a commit has to say beside its error.
type CommitResult struct {
	// ModeIgnored says that the file system did not take the mode.
	ModeIgnored bool
}

// Commit flushes the file to disk, gives it its mode, and moves it to path, which must be in the folder of NewPending.
// Whoever looks at path finds what was there before or the whole new file, also after a crash. The last step is done
// under an exclusive lock of the folder that other processes respect; ctx bounds the wait for it.
//
// An error is a [*TargetError] or [*SpaceError] that names path. It leaves path as it was and the pending file to
// Discard; after a refusal because of what is at path, Commit may be tried again. The one exception is TargetUnsynced:
// the file is in place then, but may not survive a crash.
func (p *Pending) Commit(ctx context.Context, path string, opts CommitOptions) (CommitResult, error) {
	var result CommitResult
	if err := p.usable(); err != nil {
		return result, &TargetError{Path: path, Problem: TargetRefused, Err: err}
	}
	if err := p.checkPath(path); err != nil {
		return result, err
	}
	if err := ctx.Err(); err != nil {
		return result, &TargetError{Path: path, Problem: TargetBusy, Err: err}
	}
	mode := opts.Mode.Perm()
	if mode == 0 {
		mode = tempMode
	}
	ignored, err := setOpenMode(p.file, mode)
	if err != nil {
		return result, systemError(path, "change the mode", err)
	}
	result.ModeIgnored = ignored
	if err := p.file.Sync(); err != nil {
		// A second flush would report success for pages that the first one lost.
		p.broken = systemError(path, "flush to disk", err)
		return result, p.broken
	}
	if err := p.placeLocked(ctx, path, opts.Replace); err != nil {
		return result, err
	}
	p.closed = true
	p.digester.Close()
	p.file.Close() // flushed before; the lock had to outlive the temporary name
	if err := p.sync(p.dir); err != nil {
		return result, &TargetError{Path: path, Problem: TargetUnsynced, Err: bareCause(err)}
	}
	return result, nil
}

func (p *Pending) checkPath(path string) error {
	name := filepath.Base(path)
	if isTempName(name) {
		return &TargetError{Path: path, Problem: TargetReserved}
	}
	if path == "" || os.IsPathSeparator(path[len(path)-1]) || name == "." || name == ".." {
		return &TargetError{Path: path, Problem: TargetDirectory}
	}
	dir := Folder(path)
	if dir == p.dir {
		return nil
	}
	want, err := os.Stat(p.dir)
	if err != nil {
		return systemError(path, "find the folder", err)
	}
	have, err := os.Stat(dir)
	if err != nil {
		return systemError(path, "find the folder", err)
	}
	if !os.SameFile(want, have) {
		return &TargetError{Path: path, Problem: TargetElsewhere}
	}
	return nil
}

func (p *Pending) placeLocked(ctx context.Context, path string, replace bool) error {
	unlock, err := folderAt(p.dir).lock(ctx, p.dir)
	if err != nil {
		return &TargetError{Path: path, Problem: TargetBusy, Err: err}
	}
	defer unlock()
	if err := checkTarget(path, replace); err != nil {
		return err
	}
	if err := p.place(p.temp, path, replace); err != nil {
		// What came to path between check and placement is named for what it is.
		if target := checkTarget(path, replace); target != nil {
			return target
		}
		return systemError(path, "move into place", err)
	}
	return nil
}

// checkTarget says whether what is at path allows a file to be put there.
func checkTarget(path string, replace bool) error {
	info, err := os.Lstat(path)
	if isMissing(err) {
		return nil
	}
	if err != nil {
		return systemError(path, "inspect", err)
	}
	switch kind := kindOf(info); {
	case kind != Regular:
		return &TargetError{Path: path, Problem: targetProblem(kind)}
	case !replace:
		return &TargetError{Path: path, Problem: TargetOccupied}
	}
	return nil
}
