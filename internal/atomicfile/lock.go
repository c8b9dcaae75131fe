package atomicfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// folderQueue orders the goroutines of this process that wait for a folder, so that only processes poll.
type folderQueue struct {
	slot  chan struct{}
	users int
}

var folderQueues = struct {
	sync.Mutex
	byID map[fileID]*folderQueue
}{byID: map[fileID]*folderQueue{}}

func enter(ctx context.Context, id fileID) (leave func(), err error) {
	folderQueues.Lock()
	queue := folderQueues.byID[id]
	if queue == nil {
		queue = &folderQueue{slot: make(chan struct{}, 1)}
		folderQueues.byID[id] = queue
	}
	queue.users++
	folderQueues.Unlock()
	done := func() {
		folderQueues.Lock()
		defer folderQueues.Unlock()
		if queue.users--; queue.users == 0 {
			delete(folderQueues.byID, id)
		}
	}
	if ctx.Err() == nil {
		select {
		case queue.slot <- struct{}{}:
			return func() { <-queue.slot; done() }, nil
		case <-ctx.Done():
		}
	}
	done()
	return nil, lockError(ctx, lockName)
}

// lockName is the lock file of a folder, which exists while a process holds the lock. A sweep removes a left-over
// because the name is a temporary one. The folder itself is not locked, because users run "flock FOLDER terraform
// apply".
var lockName = tempNameOf("0000000000000000")

// lock takes the exclusive lock of the folder among goroutines, processes and, if the file system shares locks, hosts.
// The error is the cause of ctx, or TargetLocked after a deadline. If locking is impossible, it returns without a lock.
func (d *dir) lock(ctx context.Context) (unlock func(), err error) {
	leave, err := enter(ctx, d.id)
	if err != nil {
		return nil, err
	}
	release, err := d.lockProcesses(ctx)
	if err != nil {
		leave()
		return nil, err
	}
	return func() {
		release()
		leave()
	}, nil
}

func (d *dir) lockProcesses(ctx context.Context) (release func(), err error) {
	candidates := []func() (*heldLock, error){
		func() (*heldLock, error) { return d.tryLock(lockName) },
		func() (*heldLock, error) { return tryTempLock(d.id) },
	}
	if d.appendOnly() {
		candidates = candidates[1:] // the folder would keep the lock file
	}
	for _, try := range candidates {
		lock, err := waitLock(ctx, d.reported(ctx, try))
		if ctx.Err() != nil && err != nil {
			return nil, lockError(ctx, lockName)
		}
		if err == nil {
			return lock.release, nil
		}
		if isMissing(err) {
			break // the folder was removed
		}
	}
	return func() {}, nil
}

type heldLock struct{ release func() }

// tryTempLock locks a file in the temporary folder for a folder that rejects lock files. It excludes only processes
// with the same temporary folder.
func tryTempLock(id fileID) (*heldLock, error) {
	d, err := openDir(os.TempDir())
	if err != nil {
		return nil, err
	}
	lock, err := d.tryLock(tempLockName(id))
	if lock == nil {
		d.close()
		return nil, err
	}
	return &heldLock{release: func() {
		lock.release() // uses d to remove the lock file
		d.close()
	}}, nil
}

func tempLockName(id fileID) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%d", id.device, id.file))
	return "digicert-" + hex.EncodeToString(sum[:8]) + ".lock"
}

func waitLock(ctx context.Context, try func() (*heldLock, error)) (*heldLock, error) {
	const longest = 50 * time.Millisecond
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		lock, err := try()
		if lock != nil || err != nil {
			return lock, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
}

// lockError returns the reason why ctx ended before the lock was taken.
func lockError(ctx context.Context, name string) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.DeadlineExceeded) {
		return &TargetError{Path: name, Problem: TargetLocked, Err: cause}
	}
	return cause
}

func lockErrorAt(path string, err error) error {
	if target, ok := errors.AsType[*TargetError](err); ok && target.Problem == TargetLocked {
		lock := inFolder(Folder(path), filepath.Base(target.Path))
		return &TargetError{Path: path, Problem: TargetLocked, Err: fmt.Errorf("lock file %s: %w", lock, target.Err)}
	}
	return err
}
