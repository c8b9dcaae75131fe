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
	"testing"
)

func TestCommit(t *testing.T) {
	tests := []struct {
		name    string
		old     string // "": the path is free
		replace bool
		want    string
		problem error
	}{
		{"new", "", false, "new", nil},
		{"new, replacing", "", true, "new", nil},
		{"replacing", "old", true, "new", nil},
		{"occupied", "old", false, "old", TargetOccupied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := inTemp(t, "report.csv")
			if tt.old != "" {
				writeFile(t, path, tt.old)
			}
			p := pendingWith(t, Folder(path), "new")
			_, err := p.Commit(t.Context(), path, CommitOptions{Replace: tt.replace})
			if !errors.Is(err, tt.problem) || (err == nil) != (tt.problem == nil) {
				t.Fatalf("Commit: %v, want %v", err, tt.problem)
			}
			if tt.problem == TargetOccupied && !errors.Is(err, fs.ErrExist) {
				t.Errorf("%v is not fs.ErrExist", err)
			}
			if err := p.Discard(); err != nil {
				t.Errorf("Discard: %v", err)
			}
			wantContent(t, path, []byte(tt.want))
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
	tests := []struct {
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
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := pendingWith(t, dir, "new")
			_, err := p.Commit(t.Context(), tt.path, CommitOptions{Replace: true})
			target, ok := errors.AsType[*TargetError](err)
			if !ok || target.Path != tt.path || target.Problem != tt.want {
				t.Errorf("%v, want %v", err, tt.want)
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

// loggedFile records the order of the steps.
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

// A file that appears at the path just before the rename is reported and kept.
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
