//go:build unix

package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// withUmask makes a test depend on exact modes; such tests must not run in parallel.
func withUmask(t *testing.T, umask int) {
	t.Helper()
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

func TestModesIgnoreTheUmask(t *testing.T) {
	for _, umask := range []int{0, 0o022, 0o077, 0o777} {
		tests := []struct{ file, wantFile, dir, wantDir fs.FileMode }{
			{0, 0o600, 0, 0o700},
			{0o644, 0o644, 0o755, 0o755},
			{0o666, 0o666, 0o777, 0o777},
			{0o400, 0o400, 0o711, 0o711},
		}
		for _, tt := range tests {
			t.Run(fmt.Sprintf("umask %03o file %03o", umask, tt.file), func(t *testing.T) {
				root := t.TempDir()
				if err := os.Chmod(root, 0o750); err != nil {
					t.Fatal(err)
				}
				withUmask(t, umask)
				path := filepath.Join(root, "a", "b", "file")
				p, err := NewPending(Folder(path), PendingOptions{DirMode: tt.dir})
				if err != nil {
					t.Fatal(err)
				}
				defer p.Discard()
				wantMode(t, inFolder(p.path, p.temp), 0o600)
				result, err := p.Commit(t.Context(), path, CommitOptions{Mode: tt.file})
				if err != nil || result.ModeIgnored {
					t.Fatalf("%+v, %v", result, err)
				}
				wantMode(t, path, tt.wantFile)
				wantMode(t, filepath.Join(root, "a", "b"), tt.wantDir)
				wantMode(t, filepath.Join(root, "a"), tt.wantDir)
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
	tests := []struct {
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
	}
	for _, tt := range tests {
		ignored, err := d.modeResult("file", tt.mode, tt.err)
		if ignored != tt.ignored || !errors.Is(err, tt.want) {
			t.Errorf("%04o after %v: %t, %v", tt.mode, tt.err, ignored, err)
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
