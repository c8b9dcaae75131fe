package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

// TestRefusalOf_errno checks that the reason is found however the system's error is wrapped.
func TestRefusalOf_errno(t *testing.T) {
	t.Parallel()
	for errno, want := range refusals {
		cause := fmt.Errorf("open: %w", &fs.PathError{Op: "open", Path: "orders.csv", Err: errno})
		if got := RefusalOf(systemError("orders.csv", "create", cause)); got != want {
			t.Errorf("%v: got refusal %d, want %d", errno, got, want)
		}
	}
	for _, err := range []error{nil, errors.New("other"), &TargetError{Problem: TargetSymlink}} {
		if got := RefusalOf(err); got != RefusalOther {
			t.Errorf("%v: got refusal %d, want %d", err, got, RefusalOther)
		}
	}
}
