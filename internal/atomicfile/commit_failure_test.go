package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

// brokenFile is a temporary file on a disk where some steps fail.
type brokenFile struct {
	tempFile
	space    int // bytes until writes fail
	writeErr error
	syncErr  error
	chmodErr error
	truncErr error
}

func (f *brokenFile) Write(b []byte) (int, error) {
	if f.space >= len(b) {
		f.space -= len(b)
		return f.tempFile.Write(b)
	}
	n, err := f.tempFile.Write(b[:f.space])
	f.space = 0
	return n, errors.Join(f.writeErr, err)
}

func (f *brokenFile) Sync() error {
	if f.syncErr != nil {
		return f.syncErr
	}
	return f.tempFile.Sync()
}

func (f *brokenFile) Chmod(mode fs.FileMode) error {
	if f.chmodErr != nil {
		return f.chmodErr
	}
	return f.tempFile.Chmod(mode)
}

func (f *brokenFile) Truncate(size int64) error {
	if f.truncErr != nil {
		return f.truncErr
	}
	return f.tempFile.Truncate(size)
}

func TestEveryFailureLeavesTheOldFile(t *testing.T) {
	tests := []struct {
		name  string
		setUp func(p *Pending, f *brokenFile)
		want  error
		space bool
	}{
		{"full disk", func(_ *Pending, f *brokenFile) { f.space, f.writeErr = 2, noSpace }, noSpace, true},
		{"short write", func(_ *Pending, f *brokenFile) { f.space = 2 }, errShort, false},
		{"flush", func(_ *Pending, f *brokenFile) { f.syncErr = syscall.EIO }, syscall.EIO, false},
		{"full disk at flush", func(_ *Pending, f *brokenFile) { f.syncErr = noSpace }, noSpace, true},
		{"rename", func(p *Pending, _ *brokenFile) {
			p.move = func(_ *dir, temp, name string, _ bool) error {
				return &os.LinkError{Op: "rename", Old: temp, New: name, Err: syscall.EIO}
			}
		}, syscall.EIO, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := writeFile(t, inTemp(t, "report.csv"), "old")
			p, err := NewPending(Folder(path), PendingOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Discard()
			temp := p.temp
			f := &brokenFile{tempFile: p.file, space: 1 << 20}
			p.file = f
			tt.setUp(p, f)

			_, writeErr := p.Write([]byte("new content"))
			_, err = p.Commit(t.Context(), path, CommitOptions{Replace: true})
			if writeErr != nil && !errors.Is(writeErr, tt.want) {
				t.Errorf("Write: %v, want %v", writeErr, tt.want)
			}
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), temp) {
				t.Errorf("Commit: %v, want %v that names the path and not %s", err, tt.want, temp)
			}
			if _, ok := errors.AsType[*SpaceError](err); ok != tt.space {
				t.Errorf("Commit: %v is a SpaceError: %t, want %t", err, ok, tt.space)
			}
			wantContent(t, path, []byte("old"))
			if err := p.Discard(); err != nil {
				t.Error(err)
			}
			wantFiles(t, Folder(path), "report.csv")
		})
	}
}

func TestAFailedFlushIsNotTriedAgain(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "new")
	f := &brokenFile{tempFile: p.file, syncErr: syscall.EIO, space: 100}
	p.file = f
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	f.syncErr = nil
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); !errors.Is(err, syscall.EIO) {
		t.Errorf("the second flush was believed: %v", err)
	}
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("again")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, []byte("again"))
}

func TestUnsyncedFolderIsTold(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "new")
	p.sync = func(*dir) error { return syscall.EIO }
	_, err := p.Commit(t.Context(), path, CommitOptions{})
	if !errors.Is(err, TargetUnsynced) || !errors.Is(err, syscall.EIO) {
		t.Errorf("%v", err)
	}
	if err := p.Discard(); err != nil {
		t.Error(err)
	}
	wantContent(t, path, []byte("new"))
	wantFiles(t, Folder(path), "file")
}
