//go:build unix

package atomicfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// withUmask makes a test depend on exact modes; such tests must not run in parallel.
func withUmask(t *testing.T, umask int) {
	old := syscall.Umask(umask)
	t.Cleanup(func() { syscall.Umask(old) })
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != want {
		t.Errorf("%s has mode %04o, want %04o", path, info.Mode().Perm(), want)
	}
}

func TestModesAreExactWhateverTheUmask(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o777} {
		for _, c := range []struct{ file, wantFile, dir, wantDir fs.FileMode }{
			{0, 0o600, 0, 0o700},
			{0o644, 0o644, 0o755, 0o755},
			{0o666, 0o666, 0o777, 0o777},
			{0o400, 0o400, 0o711, 0o711},
		} {
			t.Run(fmt.Sprintf("umask %03o file %03o", umask, c.file), func(t *testing.T) {
				root := t.TempDir()
				if err := os.Chmod(root, 0o750); err != nil {
					t.Fatal(err)
				}
				withUmask(t, umask)
				path := filepath.Join(root, "a", "b", "file")
				p, err := NewPending(Folder(path), PendingOptions{DirMode: c.dir})
				if err != nil {
					t.Fatal(err)
				}
				defer p.Discard()
				wantMode(t, inFolder(p.path, p.temp), 0o600)
				result, err := p.Commit(t.Context(), path, CommitOptions{Mode: c.file})
				if err != nil || result.ModeIgnored {
					t.Fatalf("%+v, %v", result, err)
				}
				wantMode(t, path, c.wantFile)
				wantMode(t, filepath.Join(root, "a", "b"), c.wantDir)
				wantMode(t, filepath.Join(root, "a"), c.wantDir)
				wantMode(t, root, 0o750)
			})
		}
	}
}

func TestCreatedFoldersKeepTheSetGroupIDBit(t *testing.T) {
	root := t.TempDir()
	if err := os.Chmod(root, 0o755|fs.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	inherits := filepath.Join(root, "plain")
	if err := os.Mkdir(inherits, 0o755); err != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(inherits) // systems differ in whether it is inherited at all
	if err != nil {
		t.Fatal(err)
	}
	d, made, err := makeFolders(filepath.Join(root, "ours"), 0o770)
	if err != nil {
		t.Fatal(err)
	}
	d.close()
	closeFolders(made)
	got, err := os.Stat(filepath.Join(root, "ours"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Mode()&fs.ModeSetgid != want.Mode()&fs.ModeSetgid || got.Mode().Perm() != 0o770 {
		t.Errorf("mode %v", got.Mode())
	}
}

// stubbornFile is a file on a file system that does not keep modes.
type stubbornFile struct {
	tempFile
	err error
}

func (f stubbornFile) Chmod(fs.FileMode) error { return f.err }

func TestModeIgnored(t *testing.T) {
	for _, chmodErr := range []error{nil, syscall.EPERM, syscall.ENOTSUP} {
		path := inTemp(t, "file")
		p := pendingWith(t, Folder(path), "new")
		p.file = stubbornFile{p.file, chmodErr}
		result, err := p.Commit(t.Context(), path, CommitOptions{Mode: 0o640})
		if err != nil || !result.ModeIgnored {
			t.Errorf("chmod says %v: %+v, %v", chmodErr, result, err)
		}
		wantContent(t, path, []byte("new"))
	}
	path := writeFile(t, inTemp(t, "file"), "old")
	p := pendingWith(t, Folder(path), "new")
	p.file = stubbornFile{p.file, syscall.EIO}
	if _, err := p.Commit(t.Context(), path, CommitOptions{Replace: true}); !errors.Is(err, syscall.EIO) {
		t.Errorf("chmod says EIO: %v", err)
	}
	wantContent(t, path, []byte("old"))
}

func TestModeResult(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "x")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	d := opened(t, Folder(path))
	for _, c := range []struct {
		mode    fs.FileMode
		err     error
		ignored bool
		want    error
	}{
		{0o644, nil, false, nil},
		{0o600, nil, true, nil},
		{0o600, syscall.EPERM, true, nil}, // the owner may, so it is the file system
		{0o600, syscall.ENOTSUP, true, nil},
		{0o600, syscall.EROFS, false, syscall.EROFS},
	} {
		ignored, err := d.modeResult("file", c.mode, c.err)
		if ignored != c.ignored || !errors.Is(err, c.want) {
			t.Errorf("%04o after %v: %t, %v", c.mode, c.err, ignored, err)
		}
	}
}

func TestSetMode(t *testing.T) {
	withUmask(t, 0o077)
	path := writeFile(t, inTemp(t, "file"), "x")
	for _, mode := range []fs.FileMode{0o644, 0o000, 0o666, 0o200, 0o640} {
		if ignored, err := SetMode(path, mode); ignored || err != nil {
			t.Errorf("%04o: %t, %v", mode, ignored, err)
		}
		wantMode(t, path, mode)
	}
}

// oddThings fills a folder with what is no regular file; behind the link is a file that must not change.
func oddThings(t *testing.T) (dir string, odd map[string]Kind) {
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
		if _, err := DigestFile(t.Context(), path); !errors.Is(err, kind.problem()) {
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

func TestFoldersBehindLinks(t *testing.T) {
	root := t.TempDir()
	away := filepath.Join(root, "far", "away")
	if err := os.MkdirAll(away, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(away, filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	for spelling, real := range map[string]string{
		root + "/link/file":        away + "/file",
		root + "/link/../file":     filepath.Dir(away) + "/file",
		root + "/link/new/file":    away + "/new/file",
		root + "/link/../new/file": filepath.Dir(away) + "/new/file",
	} {
		if !SamePath(spelling, real) {
			t.Errorf("%s and %s are not the same yet", spelling, real)
		}
		if err := save(spelling, []byte(spelling), CommitOptions{}); err != nil {
			t.Fatal(err)
		}
		wantContent(t, real, []byte(spelling))
		if !SamePath(spelling, real) {
			t.Errorf("%s and %s are not the same any more", spelling, real)
		}
	}
	if opened(t, root+"/link").id != opened(t, away).id {
		t.Error("one folder has two identities")
	}
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
	for _, c := range []struct {
		err  error
		want bool
	}{
		{syscall.EINVAL, true}, {syscall.ENOSYS, true}, {syscall.EPERM, true},
		{syscall.EEXIST, false}, {syscall.ENOSPC, false}, {syscall.EACCES, false},
	} {
		if got := errors.Is(unsupported(c.err, syscall.EPERM), errors.ErrUnsupported); got != c.want {
			t.Errorf("%v: %t", c.err, got)
		}
	}
}

// A folder that was just created is swapped for a link: no folder outside gets its mode, or a file.
func TestNewFolderSwappedForALink(t *testing.T) {
	for name, swap := range map[string]func(parent, outside string) error{
		"link to a folder": func(path, outside string) error { return os.Symlink(outside, path) },
		"dangling link":    func(path, _ string) error { return os.Symlink("nowhere", path) },
		"file":             func(path, _ string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		for _, after := range []string{"mkdir", "chmod"} {
			t.Run(name+" after "+after, func(t *testing.T) {
				root, outside := t.TempDir(), t.TempDir()
				if err := os.Chmod(outside, 0o711); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(root, "new")
				whenFolderIsMade(t, func(step string) {
					if step != after {
						return
					}
					if err := os.Remove(path); err != nil {
						t.Fatal(err)
					}
					if err := swap(path, outside); err != nil {
						t.Fatal(err)
					}
				})
				_, err := NewPending(path, PendingOptions{DirMode: 0o755})
				if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != path {
					t.Errorf("got %v, want an error that names the folder", err)
				}
				wantMode(t, outside, 0o711)
				wantFiles(t, outside)
				wantFiles(t, root, "new")
			})
		}
	}
}

func whenFolderIsMade(t *testing.T, f func(step string)) {
	before := hooks.madeFolder
	hooks.madeFolder = f
	t.Cleanup(func() { hooks.madeFolder = before })
}

// Another process takes back the folder that both need.
func TestNewPendingAfterItsFolderWasRemoved(t *testing.T) {
	root := t.TempDir()
	removals := 0
	whenFolderIsMade(t, func(step string) {
		if removals++; removals <= 3 {
			if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
				t.Fatal(err)
			}
		}
	})
	p, err := NewPending(filepath.Join(root, "a", "b"), PendingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Discard(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, root)
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

// Once a pending file has its folder, a swap of the folder's path moves nothing elsewhere.
func TestFolderSwappedUnderAPendingFile(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	path := filepath.Join(root, "evidence")
	p := pendingWith(t, path, "new")
	if err := os.Rename(path, filepath.Join(root, "away")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, path); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Commit(t.Context(), filepath.Join(path, "file"), CommitOptions{}); !errors.Is(err, TargetElsewhere) {
		t.Errorf("got %v, want TargetElsewhere", err)
	}
	if err := p.Discard(); err != nil {
		t.Error(err)
	}
	wantFiles(t, outside)
	wantFiles(t, filepath.Join(root, "away"))
}

// People run "flock FOLDER terraform apply".
func TestFolderLockedByItsUser(t *testing.T) {
	dir := t.TempDir()
	user, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer user.Close()
	if locked, err := flock(user); !locked || err != nil {
		t.Fatalf("%t, %v", locked, err)
	}
	path := filepath.Join(dir, "file")
	p := pendingWith(t, dir, "new")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := p.Commit(ctx, path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	if got, err := RemoveIfUnchanged(ctx, path, digestsOf([]byte("new")).SHA256Hex()); got != Removed || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	wantFiles(t, dir)
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

func TestRemovedFolder(t *testing.T) {
	dir, system := inTemp(t, "folder"), t.TempDir()
	t.Setenv("TMPDIR", system)
	path := filepath.Join(dir, "file")
	p := pendingWith(t, dir, "new")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	_, err := p.Commit(t.Context(), path, CommitOptions{})
	if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != path || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Commit: %v", err)
	}
	if err := p.Discard(); err != nil {
		t.Errorf("Discard: %v", err)
	}
	wantFiles(t, system) // no lock file for a folder that is gone
}

// A link to a folder that was created after a reservation gives the reserved path another spelling.
func TestReserveThroughALink(t *testing.T) {
	root := t.TempDir()
	path, link := filepath.Join(root, "a", "b", "file"), filepath.Join(root, "link")
	r := NewRegistry("")
	reserved, err := r.Reserve(path, "a")
	if err != nil {
		t.Fatal(err)
	}
	p := pendingWith(t, Folder(path), "new")
	if err := os.Symlink(Folder(path), link); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{Reservation: reserved}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Reserve(filepath.Join(link, "file"), "b"); !errors.Is(err, TargetTaken) {
		t.Errorf("got %v, want TargetTaken", err)
	}
	if got, err := r.Remove(t.Context(), link+"/file", digestsOf([]byte("new")).SHA256Hex(), "b"); err != nil || got != TakenOver {
		t.Errorf("another owner's removal: %d, %v", got, err)
	}
}
