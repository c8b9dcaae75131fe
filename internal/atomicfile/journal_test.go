package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// testJournal returns a journal in a temporary folder of its own, and the path of its file.
func testJournal(t *testing.T, run string) (*journal, string) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	j := newJournal(run)
	return j, filepath.Join(temp, j.name)
}

var anyName = func(string) bool { return true }

func TestJournalForgetsOldEntries(t *testing.T) {
	j, _ := testJournal(t, "1")
	folder := fileID{1, 2}
	j.taken(t.Context(), folder, "file", "a")
	j.taken(t.Context(), folder, "file", "b")
	if got := j.otherOwner(t.Context(), fileID{1, 3}, "a", anyName); got != noOther {
		t.Errorf("another folder: got %d, want none", got)
	}
	later := newJournal("2")
	now := time.Now()
	for _, tt := range []struct {
		age  time.Duration
		want otherOwner
	}{{journalAge - time.Hour, otherBefore}, {journalAge + time.Hour, noOther}} {
		later.now = func() time.Time { return now.Add(tt.age) }
		if got := later.otherOwner(t.Context(), folder, "a", anyName); got != tt.want {
			t.Errorf("after %v: got %d, want %d", tt.age, got, tt.want)
		}
	}
	j.now = later.now
	if got := j.otherOwner(t.Context(), folder, "a", anyName); got != otherInRun {
		t.Errorf("its own run forgot it: %d", got)
	}
}

// A full disk leaves half a line, which must not spoil the next one.
func TestJournalSurvivesHalfALine(t *testing.T) {
	j, path := testJournal(t, "1")
	folder := fileID{1, 2}
	if err := os.WriteFile(path, []byte(`{"run":"1","owner":"b","device":1,"fi`), 0o600); err != nil {
		t.Fatal(err)
	}
	j.taken(t.Context(), folder, "file", "a")
	j.taken(t.Context(), folder, "file", "b")
	if got := j.otherOwner(t.Context(), folder, "b", anyName); got != otherInRun {
		t.Errorf("got %d, want the owner whose line follows", got)
	}
}

func TestJournalStaysSmall(t *testing.T) {
	j, path := testJournal(t, "1")
	j.maxSize = 2000
	for i := range 100 {
		j.taken(t.Context(), fileID{1, uint64(i)}, "file", "a")
		if info, err := os.Stat(path); err != nil || info.Size() > 2*j.maxSize {
			t.Fatalf("after %d entries: %v, %v", i, info.Size(), err)
		}
	}
	if got := j.otherOwner(t.Context(), fileID{1, 99}, "b", anyName); got != otherInRun {
		t.Errorf("the last entry is lost: %d", got)
	}
	if got := j.otherOwner(t.Context(), fileID{1, 0}, "b", anyName); got != noOther {
		t.Errorf("the first entry is still there: %d", got)
	}
}

// A journal that another user put there, or a link, is neither read nor written.
func TestJournalIsNotALink(t *testing.T) {
	j, path := testJournal(t, "1")
	target := filepath.Join(t.TempDir(), "target")
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	j.taken(t.Context(), fileID{1, 2}, "file", "a")
	if _, err := os.Lstat(target); err == nil {
		t.Error("the link was followed")
	}
}
