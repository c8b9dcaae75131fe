package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestRename(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(t *testing.T, from, to string)
		want    TargetProblem // 0 for success
	}{
		"free name": {func(t *testing.T, from, _ string) {
			t.Helper()
			writeTestFile(t, from)
		}, 0},
		"taken name": {func(t *testing.T, from, to string) {
			t.Helper()
			writeTestFile(t, from)
			writeTestFile(t, to)
		}, TargetOccupied},
		"folder at the new name": {func(t *testing.T, from, to string) {
			t.Helper()
			writeTestFile(t, from)
			if err := os.Mkdir(to, 0o700); err != nil {
				t.Fatal(err)
			}
		}, TargetDirectory},
		"folder at the old name": {func(t *testing.T, from, _ string) {
			t.Helper()
			if err := os.Mkdir(from, 0o700); err != nil {
				t.Fatal(err)
			}
		}, TargetDirectory},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
			tt.prepare(t, from, to)
			err := Rename(t.Context(), from, to)
			if tt.want == 0 {
				if err != nil {
					t.Fatal(err)
				}
				if text, err := os.ReadFile(to); err != nil || string(text) != from {
					t.Errorf("the new name holds %q (%v)", text, err)
				}
				if _, err := os.Lstat(from); !isMissing(err) {
					t.Errorf("the old name is still there (%v)", err)
				}
				return
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if _, err := os.Lstat(from); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRename_toAnotherFolder(t *testing.T) {
	t.Parallel()
	from := filepath.Join(t.TempDir(), "from")
	writeTestFile(t, from)
	for name, to := range map[string]string{"another": t.TempDir(), "a missing one": filepath.Join(t.TempDir(), "missing")} {
		if err := Rename(t.Context(), from, filepath.Join(to, "to")); !errors.Is(err, TargetElsewhere) {
			t.Errorf("%s: got %v, want %v", name, err, TargetElsewhere)
		}
	}
	wantContent(t, from, []byte(from))
}

// writeTestFile writes a file that contains its own path.
func writeTestFile(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
		t.Fatal(err)
	}
}
