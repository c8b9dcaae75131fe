// Package deadline ends tests that hang within two minutes, with the stack of each goroutine.
package deadline

import (
	"context"
	"flag"
	"fmt"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

const (
	// Patience is the longest wait of a test: far more than a slow machine needs.
	Patience = time.Minute
	// Limit is the time for a test, or for all tests of a package. The race detector gets five times as much.
	Limit = 90 * time.Second
)

// Context returns the test's context, which ends after [Patience] too. In a bubble of testing/synctest it ends by the
// bubble's clock.
func Context(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), Patience, fmt.Errorf("%s waited for %s", t.Name(), Patience))
	t.Cleanup(cancel)
	return ctx
}

// Main runs the tests of a package, for its TestMain. After [Limit] the process ends with the names of the tests that
// still run and the stacks of their goroutines. Benchmarks, fuzzing and -timeout 0 are without this limit.
func Main(m *testing.M) int {
	flag.Parse()
	if get("test.bench") == "" && get("test.fuzz") == "" && get("test.timeout") != "0s" {
		set("test.timeout", scaled(Limit).String())
	}
	return m.Run()
}

// Watch ends the process with all stacks unless stop is called within [Limit], for code that may ignore its context.
func Watch(t testing.TB) (stop func()) {
	t.Helper()
	name, limit := t.Name(), scaled(Limit)
	timer := time.AfterFunc(limit, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("%s has not ended within %s", name, limit))
	})
	return func() { timer.Stop() }
}

func scaled(limit time.Duration) time.Duration {
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return 5 * limit
	}
	return limit
}

func get(name string) string { return flag.Lookup(name).Value.String() }

func set(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err) // a duration and a flag of package testing
	}
}
