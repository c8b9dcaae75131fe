//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestRefusalOf lets the system refuse a file.
func TestRefusalOf(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		path string
		want Refusal
	}{
		"name too long": {filepath.Join(folder, strings.Repeat("a", 300)), RefusalNameTooLong},
		"in a file":     {filepath.Join(file, "folder"), RefusalNotFolder},
	}
	for name, tt := range tests {
		pending, err := NewPending(tt.path, PendingOptions{})
		if err == nil {
			t.Errorf("%s: got no error", name)
			_ = pending.Discard()
			continue
		}
		if got := RefusalOf(err); got != tt.want {
			t.Errorf("%s: got refusal %d of %v, want %d", name, got, err, tt.want)
		}
	}
}

// TestReplacedFolder checks that a folder that can't be opened is not called replaced.
func TestReplacedFolder(t *testing.T) {
	t.Parallel()
	for errno, want := range map[syscall.Errno]bool{syscall.EMFILE: false, syscall.EACCES: false, syscall.ENOTDIR: true} {
		err := replacedFolder("new", errno)
		if got := strings.Contains(err.Error(), "replaced"); got != want || !errors.Is(err, errno) {
			t.Errorf("%v: got %q, want that it was replaced: %t", errno, err, want)
		}
	}
}
