//go:build unix

package atomicfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

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
	t.Helper()
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
	wantFiles(t, system) // no lock file for a removed folder
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
