package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// kept reserves path for owner and adopts the file there.
func kept(t *testing.T, r *Registry, path, owner string) *Reservation {
	t.Helper()
	reserved, err := r.Reserve(path, owner)
	if err != nil {
		t.Fatal(err)
	}
	status, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := reserved.Adopt(t.Context(), status); err != nil {
		t.Fatal(err)
	}
	return reserved
}

func TestReserve(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	path := writeFile(t, filepath.Join(dir, "file"), "x")
	r := NewRegistry("")

	first, err := r.ReserveFor(path, "a", "January")
	if err != nil {
		t.Fatal(err)
	}
	spellings := []string{path, "file", "./file", "x/../file", filepath.Join(dir, ".", "file")}
	for _, spelling := range spellings {
		if _, err := r.Reserve(spelling, "b"); !errors.Is(err, TargetTaken) {
			t.Errorf("%s was reserved twice: %v", spelling, err)
		} else if taken, _ := errors.AsType[*TargetError](err); taken.Other != "January" {
			t.Errorf("%s: got the label %q of the other owner, want %q", spelling, taken.Other, "January")
		}
	}
	other, err := r.Reserve("other", "b")
	if err != nil {
		t.Fatal(err)
	}
	other.Release()

	first.Release()
	first.Release()
	second := kept(t, r, "file", "b")
	first.Release() // must not release the second's path
	second.Release()
	for _, spelling := range spellings {
		if _, err := r.Reserve(spelling, "c"); !errors.Is(err, TargetTaken) {
			t.Errorf("%s was reserved after it was written: %v", spelling, err)
		}
	}
	if _, err := r.Reserve("other", "c"); err != nil {
		t.Errorf("a released path: %v", err)
	}
	var none *Reservation
	none.Release()
}

// A path stays the same when its folder is created.
func TestReserveBeforeTheFolderExists(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, "a", "b", "file")
	r := NewRegistry("")
	reserved, err := r.Reserve(path, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Reserve(filepath.Join(root, "a", "x", "..", "b", "file"), "b"); !errors.Is(err, TargetTaken) {
		t.Errorf("another spelling of a missing folder: %v", err)
	}
	if _, err := r.Reserve(filepath.Join(root, "a", "file"), "b"); err != nil {
		t.Errorf("another missing folder: %v", err)
	}
	p, err := NewPending(Folder(path), PendingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Discard()
	if _, err := r.Reserve(path, "b"); !errors.Is(err, TargetTaken) {
		t.Errorf("after its folder was created: %v", err)
	}
	if _, err := p.Commit(t.Context(), path, CommitOptions{Reservation: reserved}); err != nil {
		t.Fatal(err)
	}
}

func TestReserveRace(t *testing.T) {
	path := inTemp(t, "file")
	r := NewRegistry("")
	var won atomic.Int32
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if _, err := r.Reserve(path, "a"); err == nil {
				won.Add(1)
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 {
		t.Errorf("%d winners", won.Load())
	}
}

func TestAdoptOnlyTheInspectedFile(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "abc")
	r := NewRegistry("")
	reserved, err := r.Reserve(path, "a")
	if err != nil {
		t.Fatal(err)
	}
	found, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	file := openedFile(t, path)
	file.Close() // Windows replaces no open file
	if err := save(path, []byte("abc"), CommitOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	if err := reserved.Adopt(t.Context(), found); !errors.Is(err, TargetBusy) {
		t.Errorf("a replaced file was adopted: %v", err)
	}
	if err := reserved.AdoptFile(t.Context(), file); !errors.Is(err, TargetBusy) {
		t.Errorf("a replaced open file was adopted: %v", err)
	}
	if err := reserved.Adopt(t.Context(), Status{}); !errors.Is(err, TargetBusy) {
		t.Errorf("a file was adopted where none had been found: %v", err)
	}
	if err := reserved.AdoptFile(t.Context(), openedFile(t, path)); err != nil {
		t.Error(err)
	}
	sum := digestsOf([]byte("abc")).SHA256Hex()
	if got, err := r.Remove(t.Context(), path, sum, "b"); err != nil || got != TakenOver {
		t.Errorf("another owner's removal: %d, %v", got, err)
	}
	if got, err := r.Remove(t.Context(), path, sum, "a"); err != nil || got != Removed {
		t.Errorf("the owner's removal: %d, %v", got, err)
	}
	gone := filepath.Join(Folder(path), "no", "file")
	missing, err := r.Reserve(gone, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := missing.Adopt(t.Context(), Status{}); err != nil {
		t.Errorf("a file that is missing still: %v", err)
	}
}

// Two processes of one run, with a registry each: a removal by the first leaves the files that the second has adopted.
func TestRemoveAcrossProcesses(t *testing.T) {
	sum := digestsOf([]byte("abc")).SHA256Hex()
	tests := map[string]struct {
		taken []string // owner and run, in order
		run   string   // of the removal
		owner string
		want  RemoveOutcome
	}{
		"taken over in this run":              {[]string{"b2"}, "2", "a", TakenOver},
		"taken over after the owner":          {[]string{"a1", "b2"}, "3", "a", Shared},
		"taken over before the owner":         {[]string{"b1", "a2"}, "3", "a", Removed},
		"no other owner":                      {[]string{"b2"}, "2", "b", Removed},
		"another owner, the own not recorded": {[]string{"b1"}, "2", "a", Removed},
		"shared since one run":                {[]string{"a1", "b1"}, "3", "a", Shared},
		"shared since one run, other owner":   {[]string{"a1", "b1"}, "3", "b", Shared},
		"taken again by the owner":            {[]string{"a1", "b2", "a3"}, "4", "a", Removed},
		"taken by the owner in this run":      {[]string{"a1"}, "1", "a", Removed},
		"not recorded":                        {nil, "1", "a", Removed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			t.Setenv("TMP", os.Getenv("TMPDIR"))
			path := writeFile(t, inTemp(t, "file"), "abc")
			for _, taken := range tt.taken {
				kept(t, NewRegistry(taken[1:]), path, taken[:1])
			}
			got, err := NewRegistry(tt.run).Remove(t.Context(), path, sum, tt.owner)
			if err != nil || got != tt.want {
				t.Fatalf("got %d, %v, want %d", got, err, tt.want)
			}
		})
	}
}

// Both owners of a shared file are destroyed: the last one removes it.
func TestRemoveOfTheLastOwner(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", os.Getenv("TMPDIR"))
	sum := digestsOf([]byte("abc")).SHA256Hex()
	path := writeFile(t, inTemp(t, "file"), "abc")
	for _, owner := range []string{"a", "b"} {
		kept(t, NewRegistry("1"), path, owner)
	}
	for _, step := range []struct {
		owner string
		want  RemoveOutcome
	}{{"a", Shared}, {"b", Removed}} {
		if got, err := NewRegistry("2").Remove(t.Context(), path, sum, step.owner); err != nil || got != step.want {
			t.Errorf("%s: got %d, %v, want %d", step.owner, got, err, step.want)
		}
	}
}
