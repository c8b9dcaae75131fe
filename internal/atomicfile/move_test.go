package atomicfile

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
)

func TestRenameWithoutReplaceFallsBack(t *testing.T) {
	unknown := func(*dir, string, string) error { return errors.ErrUnsupported }
	real := renamers()
	tests := []struct {
		name string
		ways []renamer
	}{
		{"first", real},
		{"last of the system's", real[len(real)-1:]},
		{"checked rename", []renamer{unknown, unknown, renameChecked}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "file")
			d := opened(t, dir)
			writeFile(t, filepath.Join(dir, "temp"), "one")
			if err := renameNew(d, "temp", "file", tt.ways...); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir, "file")
			writeFile(t, filepath.Join(dir, "temp"), "two")
			if err := renameNew(d, "temp", "file", tt.ways...); !errors.Is(err, fs.ErrExist) {
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
