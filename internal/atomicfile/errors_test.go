package atomicfile

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
)

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	cause := errors.New("remove: text file busy")
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"problem", &TargetError{Path: "p", Problem: TargetOccupied}, "p: a file with this name exists"},
		{"system", &TargetError{Path: "p", Problem: TargetRefused, Err: cause}, "p: remove: text file busy"},
		{
			"problem and system", &TargetError{Path: "p", Problem: TargetMissing, Err: fs.ErrNotExist},
			"p: no file has this name: file does not exist",
		},
		{"no space before a write", &SpaceError{Path: "p", Need: 10, Free: 3}, "p: 10 bytes are needed, the file system has 3 free"},
		{"no space in a write", &SpaceError{Path: "p", Err: cause}, "p: remove: text file busy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSystemError_keepsTheProblem(t *testing.T) {
	t.Parallel()
	inner := &TargetError{Path: "inner", Problem: TargetBusy}
	for err, want := range map[error]*TargetError{inner: inner, TargetBusy: {Path: "p", Problem: TargetBusy}} {
		if got, ok := errors.AsType[*TargetError](systemError("p", "open", err)); !ok || *got != *want {
			t.Errorf("%v: got %v, want %v", err, got, want)
		}
	}
}

// TestLockedFolder ends each change of a folder with its context while the folder is locked. Nothing changes.
func TestLockedFolder(t *testing.T) {
	t.Parallel()
	cause := errors.New("interrupted")
	registry := NewRegistry("")
	tests := []struct {
		name string
		do   func(ctx context.Context, path string, found Status) error
	}{
		{"rename", func(ctx context.Context, path string, _ Status) error { return Rename(ctx, path, path+".new") }},
		{"respell", func(ctx context.Context, path string, _ Status) error {
			return Respell(ctx, path, filepath.Join(Folder(path), "FILE"))
		}},
		{"remove", func(ctx context.Context, path string, found Status) error {
			_, err := registry.removeSame(ctx, path, found.info, "this")
			return err
		}},
		{"adopt", func(ctx context.Context, path string, found Status) error {
			reservation, err := registry.Reserve(path, "this")
			if err != nil {
				return err
			}
			defer reservation.Release()
			return reservation.Adopt(ctx, found)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := writeFile(t, filepath.Join(dir, "file"), "x")
			found, err := Inspect(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			unlock, err := opened(t, dir).lock(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer unlock()
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(cause)
			if err := tt.do(ctx, path, found); !errors.Is(err, cause) {
				t.Errorf("got %v, want the cause of the context", err)
			}
			wantContent(t, path, []byte("x"))
		})
	}
}

// TestMissingFolder changes files of a folder that does not exist.
func TestMissingFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "missing", "file")
	registry := NewRegistry("")
	if err := Rename(t.Context(), path, path+".new"); !errors.Is(err, TargetMissing) {
		t.Errorf("Rename: got %v, want %v", err, TargetMissing)
	}
	if err := Respell(t.Context(), path, path+".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Respell: got %v, want %v", err, fs.ErrNotExist)
	}
	if outcome, err := registry.removeSame(t.Context(), path, fileInfo{}, "this"); outcome != 0 || err != nil {
		t.Errorf("removeSame: got %d, %v, want another inspection", outcome, err)
	}
	if outcome, err := registry.Remove(t.Context(), path, "", "this"); outcome != AlreadyGone || err != nil {
		t.Errorf("Remove: got %d, %v, want %d", outcome, err, AlreadyGone)
	}
	reservation, err := registry.Reserve(path, "this")
	if err != nil {
		t.Fatal(err)
	}
	if err := reservation.Adopt(t.Context(), Status{}); err != nil {
		t.Errorf("Adopt of a missing file: %v", err)
	}
	regular := Status{info: fileInfo{kind: Regular}}
	if err := reservation.Adopt(t.Context(), regular); !errors.Is(err, TargetMissing) {
		t.Errorf("Adopt of a removed file: got %v, want %v", err, TargetMissing)
	}
}

// TestMissingTempFolder saves and removes a file although the journal of the system's temporary folder can't be kept.
func TestMissingTempFolder(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing)
	if _, err := NewScratch(""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v for a scratch file, want %v", err, fs.ErrNotExist)
	}
	if lock, err := tryTempLock(fileID{1, 2}); lock != nil || err == nil {
		t.Errorf("got lock %v, error %v, want an error", lock, err)
	}
	path := filepath.Join(dir, "file")
	registry := NewRegistry("run")
	reservation, err := registry.Reserve(path, "this")
	if err != nil {
		t.Fatal(err)
	}
	if err := save(path, []byte("x"), CommitOptions{Reservation: reservation}); err != nil {
		t.Fatal(err)
	}
	reservation.Release()
	status, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if outcome, err := registry.Remove(t.Context(), path, status.SHA256, "this"); outcome != Removed || err != nil {
		t.Errorf("got %d, %v, want %d", outcome, err, Removed)
	}
}
