package atomicfile

import (
	"errors"
	"io"
	"io/fs"
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

func TestTempName(t *testing.T) {
	name := newTempName()
	if len(name) != 34 || !isTempName(name) {
		t.Errorf("%q is not recognised", name)
	}
	if name == newTempName() {
		t.Error("the same name again")
	}
	digits := "0123456789abcdef"
	wrong := "0000"
	if tempCheck(digits) == wrong {
		t.Fatal("choose another checksum")
	}
	for _, name := range []string{
		"", "report.csv", tempPrefix + tempSuffix, name + "x", strings.ToUpper(name), name[1:], "x" + name[1:],
		tempPrefix + digits + wrong + tempSuffix, tempPrefix + digits + tempCheck(digits) + ".csv",
	} {
		if isTempName(name) {
			t.Errorf("%q is taken for ours", name)
		}
	}
	// A change here would leave the left-overs of older versions for ever.
	if got := tempPrefix + digits + tempCheck(digits) + tempSuffix; got != ".digicert-0123456789abcdefae31.tmp" {
		t.Errorf("the form of the name changed: %s", got)
	}
}

func TestSweepLeavesWhatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	wrong := tempPrefix + "0123456789abcdef" + "0000" + tempSuffix
	folder, left := newTempName(), newTempName()
	for _, name := range []string{wrong, "report.csv", left} {
		writeFile(t, filepath.Join(dir, name), "x")
	}
	if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
		t.Fatal(err)
	}
	pendingWith(t, dir, "").Discard()
	for _, name := range []string{wrong, "report.csv", folder} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, left)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the left-over stayed: %v", err)
	}
}

// A sweep between creation and lock takes the file away, or holds the lock; either way the writer begins anew.
func TestCreateTempMeetsASweep(t *testing.T) {
	dir := t.TempDir()
	tries := 0
	d := opened(t, dir)
	file, name, err := createTemp(d, func(name string) (*os.File, error) {
		tries++
		f, err := d.create(name)
		switch tries {
		case 1: // a removal would not show yet under Wine
			if err := d.rename(name, "taken"); err != nil {
				t.Fatal(err)
			}
			writeFile(t, filepath.Join(dir, name), "another file")
		case 2:
			sweeper, _, err := openRegular(d, name, os.O_RDWR)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { t.Cleanup(func() { sweeper.Close() }) }()
			if locked, err := flock(sweeper); !locked || err != nil {
				t.Fatalf("%t, %v", locked, err)
			}
		case 3:
			f.Close()
			return nil, fs.ErrExist
		}
		return f, err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if tries != 4 {
		t.Errorf("%d tries, want 4", tries)
	}
	if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
		t.Error(err)
	}
}

func TestScratch(t *testing.T) {
	dir := t.TempDir()
	s, err := NewScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := names(t, dir); removesOpen && len(got) != 0 {
		t.Errorf("the scratch file has a name: %q", got)
	}
	io.WriteString(s, "a first try")
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	io.WriteString(s, "second ")
	io.WriteString(s, "try")
	got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	if err != nil || string(got) != "second try" {
		t.Errorf("%q, %v", got, err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Write([]byte("x")); !errors.Is(err, errScratchClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	if _, err := s.ReadAt(make([]byte, 1), 0); !errors.Is(err, errScratchClosed) {
		t.Errorf("ReadAt after Close: %v", err)
	}
	if err := s.Reset(); !errors.Is(err, errScratchClosed) {
		t.Errorf("Reset after Close: %v", err)
	}
	wantFiles(t, dir)

	missing := filepath.Join(dir, "missing")
	_, err = NewScratch(missing)
	if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != missing {
		t.Errorf("in a missing folder: %v", err)
	}
	inSystem, err := NewScratch("")
	if err != nil {
		t.Fatal(err)
	}
	if err := inSystem.Close(); err != nil {
		t.Error(err)
	}
}
