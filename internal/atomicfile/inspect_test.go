package atomicfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestInspect(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "file"), "abc")
	sum := digestsOf([]byte("abc")).SHA256Hex()
	tests := []struct {
		name, path string
		want       Status
	}{
		{"regular", file, Status{Kind: Regular, Size: 3, SHA256: sum}},
		{"with a separator behind", file + string(filepath.Separator), Status{Kind: Regular, Size: 3, SHA256: sum}},
		{"missing", filepath.Join(dir, "missing"), Status{}},
		{"in a missing folder", filepath.Join(dir, "no", "file"), Status{}},
		{"below a file", filepath.Join(file, "below"), Status{}},
		{"folder", dir, Status{Kind: Directory}},
	}
	for _, tt := range tests {
		got, err := Inspect(t.Context(), tt.path)
		got.Mode, got.info = 0, fileInfo{}
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestRemoveIfUnchanged(t *testing.T) {
	sum := digestsOf([]byte("abc")).SHA256Hex()
	tests := []struct {
		name, content, sha256 string
		want                  RemoveOutcome
	}{
		{"unchanged", "abc", sum, Removed},
		{"upper case", "abc", strings.ToUpper(sum), Removed},
		{"edited", "abd", sum, Changed},
		{"truncated", "", sum, Changed},
		{"no recorded hash", "abc", "", Changed},
	}
	for _, tt := range tests {
		path := writeFile(t, inTemp(t, "file"), tt.content)
		got, err := RemoveIfUnchanged(t.Context(), path, tt.sha256)
		if err != nil || got != tt.want {
			t.Errorf("%s: %d, %v, want %d", tt.name, got, err, tt.want)
		}
		if tt.want == Changed {
			wantContent(t, path, []byte(tt.content))
			continue
		}
		wantFiles(t, Folder(path))
		if again, err := RemoveIfUnchanged(t.Context(), path, tt.sha256); err != nil || again != AlreadyGone {
			t.Errorf("%s, again: %d, %v", tt.name, again, err)
		}
	}
	dir := t.TempDir()
	if got, err := RemoveIfUnchanged(t.Context(), dir, sum); err != nil || got != Changed {
		t.Errorf("a folder: %d, %v", got, err)
	}
	missing := filepath.Join(dir, "no", "file")
	if got, err := RemoveIfUnchanged(t.Context(), missing, sum); err != nil || got != AlreadyGone {
		t.Errorf("in a missing folder: %d, %v", got, err)
	}
}

// none is the registry of files without other owners.
var none *Registry

// Between hash and lock another writer may put a file of the same content, or another one, in place.
func TestRemoveSameLeavesAReplacement(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "abc")
	found, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := save(path, []byte("abc"), CommitOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Unix(0, found.info.modified), time.Unix(0, found.info.modified)); err != nil {
		t.Fatal(err)
	}
	if outcome, err := none.removeSame(t.Context(), path, found.info, ""); outcome != 0 || err != nil {
		t.Errorf("a replacement was removed: %d, %v", outcome, err)
	}
	wantContent(t, path, []byte("abc"))

	found, err = Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, "longer")
	if outcome, err := none.removeSame(t.Context(), path, found.info, ""); outcome != 0 || err != nil {
		t.Errorf("an edited file was removed: %d, %v", outcome, err)
	}
	os.Remove(path)
	if outcome, err := none.removeSame(t.Context(), path, found.info, ""); outcome != 0 || err != nil {
		t.Errorf("nothing was removed: %d, %v", outcome, err)
	}
}

func TestRemoveHonoursContext(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "abc")
	found, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = none.removeSame(ctx, path, found.info, "")
	if _, ok := errors.AsType[*TargetError](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the cancellation and no file error", err)
	}
	if _, err := RemoveIfUnchanged(ctx, path, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	wantContent(t, path, []byte("abc"))
}

func TestSetModeErrors(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "file"), "x")
	tests := []struct {
		path string
		want TargetProblem
	}{
		{filepath.Join(dir, "missing"), TargetMissing},
		{filepath.Join(file, "below"), TargetMissing},
		{dir, TargetDirectory},
	}
	for _, tt := range tests {
		_, err := SetMode(tt.path, 0o640)
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != tt.path || target.Problem != tt.want {
			t.Errorf("%s: %v, want %v", tt.path, err, tt.want)
		}
	}
}

func TestInspect_pathsWithoutAName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for path, want := range map[string]Kind{
		dir + "/.": Directory, string(filepath.Separator): Directory, "": Missing,
	} {
		if got, err := Inspect(t.Context(), path); err != nil || got.Kind != want {
			t.Errorf("%q: got kind %d (%v), want %d", path, got.Kind, err, want)
		}
	}
}
