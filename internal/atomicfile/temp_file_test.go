package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTempName(t *testing.T) {
	name := newTempName()
	if len(name) != 34 || !isTempName(name) {
		t.Errorf("%q is not recognised", name)
	}
	if name == newTempName() {
		t.Error("the same name again")
	}
	digits := "0123456789abcdef"
	wrong := "0000"
	if tempCheck(digits) == wrong {
		t.Fatal("choose another checksum")
	}
	for _, name := range []string{
		"", "report.csv", tempPrefix + tempSuffix, name + "x", strings.ToUpper(name), name[1:], "x" + name[1:],
		tempPrefix + digits + wrong + tempSuffix, tempPrefix + digits + tempCheck(digits) + ".csv",
	} {
		if isTempName(name) {
			t.Errorf("%q is taken for ours", name)
		}
	}
	// A change here would leave the left-overs of older versions for ever.
	if got := tempPrefix + digits + tempCheck(digits) + tempSuffix; got != ".digicert-0123456789abcdefae31.tmp" {
		t.Errorf("the form of the name changed: %s", got)
	}
}

func TestSweepKeepsForeignFiles(t *testing.T) {
	dir := t.TempDir()
	wrong := tempPrefix + "0123456789abcdef" + "0000" + tempSuffix
	folder, left := newTempName(), newTempName()
	for _, name := range []string{wrong, "report.csv", left} {
		writeFile(t, filepath.Join(dir, name), "x")
	}
	if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
		t.Fatal(err)
	}
	pendingWith(t, dir, "").Discard()
	for _, name := range []string{wrong, "report.csv", folder} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, left)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the left-over stayed: %v", err)
	}
}

// A sweep between creation and lock takes the file away, or holds the lock; either way the writer begins anew.
func TestCreateTempMeetsASweep(t *testing.T) {
	dir := t.TempDir()
	tries := 0
	d := opened(t, dir)
	file, name, err := createTemp(d, func(name string) (*os.File, error) {
		tries++
		f, err := d.create(name)
		switch tries {
		case 1: // a removal would not show yet under Wine
			if err := d.rename(name, "taken"); err != nil {
				t.Fatal(err)
			}
			writeFile(t, filepath.Join(dir, name), "another file")
		case 2:
			sweeper, _, err := openRegular(d, name, os.O_RDWR)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { t.Cleanup(func() { sweeper.Close() }) }()
			if locked, err := flock(sweeper); !locked || err != nil {
				t.Fatalf("%t, %v", locked, err)
			}
		case 3:
			f.Close()
			return nil, fs.ErrExist
		}
		return f, err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if tries != 4 {
		t.Errorf("got %d tries, want 4", tries)
	}
	if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
		t.Error(err)
	}
}
