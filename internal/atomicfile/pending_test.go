package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

var errShort = io.ErrShortWrite

func sizeName(size int) string { return strconv.Itoa(size>>10) + "KiB" }

func TestPendingReset(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "a first try that is longer")
	b := make([]byte, 5)
	if _, err := p.ReadAt(b, 2); err != nil || string(b) != "first" {
		t.Errorf("ReadAt: %q, %v", b, err)
	}
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.ReadAt(b, 0); err != io.EOF {
		t.Errorf("ReadAt after Reset: %v", err)
	}
	io.WriteString(p, "second")
	if got := p.Digests(); got != digestsOf([]byte("second")) {
		t.Errorf("Digests: %+v", got)
	}
	if _, err := p.Write([]byte("x")); !errors.Is(err, errEnded) {
		t.Errorf("Write after Digests: %v", err)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, []byte("second"))
}

func TestPendingResetMendsAFailedWrite(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "")
	f := &brokenFile{tempFile: p.file, space: 3, writeErr: noSpace}
	p.file = f
	if _, err := p.Write([]byte("12345")); !errors.Is(err, noSpace) {
		t.Fatalf("Write: %v", err)
	}
	f.space = 100
	if _, err := p.Write([]byte("6")); !errors.Is(err, noSpace) {
		t.Errorf("a hole would follow: %v", err)
	}
	f.truncErr = syscall.EIO
	if err := p.Reset(); !errors.Is(err, syscall.EIO) {
		t.Errorf("Reset: %v", err)
	}
	f.truncErr = nil
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	io.WriteString(p, "whole")
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, []byte("whole"))
	if p.Digests() != digestsOf([]byte("whole")) {
		t.Error("the digests are not those of the file")
	}
}

func TestPendingOfManyBlocks(t *testing.T) {
	path := inTemp(t, "file")
	content := pattern(2*writebackSize + 12345)
	p := pendingWith(t, Folder(path), string(content[:writebackSize+1]))
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	for rest := content; len(rest) > 0; {
		n, err := p.Write(rest[:min(1<<20, len(rest))])
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if p.Digests() != digestsOf(content) {
		t.Error("the digests are not those of what was written")
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, content)
}

func TestPendingFill(t *testing.T) {
	for _, size := range []int{0, 1, blockSize - 1, blockSize, blockSize + 1, 2*blockSize + 12345, writebackSize + 1} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			path := inTemp(t, "file")
			content := pattern(size)
			opening := content[:min(size, 1000)]
			p := pendingWith(t, Folder(path), string(opening))
			// Pieces that no block is a multiple of, the last of them together with the end.
			rest := iotest.DataErrReader(&piecemeal{content[len(opening):], 50_021})
			if n, err := p.Fill(rest); err != nil || n != int64(size-len(opening)) {
				t.Fatalf("Fill: %d, %v", n, err)
			}
			if p.Digests() != digestsOf(content) {
				t.Error("the digests are not those of what was read")
			}
			if _, err := p.Fill(strings.NewReader("more")); err == nil {
				t.Error("a content that has ended was continued")
			}
			if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
				t.Fatal(err)
			}
			wantContent(t, path, content)
		})
	}
}

func TestPendingFillFails(t *testing.T) {
	path := inTemp(t, "file")
	p := pendingWith(t, Folder(path), "")
	f := &brokenFile{tempFile: p.file, space: 3, writeErr: noSpace}
	p.file = f
	if _, err := p.Fill(strings.NewReader("12345")); !errors.Is(err, noSpace) {
		t.Fatalf("Fill on a full disk: %v", err)
	}
	if _, err := p.Fill(strings.NewReader("6")); !errors.Is(err, noSpace) {
		t.Errorf("a hole would follow: %v", err)
	}
	f.space = 100
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if n, err := p.Fill(broken); n != 4 || err != io.ErrUnexpectedEOF {
		t.Errorf("Fill from a reader that breaks off: %d, %v", n, err)
	}
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Fill(strings.NewReader("whole")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, []byte("whole"))
	if p.Digests() != digestsOf([]byte("whole")) {
		t.Error("the digests are not those of the file")
	}
}

// piecemeal reads at most size bytes at once.
type piecemeal struct {
	content []byte
	size    int
}

func (r *piecemeal) Read(p []byte) (int, error) {
	if len(r.content) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.size)], r.content)
	r.content = r.content[n:]
	return n, nil
}

func TestPendingLeaksNothing(t *testing.T) {
	dir := t.TempDir()
	for _, end := range []string{"discard", "commit"} {
		synctest.Test(t, func(t *testing.T) {
			p := pendingWith(t, filepath.Join(dir, end), string(pattern(5*blockSize)))
			if end == "commit" {
				if _, err := p.Commit(t.Context(), filepath.Join(dir, end, "file"), CommitOptions{}); err != nil {
					t.Error(err)
				}
			}
			for range 2 {
				if err := p.Discard(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wantFiles(t, dir, "commit")
	wantFiles(t, filepath.Join(dir, "commit"), "file")
}

func TestPendingErrorsNameTheFolder(t *testing.T) {
	file := writeFile(t, inTemp(t, "file"), "x")
	for _, dir := range []string{file, filepath.Join(file, "below"), filepath.Join(file, "far", "below")} {
		_, err := NewPending(dir, PendingOptions{})
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != dir || target.Problem != TargetRefused {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestExpect(t *testing.T) {
	p := pendingWith(t, t.TempDir(), "")
	s, err := NewScratch(p.path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, expect := range []func(int64) error{p.Expect, s.Expect} {
		if err := expect(1); err != nil {
			t.Errorf("a byte: %v", err)
		}
		space, ok := errors.AsType[*SpaceError](expect(1 << 61))
		if !ok || space.Need != 1<<61 || space.Free <= 0 || space.Path != p.path {
			t.Errorf("two exabytes: %+v", space)
		}
	}
}

func TestTenPendingInOneNewFolder(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "a", "b", "c")
	left := newTempName()
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			name := strconv.Itoa(i)
			if err := save(filepath.Join(dir, name), []byte(name), CommitOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	wantFiles(t, dir, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
	writeFile(t, filepath.Join(dir, left), "a second sweep of this process would take it")
	pendingWith(t, dir, "").Discard()
	if _, err := os.Stat(filepath.Join(dir, left)); err != nil {
		t.Errorf("the folder was swept again: %v", err)
	}
}

func TestPending_closed(t *testing.T) {
	t.Parallel()
	p := pendingWith(t, t.TempDir(), "x")
	if err := p.Discard(); err != nil {
		t.Fatal(err)
	}
	_, writeErr := p.Write([]byte("x"))
	_, readErr := p.ReadAt(make([]byte, 1), 0)
	for name, got := range map[string]error{"Write": writeErr, "ReadAt": readErr, "Reset": p.Reset()} {
		if !errors.Is(got, errPendingClosed) {
			t.Errorf("%s: got %v, want %v", name, got, errPendingClosed)
		}
	}
}
