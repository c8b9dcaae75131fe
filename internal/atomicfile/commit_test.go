package atomicfile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestCommit(t *testing.T) {
	for _, c := range []struct {
		name    string
		old     string // "" is no file
		replace bool
		want    string
		problem error
	}{
		{"new", "", false, "new", nil},
		{"new, replacing", "", true, "new", nil},
		{"replacing", "old", true, "new", nil},
		{"occupied", "old", false, "old", TargetOccupied},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := inTemp(t, "report.csv")
			if c.old != "" {
				writeFile(t, path, c.old)
			}
			p := pendingWith(t, Folder(path), "new")
			_, err := p.Commit(t.Context(), path, CommitOptions{Replace: c.replace})
			if !errors.Is(err, c.problem) || (err == nil) != (c.problem == nil) {
				t.Fatalf("Commit: %v, want %v", err, c.problem)
			}
			if c.problem == TargetOccupied && !errors.Is(err, fs.ErrExist) {
				t.Errorf("%v is not fs.ErrExist", err)
			}
			if err := p.Discard(); err != nil {
				t.Errorf("Discard: %v", err)
			}
			wantContent(t, path, []byte(c.want))
			wantFiles(t, Folder(path), "report.csv")
			if got := p.Digests(); got != digestsOf([]byte("new")) {
				t.Errorf("Digests after all: %+v", got)
			}
		})
	}
}

func TestCommitAgainAfterARefusal(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "old")
	p := pendingWith(t, Folder(path), "new")
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); !errors.Is(err, TargetOccupied) {
		t.Fatalf("%v, want TargetOccupied", err)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, []byte("new"))
	if _, err := p.Commit(t.Context(), path, CommitOptions{Replace: true}); !errors.Is(err, errPendingClosed) {
		t.Errorf("a second success: %v", err)
	}
	if _, err := p.Write([]byte("x")); !errors.Is(err, errPendingClosed) {
		t.Errorf("Write after Commit: %v", err)
	}
	wantFiles(t, Folder(path), "file")
}

func TestCommitRefusesPaths(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	folder := filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		want       error
	}{
		{"a folder", folder, TargetDirectory},
		{"a folder to be", filepath.Join(dir, "x") + "/", TargetDirectory},
		{"the folder itself", dir + "/.", TargetDirectory},
		{"no path", "", TargetDirectory},
		{"another folder", filepath.Join(other, "x"), TargetElsewhere},
		{"a missing folder", filepath.Join(dir, "gone", "x"), TargetRefused},
		{"a temporary name", filepath.Join(dir, newTempName()), TargetReserved},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pendingWith(t, dir, "new")
			_, err := p.Commit(t.Context(), c.path, CommitOptions{Replace: true})
			target, ok := errors.AsType[*TargetError](err)
			if !ok || target.Path != c.path || target.Problem != c.want {
				t.Errorf("%v, want %v", err, c.want)
			}
			if err := p.Discard(); err != nil {
				t.Error(err)
			}
			wantFiles(t, dir, "folder")
		})
	}
}

func TestCommitTakesOtherSpellingsOfItsFolder(t *testing.T) {
	dir := t.TempDir()
	p := pendingWith(t, dir, "new")
	path := dir + string(filepath.Separator) + "." + string(filepath.Separator) + "file"
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, "file")
}

func TestCommitRelativePaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"bare", "~", "sub/ünï cödé", "sub/../up", "./" + strings.Repeat("x", 255)} {
		if err := save(path, []byte(path), CommitOptions{}); err != nil {
			t.Fatal(err)
		}
		wantContent(t, path, []byte(path))
	}
	wantFiles(t, dir, "bare", "sub", "up", strings.Repeat("x", 255), "~")
	wantFiles(t, filepath.Join(dir, "sub"), "ünï cödé")
}

func TestCommitHonoursContext(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "old")
	p := pendingWith(t, Folder(path), "new")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Commit(ctx, path, CommitOptions{Replace: true})
	if _, ok := errors.AsType[*TargetError](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the cancellation and no file error", err)
	}
	wantContent(t, path, []byte("old"))
}

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
	for _, c := range []struct {
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
	} {
		t.Run(c.name, func(t *testing.T) {
			path := writeFile(t, inTemp(t, "report.csv"), "old")
			p, err := NewPending(Folder(path), PendingOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Discard()
			temp := p.temp
			f := &brokenFile{tempFile: p.file, space: 1 << 20}
			p.file = f
			c.setUp(p, f)

			_, writeErr := p.Write([]byte("new content"))
			_, err = p.Commit(t.Context(), path, CommitOptions{Replace: true})
			if writeErr != nil && !errors.Is(writeErr, c.want) {
				t.Errorf("Write: %v, want %v", writeErr, c.want)
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), temp) {
				t.Errorf("Commit: %v, want %v that names the path and not %s", err, c.want, temp)
			}
			if _, ok := errors.AsType[*SpaceError](err); ok != c.space {
				t.Errorf("Commit: %v is a SpaceError: %t, want %t", err, ok, c.space)
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

// loggedFile tells the order of the steps.
type loggedFile struct {
	tempFile
	log *[]string
}

func (f loggedFile) Chmod(mode fs.FileMode) error {
	*f.log = append(*f.log, "mode")
	return f.tempFile.Chmod(mode)
}

func (f loggedFile) Sync() error {
	*f.log = append(*f.log, "flush")
	return f.tempFile.Sync()
}

func (f loggedFile) Close() error {
	*f.log = append(*f.log, "unlock")
	return f.tempFile.Close()
}

func TestOrderOfACommit(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "new")
	var log []string
	p.file = loggedFile{p.file, &log}
	p.move = func(d *dir, temp, name string, replace bool) error {
		log = append(log, "move")
		return moveInto(d, temp, name, replace)
	}
	p.sync = func(*dir) error {
		log = append(log, "flush folder")
		return nil
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"mode", "flush", "move", "unlock", "flush folder"}
	if runtime.GOOS == "windows" {
		want = want[1:]
	}
	if !slices.Equal(log, want) {
		t.Errorf("%q, want %q", log, want)
	}
}

func TestRenameWithoutReplaceFallsBack(t *testing.T) {
	unknown := func(*dir, string, string) error { return errors.ErrUnsupported }
	real := renamers()
	for _, c := range []struct {
		name string
		ways []renamer
	}{
		{"first", real},
		{"last of the system's", real[len(real)-1:]},
		{"checked rename", []renamer{unknown, unknown, renameChecked}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "file")
			d := opened(t, dir)
			writeFile(t, filepath.Join(dir, "temp"), "one")
			if err := renameNew(d, "temp", "file", c.ways...); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir, "file")
			writeFile(t, filepath.Join(dir, "temp"), "two")
			if err := renameNew(d, "temp", "file", c.ways...); !errors.Is(err, fs.ErrExist) {
				t.Errorf("onto a file: %v", err)
			}
			wantContent(t, path, []byte("one"))
			wantFiles(t, dir, "file", "temp")
		})
	}
	if err := renameNew(nil, "a", "b", unknown); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("no way left: %v", err)
	}
}

// What comes to the path at the last moment is named, and nothing of it is lost.
func TestCommitLosesTheRaceForANewPath(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "new")
	p.move = func(d *dir, temp, name string, replace bool) error {
		writeFile(t, path, "foreign")
		return moveInto(d, temp, name, replace)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); !errors.Is(err, TargetOccupied) {
		t.Errorf("%v, want TargetOccupied", err)
	}
	wantContent(t, path, []byte("foreign"))
}

func TestOneOfManyGetsANewPath(t *testing.T) {
	path := inTemp(t, "file")
	var wait sync.WaitGroup
	var won, lost sync.Map
	for i := range 10 {
		wait.Go(func() {
			err := save(path, []byte{byte('0' + i)}, CommitOptions{})
			switch {
			case err == nil:
				won.Store(i, true)
			case errors.Is(err, TargetOccupied):
				lost.Store(i, true)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	var winners []int
	won.Range(func(i, _ any) bool { winners = append(winners, i.(int)); return true })
	if len(winners) != 1 {
		t.Fatalf("winners: %v", winners)
	}
	wantContent(t, path, []byte{byte('0' + winners[0])})
	wantFiles(t, Folder(path), "file")
}

func BenchmarkWriteCommit(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20, 64 << 20} {
		b.Run(sizeName(size), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "file")
			piece := pattern(min(size, 32<<10))
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				p, err := NewPending(Folder(path), PendingOptions{})
				if err != nil {
					b.Fatal(err)
				}
				for n := 0; n < size; n += len(piece) {
					if _, err := p.Write(piece); err != nil {
						b.Fatal(err)
					}
				}
				p.Digests()
				if _, err := p.Commit(b.Context(), path, CommitOptions{Replace: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
