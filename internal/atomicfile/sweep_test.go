package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSweepTrustsLocksOnlyWhereTheyAreShared(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		shared bool
		host   string
		age    time.Duration
		want   bool // removed
	}{
		"shared locks":             {true, "other", time.Second, true},
		"this host":                {false, "this", time.Second, true},
		"another host, young":      {false, "other", 23 * time.Hour, false},
		"another host, old":        {false, "other", 25 * time.Hour, true},
		"another host, the future": {false, "other", -25 * time.Hour, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			left := writeFile(t, filepath.Join(dir, tempNameOf(tagOf(tt.host)+"0123456789")), "x")
			if err := os.Chtimes(left, now.Add(-tt.age), now.Add(-tt.age)); err != nil {
				t.Fatal(err)
			}
			s := sweeper{dir: opened(t, dir), trustLocks: tt.shared, host: tagOf("this"), now: now}
			s.sweep()
			if _, err := os.Lstat(left); (err != nil) != tt.want {
				t.Errorf("removed: %t, want %t", err != nil, tt.want)
			}
		})
	}
}

func TestTempNamesNameTheirHost(t *testing.T) {
	if name := newTempName(); !isOfHost(name, hostTag()) || isOfHost(name, tagOf("another host")) {
		t.Errorf("%s does not have the tag %s", name, hostTag())
	}
}
