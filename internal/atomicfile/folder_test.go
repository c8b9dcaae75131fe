package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestFolder(t *testing.T) {
	for path, want := range map[string]string{
		"file": ".", "./file": ".", "a/file": "a", "a/b/file": "a/b", "/file": "/", "a//file": "a",
		"link/../file": "link/..", "../file": "..", "~/file": "~", "": ".",
	} {
		if got := Folder(filepath.FromSlash(path)); got != filepath.FromSlash(want) {
			t.Errorf("Folder(%q): got %q, want %q", path, got, want)
		}
	}
}

func TestInFolder(t *testing.T) {
	for dir, want := range map[string]string{".": "./x", "/": "/x", "a/..": "a/../x", "a/": "a/x"} {
		if got := inFolder(filepath.FromSlash(dir), "x"); got != filepath.FromSlash(want) {
			t.Errorf("inFolder(%q): got %q, want %q", dir, got, want)
		}
	}
}

func TestMakeFoldersMeetsAFile(t *testing.T) {
	file := writeFile(t, inTemp(t, "file"), "x")
	if _, _, err := makeFolders(file, 0o700); err == nil || errors.Is(err, fs.ErrNotExist) {
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
