package atomicfile

import (
	"errors"
	"io"
	"path/filepath"
	"testing"
)

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

// TestScratch_failingFile has every call of the system fail. The errors name the folder, not the temporary file.
func TestScratch_failingFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := NewScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.file.Close()
	_, writeErr := s.Write([]byte("x"))
	_, readErr := s.ReadAt(make([]byte, 1), 0)
	for name, got := range map[string]error{"Write": writeErr, "ReadAt": readErr, "Reset": s.Reset(), "Close": s.Close()} {
		if target, ok := errors.AsType[*TargetError](got); !ok || target.Path != dir || target.Problem != TargetRefused {
			t.Errorf("%s: got %v, want %v at %s", name, got, TargetRefused, dir)
		}
	}
}
