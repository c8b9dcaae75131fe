package atomicfile

import "testing"

func TestUnchanged(t *testing.T) {
	file := fileInfo{id: fileID{1, 2}, kind: Regular, size: 3, modified: 4, changed: 5}
	tests := map[string]struct {
		change func(now *fileInfo)
		want   bool
	}{
		"nothing":         {func(*fileInfo) {}, true},
		"device":          {func(now *fileInfo) { now.id.device++ }, false},
		"inode":           {func(now *fileInfo) { now.id.file++ }, false},
		"kind":            {func(now *fileInfo) { now.kind = Symlink }, false},
		"size":            {func(now *fileInfo) { now.size++ }, false},
		"time":            {func(now *fileInfo) { now.modified++ }, false},
		"time of change":  {func(now *fileInfo) { now.changed++ }, false},
		"number of links": {func(now *fileInfo) { now.links++ }, true},
	}
	for name, tt := range tests {
		now := file
		tt.change(&now)
		if got := file.unchanged(now); got != tt.want {
			t.Errorf("%s: got %t, want %t", name, got, tt.want)
		}
	}
}
