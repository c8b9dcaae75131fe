package savedfile

import (
	"os"
	"testing"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	record := *f.change.Record
	if watchesModes {
		record.Mode = 0o600
	}
	tests := []struct {
		state       State
		found       string
		modeIgnored bool
		do          func()
	}{
		{Unchanged, "", false, func() {}},
		{OtherMode, "0640", false, func() { f.chmod("orders.csv", 0o640) }},
		{Unchanged, "", true, func() {}}, // the file system does not support modes
		{Modified, digest("mine"), false, func() { f.write("orders.csv", "mine") }},
		{Missing, "", false, func() { f.remove("orders.csv") }},
		{Obstructed, "a folder", false, func() { f.must(os.Mkdir(f.path("orders.csv"), 0o700)) }},
	}
	for _, tt := range tests {
		if tt.do(); tt.state == OtherMode && !watchesModes {
			continue
		}
		got, err := Inspect(t.Context(), record, tt.modeIgnored)
		if err != nil || got.State != tt.state || got.Found != tt.found {
			t.Errorf("got %q %q (%v), want %q %q", got.State, got.Found, err, tt.state, tt.found)
		}
	}
}
