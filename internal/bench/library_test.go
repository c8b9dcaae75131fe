package main

import (
	"testing"
)

func TestLibrary(t *testing.T) {
	l, err := startLibrary(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	count := func(wantRequests, wantConnections int) {
		t.Helper()
		if requests, connections, err := l.count(); err != nil || requests != wantRequests || connections != wantConnections {
			t.Errorf("%d requests over %d connections, %v; want %d over %d", requests, connections, err, wantRequests,
				wantConnections)
		}
	}
	bareRuns, err := l.add(t.Context(), 3, kilobyte, false)
	if err != nil || len(bareRuns) != 3 || bareRuns[0] == bareRuns[1] {
		t.Fatalf("%v, %v", bareRuns, err)
	}
	count(0, 0)
	wrappedRuns, err := l.add(t.Context(), 1, kilobyte, true)
	if err != nil || len(wrappedRuns) != 1 {
		t.Fatalf("%v, %v", wrappedRuns, err)
	}
	count(1, 1) // the one that makes the archive
	for _, r := range append(bareRuns, wrappedRuns...) {
		if err := l.fetch(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
	count(4, 0)
	if err := l.fetch(t.Context(), run{Report: bareRuns[0].Report, Run: bareRuns[1].Run}); err == nil {
		t.Error("there is no such run")
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	if err := l.fetch(t.Context(), bareRuns[0]); err == nil {
		t.Error("the fake outlives the end of its orders")
	}
}
