package reportlibrary

import (
	"context"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// TestThousandFailuresLeakNothing counts goroutines and, where the system shows them, file descriptors.
func TestThousandFailuresLeakNothing(t *testing.T) {
	// One origin speaks HTTP/1, the other HTTP/2.
	for protocol, newServer := range map[string]func(...func(*reportlibrarytest.Options)) *reportlibrarytest.Server{
		"HTTP/1.1": reportlibrarytest.NewServer, "HTTP/2": reportlibrarytest.NewTLSServer,
	} {
		t.Run(protocol, func(t *testing.T) {
			before := countResources()
			failThousandTimes(t, newServer())
			wantResources(t, before)
		})
	}
}

func failThousandTimes(t *testing.T, srv *reportlibrarytest.Server) {
	t.Helper()
	store := reportlibrarytest.NewStorage(reportlibrarytest.StorageOptions{})
	defer store.Close()
	defer srv.Close()
	faults := []reportlibrarytest.Response{
		reportlibrarytest.Reset(), reportlibrarytest.HangUp(), reportlibrarytest.Raw("HTTP/1.1 2"),
		reportlibrarytest.Truncated(100), reportlibrarytest.TruncatedChunked(100), reportlibrarytest.ResetAfter(2000),
		reportlibrarytest.Status(500, strings.Repeat("x", 200_000)), reportlibrarytest.RetryAfter(503, "0"),
		reportlibrarytest.Status(404, ""), reportlibrarytest.HTML(200, "Sign in"), reportlibrarytest.Empty(),
		reportlibrarytest.NoContent204(), reportlibrarytest.Status(200, "\x1f\x8b\x08").With("Content-Encoding", "gzip"),
		reportlibrarytest.Stall(100, nil), reportlibrarytest.Hold(nil),
		reportlibrarytest.RedirectTo(302, "ftp://x"), reportlibrarytest.RedirectTo(302, "%zz"),
		reportlibrarytest.RedirectTo(302, store.Origin()+"/nothing-here"), reportlibrarytest.RedirectTo(302, srv.URL()+"/x"),
	}
	run := addTestRun(srv)
	c, _ := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()), func(c *Config) {
		c.Retry = Retry{MaxAttempts: 2, MaxWait: time.Microsecond}
		c.IdleTimeout = 20 * time.Millisecond
		c.Logger = nil
	})
	for _, fault := range faults {
		srv.ClearScript()
		srv.Script(reportlibrarytest.Downloads, fault.Forever())
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for i := range 1 + 1000/len(faults)/8 {
					timeout := time.Minute
					if i == 0 {
						timeout = time.Millisecond // ends somewhere in the middle
					}
					ctx, cancel := context.WithTimeout(t.Context(), timeout)
					if _, err := c.Download(ctx, requestFor(run), new(memoryFile)); err == nil {
						t.Error("a download did not fail")
					}
					cancel()
				}
			})
		}
		wg.Wait()
	}
	c.CloseIdleConnections()
}

type count struct{ goroutines, descriptors int }

func countResources() count {
	descriptors, _ := os.ReadDir("/proc/self/fd") // none where the system doesn't show them
	return count{goroutines: runtime.NumGoroutine(), descriptors: len(descriptors)}
}

// wantResources waits until goroutines and descriptors are closed, and fails with the stacks of those that stay.
func wantResources(t *testing.T, before count) {
	t.Helper()
	var now count
	for range 1000 {
		runtime.GC()
		if now = countResources(); now.goroutines <= before.goroutines && now.descriptors <= before.descriptors {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("before: %+v, after: %+v\n%s", before, now, stacks[:runtime.Stack(stacks, true)])
}
