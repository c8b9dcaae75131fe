package atomicfile

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLockWaits(t *testing.T) {
	d := opened(t, t.TempDir())
	try := func() (*heldLock, error) { return d.tryLock("lock") }
	holder, err := try()
	if holder == nil || err != nil {
		t.Fatalf("%v, %v", holder, err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if _, err := waitLock(ctx, try); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a held lock: %v", err)
		}
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("got a wait of %v, want the whole minute", waited)
		}
		time.AfterFunc(10*time.Second, holder.release)
		start = time.Now()
		lock, err := waitLock(t.Context(), try)
		if err != nil {
			t.Fatal(err)
		}
		lock.release()
		if waited := time.Since(start); waited < 10*time.Second || waited > 10*time.Second+50*time.Millisecond {
			t.Errorf("got a wait of %v, want ten seconds and a pause at most", waited)
		}
	})
}

// TestLockWait_isReported waits for a folder that another process, which is a handle of its own here, has locked.
func TestLockWait_isReported(t *testing.T) {
	folder := t.TempDir()
	d := opened(t, folder)
	holder, err := d.tryLock(lockName)
	if holder == nil || err != nil {
		t.Fatalf("%v, %v", holder, err)
	}
	defer holder.release()
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		ctx, cancel := context.WithTimeout(t.Context(), 35*time.Second)
		defer cancel()
		ctx = WithLockWait(ctx, func(name string, waited time.Duration) {
			if name != folder {
				t.Errorf("got a wait for %s, want %s", name, folder)
			}
			waits = append(waits, waited.Truncate(10*time.Second))
		})
		if _, err := d.lockProcesses(ctx); !errors.Is(err, TargetLocked) {
			t.Errorf("got %v, want that the folder is locked", err)
		}
		want := []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second}
		if !slices.Equal(waits, want) {
			t.Errorf("got a report after %v, want %v", waits, want)
		}
	})
}

// The lock file goes with each holder, so a process may lock one that was already removed.
func TestLockFileExcludes(t *testing.T) {
	d := opened(t, t.TempDir())
	var inside atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				lock, err := waitLock(t.Context(), func() (*heldLock, error) { return d.tryLock("lock") })
				if err != nil {
					t.Error(err)
					return
				}
				if inside.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				runtime.Gosched()
				inside.Add(-1)
				lock.release()
			}
		})
	}
	group.Wait()
}

func TestFolderLockQueuesGoroutines(t *testing.T) {
	path := t.TempDir()
	d, same := opened(t, path), opened(t, path+"/.")
	unlock, err := d.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantFiles(t, path, lockName)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := same.lock(ctx)
		result <- err
	}()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled wait: %v", err)
	}
	unlock()
	again, err := d.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again()
	wantFiles(t, path)
}

func TestTempLockName(t *testing.T) {
	a, b := fileID{1, 2}, fileID{1, 3}
	if tempLockName(a) == tempLockName(b) || tempLockName(a) != tempLockName(a) {
		t.Error("the name does not follow the folder")
	}
}

func TestTempLockLeavesNoFile(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	id := fileID{1, 2}
	lock, err := tryTempLock(id)
	if lock == nil || err != nil {
		t.Fatalf("got %v, %v", lock, err)
	}
	if second, err := tryTempLock(id); second != nil || err != nil {
		t.Errorf("a held lock: got %v, %v", second, err)
	}
	lock.release()
	wantFiles(t, temp)
}
