package atomicfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFolder(t *testing.T) {
	for path, want := range map[string]string{
		"file": ".", "./file": ".", "a/file": "a", "a/b/file": "a/b", "/file": "/", "a//file": "a",
		"link/../file": "link/..", "../file": "..", "~/file": "~", "": ".",
	} {
		if got := Folder(filepath.FromSlash(path)); got != filepath.FromSlash(want) {
			t.Errorf("Folder(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestInFolder(t *testing.T) {
	for dir, want := range map[string]string{".": "./x", "/": "/x", "a/..": "a/../x", "a/": "a/x"} {
		if got := inFolder(filepath.FromSlash(dir), "x"); got != filepath.FromSlash(want) {
			t.Errorf("inFolder(%q) = %q, want %q", dir, got, want)
		}
	}
}

func openLock(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := openLockFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func TestLockWaits(t *testing.T) {
	path := inTemp(t, "lock")
	holder := openLock(t, path)
	if locked, err := tryLock(holder); !locked || err != nil {
		t.Fatalf("%t, %v", locked, err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if err := waitLock(ctx, openLock(t, path)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a held lock: %v", err)
		}
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("waited %v, want the whole minute", waited)
		}
		time.AfterFunc(10*time.Second, func() { holder.Close() })
		start = time.Now()
		if err := waitLock(t.Context(), openLock(t, path)); err != nil {
			t.Error(err)
		}
		if waited := time.Since(start); waited < 10*time.Second || waited > 10*time.Second+50*time.Millisecond {
			t.Errorf("waited %v, want ten seconds and a pause at most", waited)
		}
	})
}

func TestFolderLockQueuesGoroutines(t *testing.T) {
	dir := t.TempDir()
	f := folderAt(dir)
	if folderAt(filepath.Join(dir, ".")) != f {
		t.Fatal("another spelling is another folder")
	}
	unlock, err := f.lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := f.lock(ctx, dir)
		result <- err
	}()
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled wait: %v", err)
	}
	unlock()
	again, err := f.lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	again()
	wantFiles(t, dir)
}

func TestLockFirst(t *testing.T) {
	dir := t.TempDir()
	fails := func() (*os.File, error) { return nil, errors.ErrUnsupported }
	closed := func() (*os.File, error) { // stands for a file system that opens but does not lock
		file := openLock(t, filepath.Join(dir, "closed"))
		file.Close()
		return file, nil
	}
	works := func() (*os.File, error) { return openLock(t, filepath.Join(dir, "works")), nil }

	file, err := lockFirst(t.Context(), fails, closed, works)
	if err != nil || file == nil || filepath.Base(file.Name()) != "works" {
		t.Errorf("the last resort: %v, %v", file, err)
	}
	if file, err := lockFirst(t.Context(), fails, closed); file != nil || err != nil {
		t.Errorf("no lock at all: %v, %v", file, err)
	}
	gone := func() (*os.File, error) { return openFolderForLock(filepath.Join(dir, "gone")) }
	if file, err := lockFirst(t.Context(), gone); file != nil || err != nil {
		t.Errorf("a folder that is gone: %v, %v", file, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lockFirst(ctx, works, works); !errors.Is(err, context.Canceled) {
		t.Errorf("a held lock and no time: %v", err)
	}
}

func TestLockFileName(t *testing.T) {
	if lockFileName("/a") == lockFileName("/b") || lockFileName("/a") != lockFileName("/a") {
		t.Error("the name does not follow the folder")
	}
}

func TestMakeFoldersMeetsAFile(t *testing.T) {
	file := writeFile(t, inTemp(t, "file"), "x")
	if err := makeFolders(file, 0o700, new([]string)); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestDiscardTakesItsFoldersBack(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	first, err := NewPending(deep, PendingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := NewPending(deep, PendingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Discard(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Commit(t.Context(), filepath.Join(deep, "file"), CommitOptions{}); err != nil {
		t.Errorf("the folder is gone while another one writes into it: %v", err)
	}
	third, err := NewPending(filepath.Join(root, "c", "d"), PendingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := third.Discard(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 1 || entries[0].Name() != "a" {
		t.Errorf("left are %v (%v)", entries, err)
	}
}

func TestNewPendingInAFolderThatComesAndGoes(t *testing.T) {
	deep := filepath.Join(t.TempDir(), "a", "b")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				p, err := NewPending(deep, PendingOptions{})
				if err != nil {
					t.Error(err)
					return
				}
				if err := p.Discard(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}
