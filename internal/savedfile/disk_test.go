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
	for _, tt := range []struct {
		state State
		found string
		do    func()
	}{
		{Unchanged, "", func() {}},
		{OtherMode, "0640", func() { f.chmod("orders.csv", 0o640) }},
		{Modified, digest("mine"), func() { f.write("orders.csv", "mine") }},
		{Missing, "", func() { f.remove("orders.csv") }},
		{Obstructed, "a folder", func() { f.must(os.Mkdir(f.path("orders.csv"), 0o700)) }},
	} {
		if tt.do(); tt.state == OtherMode && !watchesModes {
			continue
		}
		got, err := Inspect(t.Context(), record, false)
		if err != nil || got.State != tt.state || got.Found != tt.found {
			t.Errorf("got %q %q (%v), want %q %q", got.State, got.Found, err, tt.state, tt.found)
		}
	}
}
