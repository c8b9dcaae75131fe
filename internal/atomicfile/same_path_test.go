package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestSamePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := writeFile(t, filepath.Join(dir, "file"), "x")
	writeFile(t, filepath.Join(dir, "other"), "x")
	if err := os.Link(file, filepath.Join(dir, "hard")); err != nil {
		t.Fatal(err)
	}
	err := os.Link(file, filepath.Join(dir, "File"))
	folds := errors.Is(err, fs.ErrExist) // this file system ignores case
	if err != nil && !folds {
		t.Fatal(err)
	}
	tests := []struct {
		a, b string
		want bool
	}{
		{file, "file", true},
		{file, "./file", true},
		{file, "hard", false},
		{file, "File", folds},
		{file, "other", false},
		{"missing", "./missing", true},
		{"missing", filepath.Join(dir, "missing"), true},
		{"missing", "file", false},
		{"missing", "Missing", folds},
		{"no/where/x", "no/../no/where/x", true},
		{"no/where/x", "no/x", false},
		{"no/where/x", "No/where/x", folds},
		{dir, ".", true},
	}
	for _, tt := range tests {
		if got := SamePath(tt.a, tt.b); got != tt.want {
			t.Errorf("SamePath(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
}

func TestSameFolder(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "no", "folder")
	tests := []struct {
		a, b string
		want bool
	}{
		{dir, dir + string(filepath.Separator) + ".", true},
		{dir, filepath.Dir(dir), false},
		{missing, filepath.Join(dir, "no", ".", "folder"), true},
		{missing, dir, false},
	}
	for _, tt := range tests {
		if got := sameFolder(absolutePath(tt.a), absolutePath(tt.b)); got != tt.want {
			t.Errorf("sameFolder(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
}

// An empty folder says nothing about case, so the folder above it decides.
func TestEmptyFolderFoldsAsTheOneAbove(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "Empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "Empty")
	want := opened(t, dir).foldsCase(dir)
	if got := opened(t, empty).foldsCase(empty); got != want {
		t.Errorf("got %t, want %t", got, want)
	}
	if got := SamePath(filepath.Join(empty, "a", "X"), filepath.Join(empty, "a", "x")); got != want {
		t.Errorf("in a missing folder: got %t, want %t", got, want)
	}
}
