package reportlibrarytest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// Patience is the longest that a test waits for anything: far more than a slow machine needs, and short enough that a
// request which never comes is a failure of its test, not of the whole run after ten minutes.
const Patience = 2 * time.Minute

// Context returns the test's context, which ends after [Patience] too.
func Context(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), Patience, fmt.Errorf("the test waited for %s", Patience))
	t.Cleanup(cancel)
	return ctx
}
