package atomicfile

import (
	"context"
	"time"
)

// lockWaitInterval is the time between two reports of a wait for a folder.
const lockWaitInterval = 10 * time.Second

type lockWaitKey struct{}

// WithLockWait returns a context whose waits for another process that locks a folder are reported to f, in intervals of
// 10 seconds, with the folder and the time waited so far.
func WithLockWait(ctx context.Context, f func(folder string, waited time.Duration)) context.Context {
	return context.WithValue(ctx, lockWaitKey{}, f)
}

// reported returns try with its waits reported to the function of [WithLockWait].
func (d *dir) reported(ctx context.Context, try func() (*heldLock, error)) func() (*heldLock, error) {
	f, ok := ctx.Value(lockWaitKey{}).(func(folder string, waited time.Duration))
	if !ok {
		return try
	}
	started, next := time.Now(), lockWaitInterval
	return func() (*heldLock, error) {
		lock, err := try()
		if waited := time.Since(started); lock == nil && err == nil && waited >= next {
			f(d.file.Name(), waited)
			next = waited + lockWaitInterval
		}
		return lock, err
	}
}
