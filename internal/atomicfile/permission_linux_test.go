package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// unprivileged runs f without root's right to ignore permissions. The file system user is a thread's; the thread ends
// with the goroutine that stays locked to it.
func unprivileged(t *testing.T, dir string, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	const unprivilegedUser = 65534
	for at := dir; at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(at, info.Mode().Perm()|0o011); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if err := unix.Setfsuid(unprivilegedUser); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

func TestFolderWithoutPermission(t *testing.T) {
	dir := t.TempDir()
	path := writeFile(t, filepath.Join(dir, "file"), "old")
	p := pendingWith(t, dir, "new")
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	unprivileged(t, dir, func() {
		_, err := NewPending(dir, PendingOptions{})
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != dir || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("NewPending: %v", err)
		}
		below := filepath.Join(dir, "new", "folder")
		_, err = NewPending(below, PendingOptions{})
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != below || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("NewPending below: %v", err)
		}
		_, err = RemoveIfUnchanged(t.Context(), path, digestsOf([]byte("old")).SHA256Hex())
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != path || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("RemoveIfUnchanged: %v", err)
		}
		_, err = p.Commit(t.Context(), path, CommitOptions{Replace: true})
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != path || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("Commit: %v", err)
		}
	})
	wantContent(t, path, []byte("old"))
}

func TestFileWithoutPermission(t *testing.T) {
	dir := t.TempDir()
	path := writeFile(t, filepath.Join(dir, "file"), "x")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	unprivileged(t, dir, func() {
		status, err := Inspect(t.Context(), path)
		target, ok := errors.AsType[*TargetError](err)
		if !ok || target.Path != path || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("Inspect: %v", err)
		}
		status.info = fileInfo{}
		if want := (Status{Kind: Regular, Size: 1}); status != want {
			t.Errorf("Inspect: %+v, want %+v", status, want)
		}
	})
	if os.Geteuid() != 0 {
		return // the rest is about a file of another user
	}
	if err := os.Chown(path, 1, 1); err != nil {
		t.Fatal(err)
	}
	unprivileged(t, dir, func() {
		if ignored, err := SetMode(path, 0o600); ignored || err == nil {
			t.Errorf("SetMode of another user's file: %t, %v", ignored, err)
		}
	})
}

// A folder that may be written but not read takes files; only its lock and its flush have to do without.
func TestFolderThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o333); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	t.Setenv("TMPDIR", t.TempDir())
	unprivileged(t, dir, func() {
		if err := save(filepath.Join(dir, "file"), []byte("new"), CommitOptions{}); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, "file")
}

// A left-over may already have the mode of its file.
func TestSweepOfAReadOnlyLeftOver(t *testing.T) {
	dir := t.TempDir()
	left := writeFile(t, filepath.Join(dir, newTempName()), "x")
	if err := os.Chmod(left, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	unprivileged(t, dir, func() { sweep(opened(t, dir)) })
	wantFiles(t, dir)
}

func TestRenameNoReplaceIsNotALink(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "temp"), "x")
	path := filepath.Join(dir, "file")
	if err := opened(t, dir).renameNoReplace("temp", "file"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if links := info.Sys().(*syscall.Stat_t).Nlink; links != 1 {
		t.Errorf("%d links", links)
	}
}
