package savedfile

import (
	"io/fs"
	"testing"
)

func TestWarnMode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		mode            fs.FileMode // 0: modes are not watched
		before, ignored bool
		want            bool // the result's ModeIgnored
		warnings        int
	}{
		{"supported", 0o640, false, false, false, 0},
		{"ignored for the first time", 0o640, false, true, true, 1},
		{"ignored again", 0o640, true, true, true, 0},
		{"supported again", 0o640, true, false, false, 0},
		{"not watched", 0, false, true, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := &application{Change: Change{Spec: Spec{Mode: tt.mode}, ModeIgnored: tt.before}}
			a.warnMode(tt.ignored)
			if got := a.result; got.ModeIgnored != tt.want || len(got.Warnings) != tt.warnings {
				t.Errorf("got %t with warnings %v, want %t with %d", got.ModeIgnored, got.Warnings, tt.want, tt.warnings)
			}
		})
	}
}
