package savedfile

import (
	"errors"
	"testing"
)

func TestReadContent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("page.csv", "<html>")
	got, err := ReadContent(t.Context(), f.source, f.path("orders.csv"))
	if err != nil || got.Digests.SHA256Hex() != digest(january) {
		t.Errorf("got %v (%v)", got, err)
	}
	for name, want := range map[string]Kind{"missing.csv": FileMissing, "page.csv": NotAdopted, ".": PathObstructed} {
		_, err := ReadContent(t.Context(), f.source, f.path(name))
		var failed *Error
		if !errors.As(err, &failed) || failed.Kind != want {
			t.Errorf("%s: got %v, want kind %d", name, err, want)
		}
	}
}
