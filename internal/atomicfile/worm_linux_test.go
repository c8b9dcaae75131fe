package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// appendOnlyFolder returns a folder in which nothing can be renamed or removed, where the system lets the test make
// one.
func appendOnlyFolder(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	folder, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	set := func(flags int) error {
		return control(folder, func(fd int) error { return unix.IoctlSetPointerInt(fd, unix.FS_IOC_SETFLAGS, flags) })
	}
	if err := set(appendFlag); err != nil {
		t.Logf("no append-only folders here (%v): the test shows nothing more than a normal folder", err)
	}
	t.Cleanup(func() {
		again, err := os.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		defer again.Close()
		_ = control(again, func(fd int) error { return unix.IoctlSetPointerInt(fd, unix.FS_IOC_SETFLAGS, 0) })
	})
	return path
}

func TestAppendOnlyFolder(t *testing.T) {
	path := appendOnlyFolder(t)
	appendOnly := opened(t, path).appendOnly()
	file := filepath.Join(path, "file")
	p := pendingWith(t, path, "first")
	result, err := p.Commit(t.Context(), file, CommitOptions{})
	if err != nil || (result.TempLeft != "") != appendOnly {
		t.Fatalf("%+v, %v", result, err)
	}
	wantContent(t, file, []byte("first"))
	if !appendOnly {
		return
	}
	if result.TempLeft != filepath.Join(path, p.temp) {
		t.Errorf("got the left-over %s, want %s", result.TempLeft, p.temp)
	}
	wantFiles(t, path, p.temp, "file") // and no lock file
	second := pendingWith(t, path, "second")
	if _, err := second.Commit(t.Context(), file, CommitOptions{Replace: true}); !errors.Is(err, TargetAppendOnly) {
		t.Errorf("a replacement: got %v, want TargetAppendOnly", err)
	}
	if err := second.Discard(); !errors.Is(err, TargetAppendOnly) {
		t.Errorf("a discarded file: got %v, want TargetAppendOnly", err)
	}
	sum := digestsOf([]byte("first")).SHA256Hex()
	if _, err := RemoveIfUnchanged(t.Context(), file, sum); !errors.Is(err, TargetAppendOnly) {
		t.Errorf("a removal: got %v, want TargetAppendOnly", err)
	}
	wantContent(t, file, []byte("first"))
}
