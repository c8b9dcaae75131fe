package reportlibrary

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// textsOf returns everything in err that a message may show.
func textsOf(err error) string {
	text := err.Error()
	if apiErr, ok := errors.AsType[*APIError](err); ok {
		text += fmt.Sprintf("%+v", *apiErr)
	}
	if contentErr, ok := errors.AsType[*ContentError](err); ok {
		text += fmt.Sprintf("%+v", *contentErr)
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
		for place, answer := range map[string]reportlibrarytest.Answer{
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
				srv.Script(nil, answer.Forever())
				c, log := newTestClient(t, srv.URL(), func(c *Config) {
					c.Retry.MaxAttempts = 2
					c.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
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

// TestKeyAcrossTheEndOfWhatIsRead ends what is read of a body within the key.
func TestKeyAcrossTheEndOfWhatIsRead(t *testing.T) {
	t.Parallel()
	key := reportlibrarytest.DefaultAPIKey
	c, _ := newTestClient(t, "http://127.0.0.1")
	for n := range key {
		body := strings.Repeat("\x00", maxErrorBody-n) + key
		got := c.decodeAPIError(&http.Response{
			StatusCode: 400, Header: http.Header{}, ContentLength: -1, Body: http.NoBody,
			Request: httptest.NewRequest(http.MethodGet, "http://127.0.0.1/report", nil),
		})
		if got.Snippet != "" {
			t.Fatalf("got %q of nothing", got.Snippet)
		}
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeError(w, body) }))
		client, _ := newTestClient(t, srv.URL)
		_, err := client.Download(quickly(t), anyRequest, new(memoryFile))
		srv.Close()
		if got := as[*APIError](t, err).Snippet; got != "" && got != "***" {
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
		if got := as[*TransferError](t, err).Error(); !secure && !strings.Contains(got, "response headers exceeded 262144 bytes") {
			t.Errorf("TLS %t: got %q", secure, got)
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	found := &NoRunError{Statuses: map[string]int{}}
	ambiguous := &AmbiguousReportError{}
	for i := range 20_000 {
		found.Statuses[fmt.Sprintf("STATUS %05d\u202e", i)] = 1
		ambiguous.ReportIdentifiers = append(ambiguous.ReportIdentifiers, fmt.Sprintf("%05d\x1b", i))
	}
	for want, err := range map[string]error{
		`1 STATUS 00009\u202e and 19990 more)`: found,
		`00009\u001b and 19990 more`:           ambiguous,
		`is still ` + strings.Repeat("x", maxName-1) + "…": &WaitError{
			Run: &Record{Status: strings.Repeat("x", 1_000_000)},
		},
	} {
		if got := err.Error(); !strings.HasSuffix(got, want) || len(got) > 1000 {
			t.Errorf("got %.2000q, want … %q", got, want)
		}
	}
}
