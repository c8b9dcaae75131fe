package reportlibrary

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// textsOf returns everything in err that a message may show.
func textsOf(err error) string {
	text := err.Error()
	if e, ok := errors.AsType[*Error](err); ok {
		shown := *e
		shown.Err = nil
		text += fmt.Sprintf("%+v", shown)
	}
	return text
}

// TestHostileValues puts secrets, invisible characters and megabytes wherever a response is quoted.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	key := reportlibrarytest.DefaultAPIKey
	for name, value := range map[string]string{
		"keys":      strings.Repeat(key, 60),
		"half keys": strings.Repeat(key[:len(key)-2]+"-", 60),
		"flood":     strings.Repeat("x", 60_000),
		"escapes":   strings.Repeat("\u202e\u200b\u009b2J", 1000),
	} {
		for place, response := range map[string]reportlibrarytest.Response{
			"text":             reportlibrarytest.Status(400, value),
			"code and message": reportlibrarytest.APIError(400, value, value),
			"request id":       reportlibrarytest.APIError(400, "a", "b").With("X-Request-Id", value),
			"page":             reportlibrarytest.HTML(200, value),
			"location":         reportlibrarytest.RedirectTo(302, "http://127.0.0.1:1/"+value),
			"scheme":           reportlibrarytest.RedirectTo(302, "a"+value+":x"),
			"host":             reportlibrarytest.RedirectTo(302, "http://"+value+".invalid/"),
			"encoding":         reportlibrarytest.Status(200, testCSV).With("Content-Encoding", strings.Repeat("br,", 20_000)+value),
			"not found":        reportlibrarytest.Status(404, `{"errors":["`+value+`"]}`),
		} {
			t.Run(name+" in "+place, func(t *testing.T) {
				t.Parallel()
				srv := reportlibrarytest.NewServer()
				t.Cleanup(srv.Close)
				srv.Script(nil, response.Forever())
				c, log := newTestClient(t, srv.URL(), func(c *Config) {
					c.Retry.MaxAttempts = 2
					c.Proxy = noProxy
				})
				_, err := c.Download(quickly(t), anyRequest, new(memoryFile))
				if err == nil {
					t.Fatal("no error: this tests nothing")
				}
				text := textsOf(err)
				for i := range len(key) - 11 {
					if part := key[i : i+12]; strings.Contains(strings.ToLower(text+log.String()), strings.ToLower(part)) {
						t.Fatalf("%q is in %s\n%s", part, text, log)
					}
				}
				if len(text) > 6000 {
					t.Errorf("the error has %d bytes", len(text))
				}
				if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) {
					t.Errorf("the error has invisible characters: %q", text)
				}
				if n := len(log.String()); n > 20_000 {
					t.Errorf("the log has %d bytes", n)
				}
			})
		}
	}
}

// TestKeyAcrossTheReadLimit puts the key across the last byte that is read of a body.
func TestKeyAcrossTheReadLimit(t *testing.T) {
	t.Parallel()
	key := reportlibrarytest.DefaultAPIKey
	for n := range key {
		body := strings.Repeat("\x00", maxErrorBody-n) + key
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeError(w, body) }))
		client, _ := newTestClient(t, srv.URL)
		_, err := client.Download(quickly(t), anyRequest, new(memoryFile))
		srv.Close()
		if got := as[*Error](t, err).Snippet; len(got) > 3 {
			t.Errorf("%d bytes of the key: got %q", n, got)
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 90_000))
			}
			writeError(w, "")
		}))
		srv.EnableHTTP2 = true
		if secure {
			srv.StartTLS()
		} else {
			srv.Start()
		}
		t.Cleanup(srv.Close)
		c, _ := newTestClient(t, srv.URL, func(c *Config) {
			c.Retry.MaxAttempts = 1
			if secure {
				c.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			}
		})
		_, err := c.Download(quickly(t), anyRequest, new(memoryFile))
		// Over HTTP/2 net/http reports nothing but a protocol error.
		if got := as[*Error](t, err).Error(); !secure && !strings.Contains(got, "response headers exceeded 262144 bytes") {
			t.Errorf("TLS %t: got %q", secure, got)
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	found := foundRecords{statuses: map[string]int{}}
	var reports []knownReport
	for i := range 20_000 {
		found.statuses[fmt.Sprintf("STATUS %05d\u202e", i)] = 1
		reports = append(reports, knownReport{identifier: fmt.Sprintf("%05d\x1b", i)})
	}
	for want, err := range map[string]error{
		`1 STATUS 00009\u202e and 19990 more)`: found.noRun(),
		`is still ` + strings.Repeat("x", maxName-1) + "…": notReady(
			&Record{Status: strings.Repeat("x", 1_000_000)}, time.Minute, nil),
	} {
		if got := err.Error(); !strings.HasSuffix(got, want) || len(got) > 1000 {
			t.Errorf("got %.2000q, want … %q", got, want)
		}
	}
	c, _ := newTestClient(t, "http://127.0.0.1")
	err := ambiguous(reports)
	for range 2 { // an error may be sealed more than once
		_ = c.failed(t.Context(), OpRun, err)
		if n := len(err.Lines); n != 21 || err.Lines[20] != "… and 19980 more" || err.Lines[0] != `Report: 00000\u001b, no run` {
			t.Errorf("got %d lines: %.2000q", n, err.Lines)
		}
	}
}
