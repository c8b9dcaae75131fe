package reportlibrary

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/ratelimit"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestTooManyRequestsSpendNoAttempt(t *testing.T) {
	always := func(value string) func() string { return func() string { return value } }
	in := func(wait time.Duration) func() string {
		return func() string { return time.Now().Add(wait).UTC().Format(http.TimeFormat) }
	}
	tests := map[string]struct {
		header func() string
		want   time.Duration // of four refusals
	}{
		"without Retry-After": {always(""), (5 + 10 + 20 + 40) * time.Second},
		"seconds":             {always("7"), 4 * 7 * time.Second},
		"date":                {in(9 * time.Second), 4 * 9 * time.Second},
		"date in the past":    {in(-time.Hour), 4 * time.Second},
		"zero":                {always("0"), 4 * time.Second},
		"negative":            {always("-5"), (5 + 10 + 20 + 40) * time.Second},
		"far too long":        {always("1800000000"), 4 * 180 * time.Second},
		"overflow":            {always("99999999999999999999"), 4 * 180 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				c, log := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
					if requests++; requests <= 4 {
						w.Header().Set("Retry-After", tt.header())
						w.WriteHeader(http.StatusTooManyRequests)
						return
					}
					_, _ = io.WriteString(w, testCSV)
				}, waits(time.Second, 180*time.Second), func(c *Config) { c.Retry.MaxAttempts = 1 })
				start := time.Now()
				// Without the deadline that download sets: the pauses are longer.
				if _, err := c.Download(t.Context(), anyRequest, new(memoryFile)); err != nil {
					t.Fatal(err)
				}
				wantElapsed(t, start, tt.want)
				pauses := log.messages(t, "the service asks for fewer requests, pausing")
				if len(pauses) != 4 || pauses[0]["level"] != "INFO" {
					t.Errorf("pauses logged: %v", pauses)
				}
			})
		})
	}
}

func TestTooManyRequestsPausesAllRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refuse := true
		var arrivals []time.Duration
		var mu sync.Mutex // two arrive at the same time
		start := time.Now()
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if refuse {
				refuse = false
				w.Header().Set("Retry-After", "30")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			mu.Lock()
			arrivals = append(arrivals, time.Since(start))
			mu.Unlock()
			_, _ = io.WriteString(w, testCSV)
		}, waits(time.Second, 180*time.Second))
		failures := make(chan error)
		get := func(ctx context.Context) {
			_, err := c.Download(ctx, anyRequest, new(memoryFile))
			failures <- err
		}
		go get(t.Context())
		synctest.Wait()
		go get(t.Context())
		// One who can't wait that long is told so, not kept.
		hurried, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := c.Download(hurried, anyRequest, new(memoryFile))
		if got := wantKind(t, err, KindRateLimited); got.Wait != 30*time.Second || got.RetryAfter != 30*time.Second {
			t.Errorf("needed wait: got %s after a request for %s, want 30s", got.Wait, got.RetryAfter)
		}
		wantElapsed(t, start, 0)
		for range 2 {
			if err := <-failures; err != nil {
				t.Error(err)
			}
		}
		if len(arrivals) != 2 || arrivals[0] != 30*time.Second || arrivals[1] != 30*time.Second {
			t.Errorf("got requests arrived after %v, want 30s", arrivals)
		}
	})
}

// TestPause_isLogged lets three requests wait for a pause: one record in 10 s speaks for all.
func TestPause_isLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refuse := true
		c, log := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if refuse {
				refuse = false
				w.Header().Set("Retry-After", "35")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			_, _ = io.WriteString(w, testCSV)
		}, waits(time.Second, 180*time.Second))
		failures := make(chan error)
		for range 3 {
			go func() {
				_, err := c.Download(t.Context(), anyRequest, new(memoryFile))
				failures <- err
			}()
			synctest.Wait()
			time.Sleep(time.Second)
		}
		for range 3 {
			if err := <-failures; err != nil {
				t.Error(err)
			}
		}
		records := log.messages(t, "waiting for the rate limit")
		if len(records) != 3 {
			t.Fatalf("got %d records, want 3:\n%s", len(records), log)
		}
		for i, record := range records {
			for key, want := range map[string]any{
				"level": "INFO", "reason": "the pause that the service asked for", "waiting_requests": 3.,
				"waited": float64(i+1) * 10e9, "left": 25e9 - float64(i)*10e9,
			} {
				if record[key] != want {
					t.Errorf("%s of record %d: got %v, want %v", key, i, record[key], want)
				}
			}
		}
	})
}

// TestRateLimited_otherRequest checks a request that waits because of the pause of another.
func TestRateLimited_otherRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"errors":[{"code":"request_limit_exceeded","message":"Service unavailable"}]}`)
		}, waits(time.Second, 180*time.Second))
		patient, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		first := make(chan error)
		go func() {
			_, err := c.Download(patient, anyRequest, new(memoryFile))
			first <- err
		}()
		synctest.Wait()
		hurried, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.Download(hurried, anyRequest, new(memoryFile))
		got := wantKind(t, err, KindRateLimited)
		want := "the service responded with status 429: request_limit_exceeded: Service unavailable, and requested a pause " +
			"of 2h0m0s; the next attempt, in 3m0s, would start after the timeout"
		if got.Text() != want {
			t.Errorf("the second: got %q, want %q", got.Text(), want)
		}
		got = wantKind(t, <-first, KindRateLimited)
		want = "the service responded with status 429: request_limit_exceeded: Service unavailable, and requested a pause " +
			"of 2h0m0s; it did so 10 times over 27m0s; the next attempt, in 3m0s, would start after the timeout"
		if got.Text() != want {
			t.Errorf("the first: got %q, want %q", got.Text(), want)
		}
	})
}

// TestPause_otherReason checks a request that waits because of a 503, an hour after a 429.
func TestPause_otherReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			switch requests++; requests {
			case 1:
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusTooManyRequests)
			case 3:
				w.Header().Set("Retry-After", "120")
				w.WriteHeader(http.StatusServiceUnavailable)
			default:
				_, _ = io.WriteString(w, testCSV)
			}
		}, waits(time.Second, 180*time.Second))
		if _, err := c.Download(t.Context(), anyRequest, new(memoryFile)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		first := make(chan error)
		go func() {
			_, err := c.Download(t.Context(), anyRequest, new(memoryFile))
			first <- err
		}()
		synctest.Wait()
		hurried, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.Download(hurried, anyRequest, new(memoryFile))
		if err := <-first; err != nil {
			t.Error(err)
		}
		got := wantKind(t, err, KindPauseTooLong)
		if want := "a wait of 2m0s is needed, which would not end before the timeout: the pause that the service asked for " +
			"lasts until"; got.Status != 0 || !strings.HasPrefix(got.Text(), want) {
			t.Errorf("got status %d, %q, want %q", got.Status, got.Text(), want)
		}
	})
}

// TestRateLimited_slowBody has two refusals, of which the earlier one has the later body.
func TestRateLimited_slowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			switch n := requests.Add(1); n {
			case 1, 2:
				time.Sleep(time.Duration(n) * time.Second)
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(http.StatusTooManyRequests)
				w.(http.Flusher).Flush()
				if n == 1 {
					time.Sleep(10 * time.Second)
				}
			default:
				_, _ = io.WriteString(w, testCSV)
			}
		}, waits(time.Second, 180*time.Second))
		failures := make(chan error)
		for range 2 {
			go func() {
				_, err := c.Download(t.Context(), anyRequest, new(memoryFile))
				failures <- err
			}()
		}
		time.Sleep(20 * time.Second)
		hurried, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := c.Download(hurried, anyRequest, new(memoryFile))
		for range 2 {
			if err := <-failures; err != nil {
				t.Error(err)
			}
		}
		wantKind(t, err, KindRateLimited)
	})
}

// The body of a 429 that trickles in must not delay the pause.
func TestPauseBeginsBeforeTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if requests++; requests == 1 {
				w.Header().Set("Retry-After", "30")
				w.WriteHeader(http.StatusTooManyRequests)
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Second)
				return
			}
			_, _ = io.WriteString(w, testCSV)
		}, waits(time.Second, 180*time.Second))
		start := time.Now()
		if _, err := download(t, c, anyRequest); err != nil {
			t.Fatal(err)
		}
		wantElapsed(t, start, 30*time.Second)
	})
}

func TestRateLimitCountsRetriesAndReplays(t *testing.T) {
	for name, responses := range map[string][]reportlibrarytest.Response{
		"retries": {reportlibrarytest.Status(500, ""), reportlibrarytest.Status(500, "")},
		// net/http itself sends the third request, after the second found its kept connection cut.
		"a replay": {reportlibrarytest.ReportNotFound, reportlibrarytest.HangUp()},
	} {
		t.Run(name, func(t *testing.T) {
			srv, run := newFake(t)
			srv.Script(reportlibrarytest.Downloads, responses...)
			c, _ := newTestClient(t, srv.URL(), func(c *Config) { c.Per3Minutes = 2 })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := c.Download(ctx, requestFor(run), new(memoryFile))
			if name == "a replay" {
				as[*Error](t, err)
				_, err = c.Download(ctx, requestFor(run), new(memoryFile))
			}
			wantKind(t, err, KindPauseTooLong, KindNoTimeLeft)
			as[*ratelimit.WaitError](t, err)
			if got := len(srv.Requests()); got != 2 {
				t.Errorf("got %d requests, want the 2 that the limit allows", got)
			}
		})
	}
}

func TestRateLimitCountsEachRequestOnce(t *testing.T) {
	for protocol, newServer := range map[string]func(...func(*reportlibrarytest.Options)) *reportlibrarytest.Server{
		"HTTP/1.1": reportlibrarytest.NewServer, "HTTP/2": reportlibrarytest.NewTLSServer,
	} {
		t.Run(protocol, func(t *testing.T) {
			srv := newServer(func(o *reportlibrarytest.Options) {
				o.Delivery.Redirect = &reportlibrarytest.Redirect{Hops: 2}
			})
			defer srv.Close()
			run := addTestRun(srv)
			// Two downloads of three requests each: the redirects go to the same origin.
			c, _ := newTestClient(t, srv.URL(), trusting(srv.CACertPEM()), func(c *Config) { c.Per3Minutes = 6 })
			wantDownload(t, c, run)
			wantDownload(t, c, run)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := c.Download(ctx, requestFor(run), new(memoryFile))
			wantKind(t, err, KindPauseTooLong, KindNoTimeLeft)
			if got := len(srv.Requests()); got != 6 {
				t.Errorf("got %d requests, want 6", got)
			}
		})
	}
}

func TestRefusalOfAForeignHostSpendsAttempts(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		store := reportlibrarytest.NewStorage(reportlibrarytest.StorageOptions{})
		t.Cleanup(store.Close)
		srv, run := newFake(t, func(o *reportlibrarytest.Options) {
			o.Delivery.Redirect = &reportlibrarytest.Redirect{To: store}
		})
		store.Script(nil, reportlibrarytest.RetryAfter(status, "0").Forever())
		c, _ := newTestClient(t, srv.URL())
		_, err := c.Download(quickly(t), requestFor(run), new(memoryFile))
		if as[*Error](t, err).Attempts != 3 || len(srv.Requests()) != 3 || len(store.Requests()) != 3 {
			t.Errorf("%d requests here and %d there, error %v", len(srv.Requests()), len(store.Requests()), err)
		}
		got := as[*Error](t, err)
		if got.Status != status || got.Host != strings.TrimPrefix(store.Origin(), "http://") {
			t.Errorf("error is %#v", got)
		}
		// Each attempt is a new link from the API, which is not paused.
		store.ClearScript()
		wantDownload(t, c, run)
	}
}

// quota is a server that enforces the documented windows and says no word about when to come back.
type quota struct {
	mu       sync.Mutex
	arrivals []time.Time
	refused  int
}

func (q *quota) admit(now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for period, limit := range map[time.Duration]int{5 * time.Second: 100, 3 * time.Minute: 1000} {
		if n := len(q.arrivals); n >= limit && now.Sub(q.arrivals[n-limit]) < period {
			q.refused++
			return false
		}
	}
	q.arrivals = append(q.arrivals, now)
	return true
}

func (q *quota) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	time.Sleep(rand.N(50 * time.Millisecond)) // on the way
	if !q.admit(time.Now()) {
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	_, _ = io.WriteString(w, testCSV)
}

// downloadAll makes so many downloads, 10 at a time.
func downloadAll(t *testing.T, c *Client, downloads int) {
	t.Helper()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range downloads / 10 {
				dst := new(memoryFile)
				if _, err := c.Download(t.Context(), anyRequest, dst); err != nil || dst.String() != testCSV {
					t.Errorf("download is %q, %v", dst, err)
				}
			}
		})
	}
	wg.Wait()
}

func defaults(c *Config) {
	c.Retry = Retry{MaxAttempts: DefaultMaxAttempts, MinWait: DefaultMinWait, MaxWait: DefaultMaxWait}
	c.Per5Seconds, c.Per3Minutes = DefaultPer5Seconds, DefaultPer3Minutes
}

func TestDefaultsAreNeverRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := new(quota)
		c, log := bubbleClient(t, q.ServeHTTP, defaults)
		start := time.Now()
		downloadAll(t, c, 1200)
		if q.refused != 0 || len(q.arrivals) != 1200 || log.messages(t, retryMessage) != nil {
			t.Errorf("%d requests, %d refused", len(q.arrivals), q.refused)
		}
		// The windows demand 3 minutes for the first 1,000, and 5 seconds for each 100 of the rest but the last.
		if took := time.Since(start); took > 3*time.Minute+10*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestSecondClientWithTheSameKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := new(quota)
		c, _ := bubbleClient(t, q.ServeHTTP, defaults)
		ctx, cancel := context.WithCancel(t.Context())
		var other sync.WaitGroup
		other.Go(func() {
			for ctx.Err() == nil {
				for range 50 {
					q.admit(time.Now())
				}
				time.Sleep(18 * time.Second)
			}
		})
		downloadAll(t, c, 1000)
		cancel()
		other.Wait()
		if q.refused == 0 {
			t.Error("the other client was not noticed")
		}
	})
}

// TestReplayFreesItsSlot has the server close a kept connection at the second request, which net/http then sends again.
// The slot of the closed request must not stay taken, because the limit of one request would never be free again.
func TestReplayFreesItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c, _ := bubbleClient(t, func(w http.ResponseWriter, _ *http.Request) {
			if requests++; requests == 2 {
				panic(http.ErrAbortHandler)
			}
			_, _ = io.WriteString(w, testCSV)
		}, func(c *Config) { c.Per5Seconds, c.Retry.MaxAttempts = 1, 1 })
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for range 3 {
			if _, err := downloadIn(ctx, c, anyRequest); err != nil {
				t.Fatal(err)
			}
		}
		if requests != 4 {
			t.Errorf("got %d requests, want 3 and the one that was sent again", requests)
		}
		wantElapsed(t, start, 15*time.Second)
	})
}
