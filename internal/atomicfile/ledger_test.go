package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestLedger(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	path := filepath.Join(dir, "file")
	var l Ledger

	first, err := l.Claim(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []string{path, "file", "./file", "x/../file", filepath.Join(dir, ".", "file")} {
		_, err := l.Claim(spelling)
		if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != spelling || !errors.Is(err, ErrClaimed) {
			t.Errorf("%s was claimed twice: %v", spelling, err)
		}
	}
	if l.Wrote(path) {
		t.Error("a claim alone counts as written")
	}
	if other, err := l.Claim("other"); err != nil {
		t.Error(err)
	} else {
		other.Release()
	}

	first.Release()
	first.Release()
	second, err := l.Claim("file")
	if err != nil {
		t.Fatal(err)
	}
	first.Release() // must not give away what is the second's
	first.Keep()
	if _, err := l.Claim(path); !errors.Is(err, ErrClaimed) {
		t.Error("an old claim released a new one")
	}
	if l.Wrote(path) {
		t.Error("an old claim kept a path")
	}
	second.Keep()
	second.Release()
	if !l.Wrote(path) || !l.Wrote("./file") {
		t.Error("a kept path is forgotten")
	}
	if _, err := l.Claim(path); !errors.Is(err, ErrClaimed) {
		t.Error("a written path was claimed")
	}
	if l.Wrote("other") {
		t.Error("a released path counts as written")
	}
}

// A path is the same before and after its folder is created.
func TestLedgerBeforeTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "file")
	var l Ledger
	c, err := l.Claim(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(Folder(path), 0o755); err != nil {
		t.Fatal(err)
	}
	c.Keep()
	if !l.Wrote(path) {
		t.Error("the path changed with its folder")
	}
}

func TestLedgerRace(t *testing.T) {
	path := inTemp(t, "file")
	var l Ledger
	var won atomic.Int32
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			c, err := l.Claim(path)
			if err != nil {
				return
			}
			won.Add(1)
			c.Keep()
			c.Release()
		})
	}
	wait.Wait()
	if won.Load() != 1 || !l.Wrote(path) {
		t.Errorf("%d winners", won.Load())
	}
}

func TestSamePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := writeFile(t, filepath.Join(dir, "file"), "x")
	writeFile(t, filepath.Join(dir, "other"), "x")
	if err := os.Link(file, filepath.Join(dir, "hard")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{file, "file", true},
		{file, "./file", true},
		{file, "hard", false},
		{file, "other", false},
		{"missing", "./missing", true},
		{"missing", filepath.Join(dir, "missing"), true},
		{"missing", "file", false},
		{"no/where/x", "no/../no/where/x", true},
		{"no/where/x", "no/x", false},
		{dir, ".", true},
	} {
		if got := SamePath(c.a, c.b); got != c.want {
			t.Errorf("SamePath(%q, %q) = %t", c.a, c.b, got)
		}
	}
}

func TestFoldPath(t *testing.T) {
	for _, c := range []struct {
		a, b       string
		fold, same bool
	}{
		{`C:\Reports\A.csv`, `c:\reports\a.CSV`, true, true},
		{"/Reports/A.csv", "/reports/a.csv", false, false},
		{"/ÄÖ/Σς", "/äö/σσ", true, true},
		{"/a", "/b", true, false},
	} {
		if got := foldPath(c.a, c.fold) == foldPath(c.b, c.fold); got != c.same {
			t.Errorf("%q and %q, fold %t: same %t", c.a, c.b, c.fold, got)
		}
	}
}

func TestLedgerLockGivesOneTurnAtATime(t *testing.T) {
	dir := t.TempDir()
	var (
		ledger Ledger
		group  sync.WaitGroup
		inside atomic.Int32
	)
	for i := range 20 {
		group.Go(func() {
			spelling := filepath.Join(dir, "file")
			if i%2 == 0 {
				spelling = dir + "/./file"
			}
			defer ledger.Lock(spelling)()
			if inside.Add(1) != 1 {
				t.Error("two at once")
			}
			inside.Add(-1)
		})
	}
	group.Wait()
}
