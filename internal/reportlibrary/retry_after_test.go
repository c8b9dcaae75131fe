package reportlibrary

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfterOf503(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var requests atomic.Int64
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if requests.Add(1) == 1 {
				w.Header().Set("Retry-After", "90")
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			_, _ = io.WriteString(w, testCSV)
		}, waits(time.Second, 180*time.Second))
		if _, err := downloadIn(t.Context(), c, anyRequest); err != nil {
			t.Fatal(err)
		}
		wantElapsed(t, start, 90*time.Second)

		// All others wait too.
		requests.Store(0)
		start = time.Now()
		done := make(chan error)
		go func() {
			_, err := downloadIn(t.Context(), c, anyRequest)
			done <- err
		}()
		synctest.Wait()
		if _, err := downloadIn(t.Context(), c, anyRequest); err != nil {
			t.Fatal(err)
		}
		wantElapsed(t, start, 90*time.Second)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

func TestWaitPastTheDeadlineFailsAtOnce(t *testing.T) {
	tests := map[string]struct {
		status int
		header string
		wait   time.Duration
	}{
		"429 with Retry-After":    {429, "120", 120 * time.Second},
		"429 capped":              {429, "99999999999999", 180 * time.Second},
		"503 with Retry-After":    {503, "120", 120 * time.Second},
		"503 with a far-off date": {503, "Fri, 31 Dec 9999 23:59:59 GMT", 180 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
					requests++
					w.Header().Set("Retry-After", tt.header)
					w.WriteHeader(tt.status)
					_, _ = io.WriteString(w, `{"code":"busy"}`)
				}, waits(time.Second, 180*time.Second))
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				start := time.Now()
				_, err := c.Download(ctx, anyRequest, new(memoryFile))
				wantElapsed(t, start, 0)
				got := wantKind(t, err, KindRateLimited, KindNoTimeLeft)
				if got.Wait != tt.wait || as[*Error](t, got.Err).Code != "busy" || requests != 1 {
					t.Errorf("%d requests, error is %v", requests, err)
				}
				if errors.Is(err, context.DeadlineExceeded) {
					t.Error("the deadline was not exceeded")
				}
			})
		})
	}
}

func TestOwnWaitPastTheDeadlineFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
		}, waits(time.Minute, time.Minute))
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.Download(ctx, anyRequest, new(memoryFile))
		wantElapsed(t, start, time.Minute)
		if as[*Error](t, err).Attempts != 2 || wantKind(t, err, KindPauseTooLong, KindNoTimeLeft).Wait != time.Minute {
			t.Errorf("error is %v", err)
		}
		if as[*Error](t, err).Status != http.StatusBadGateway {
			t.Errorf("error is %v", err)
		}
	})
}
