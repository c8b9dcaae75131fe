//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// oddThings fills a folder with entries that are not regular files. The link leads to a file that must not change.
func oddThings(t *testing.T) (dir string, odd map[string]Kind) {
	t.Helper()
	dir = t.TempDir()
	target := writeFile(t, filepath.Join(dir, "target"), "behind the link")
	if err := os.Chmod(target, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"link": "target", "dangling": "nowhere", "loop": "loop", "dirlink": "."} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir, map[string]Kind{
		"link": Symlink, "dangling": Symlink, "loop": Symlink, "dirlink": Symlink, "dirlink/": Symlink, "fifo": Other,
		"folder": Directory,
	}
}

func TestOddThingsAreNeitherFollowedNorTouched(t *testing.T) {
	dir, odd := oddThings(t)
	before := names(t, dir)
	sum := digestsOf([]byte("behind the link")).SHA256Hex()
	for name, kind := range odd {
		path := dir + "/" + name
		status, err := Inspect(t.Context(), path)
		if err != nil || status.Kind != kind || status.SHA256 != "" {
			t.Errorf("Inspect %s: %+v, %v", name, status, err)
		}
		if got, err := RemoveIfUnchanged(t.Context(), path, sum); err != nil || got != Changed {
			t.Errorf("RemoveIfUnchanged %s: %d, %v", name, got, err)
		}
		if _, err := SetMode(path, 0o600); !errors.Is(err, kind.problem()) {
			t.Errorf("SetMode %s: %v", name, err)
		}
		if _, err := digestFile(t.Context(), path); !errors.Is(err, kind.problem()) {
			t.Errorf("DigestFile %s: %v", name, err)
		}
		if name == "dirlink/" {
			continue
		}
		for _, replace := range []bool{true, false} {
			if err := save(path, []byte("new"), CommitOptions{Replace: replace}); !errors.Is(err, kind.problem()) {
				t.Errorf("Commit to %s, replace %t: %v", name, replace, err)
			}
		}
	}
	wantContent(t, filepath.Join(dir, "target"), []byte("behind the link"))
	wantMode(t, filepath.Join(dir, "target"), 0o644)
	wantFiles(t, dir, before...)
}

func TestSweepFollowsNoLink(t *testing.T) {
	dir, _ := oddThings(t)
	link, fifo := newTempName(), newTempName()
	if err := os.Rename(filepath.Join(dir, "link"), filepath.Join(dir, link)); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "fifo"), filepath.Join(dir, fifo)); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	sweep(opened(t, dir))
	wantFiles(t, dir, before...)
}

func TestALinkWithATemporaryNameIsNotWrittenThrough(t *testing.T) {
	dir, _ := oddThings(t)
	d := opened(t, dir)
	for _, name := range []string{"link", "dangling"} {
		if _, err := d.create(name); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
		if file, _, err := d.open(name, os.O_RDWR); err == nil {
			file.Close()
			t.Errorf("%s was followed", name)
		}
		if lock, err := d.tryLock(name); err == nil {
			lock.release()
			t.Errorf("%s was followed for the lock", name)
		}
		if file, err := d.openShared(name); err == nil {
			file.Close()
			t.Errorf("%s was followed for the journal", name)
		}
	}
	wantContent(t, filepath.Join(dir, "target"), []byte("behind the link"))
}

func TestIgnoreUnsupported(t *testing.T) {
	for _, errno := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.ENOSYS} {
		if err := ignoreUnsupported(&fs.PathError{Op: "sync", Path: "x", Err: errno}); err != nil {
			t.Errorf("%v: %v", errno, err)
		}
	}
	if err := ignoreUnsupported(syscall.EIO); !errors.Is(err, syscall.EIO) {
		t.Errorf("EIO: %v", err)
	}
}

func TestUnsupported(t *testing.T) {
	tests := []struct {
		err  error
		want bool
	}{
		{syscall.EINVAL, true}, {syscall.ENOSYS, true}, {syscall.EPERM, true},
		{syscall.EEXIST, false}, {syscall.ENOSPC, false}, {syscall.EACCES, false},
	}
	for _, tt := range tests {
		if got := errors.Is(unsupported(tt.err, syscall.EPERM), errors.ErrUnsupported); got != tt.want {
			t.Errorf("%v: %t", tt.err, got)
		}
	}
}

// An editor may keep size and time of a file, but no program sets the time of its change.
func TestRemoveSameLeavesAnEditWithTheOldTime(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "abc")
	found, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, "abd")
	modified := time.Unix(0, found.info.modified)
	for i := 0; ; i++ { // until the clock of the file system has ticked
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
		info, err := statPath(path)
		if err != nil || i == 1_000_000 {
			t.Fatal(err, i)
		}
		if info.changed != found.info.changed {
			break
		}
	}
	if outcome, err := none.removeSame(t.Context(), path, found.info, ""); outcome != 0 || err != nil {
		t.Errorf("an edited file was removed: %d, %v", outcome, err)
	}
	wantContent(t, path, []byte("abd"))
}

func TestOpenTakesRegularFilesOnly(t *testing.T) {
	dir, odd := oddThings(t)
	for name, kind := range odd {
		file, err := Open(dir + "/" + name)
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Problem != kind.problem() {
			t.Errorf("%s: got %v, want %v", name, err, kind.problem())
		}
		if err == nil {
			file.Close()
		}
	}
	d := opened(t, dir)
	if file, info, err := d.open("fifo", os.O_RDONLY); file != nil || info.kind != Other || err != nil {
		t.Errorf("a pipe that comes at the last moment: %v, %v, %v", file, info.kind, err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, lockName), 0o600); err != nil {
		t.Fatal(err)
	}
	if lock, err := d.tryLock(lockName); err == nil {
		lock.release()
		t.Error("a pipe was locked")
	}
}
