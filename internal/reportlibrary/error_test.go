package reportlibrary

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestAPIErrors(t *testing.T) {
	long := strings.Repeat("long ", 100)
	tests := map[string]struct {
		status int
		body   string
		want   Error  // without its status
		text   string // of Error, behind the status
	}{
		"flat": {400, `{"code":"a","message":"b"}`, Error{Code: "a", Message: "b"}, ": a: b"},
		"list": {
			400, `{"errors":[{"code":"a","message":"b"},{"code":"c"}]}`,
			Error{Code: "a", Message: "b"}, ": a: b",
		},
		"detail with colon": {
			400, `{"code":"missing_mandatory_field: format","message":"b"}`,
			Error{Code: "missing_mandatory_field: format", Message: "b"}, ": missing_mandatory_field: format: b",
		},
		"detail with pipe": {
			403, `{"errors":[{"code":"access_denied|access_denied_invalid_key"}]}`,
			Error{Code: "access_denied|access_denied_invalid_key"}, ": access_denied|access_denied_invalid_key",
		},
		"detail with both": {400, `{"code":"a: b|c: d"}`, Error{Code: "a: b|c: d"}, ": a: b|c: d"},
		"code alone":       {400, `{"code":"a"}`, Error{Code: "a"}, ": a"},
		"message alone":    {400, `{"message":"b"}`, Error{Message: "b"}, ": b"},
		"code as number": {
			400, `{"code":1234567890123,"message":null}`,
			Error{Code: "1234567890123"}, ": 1234567890123",
		},
		"message as object": {
			400, `{"code":"a","message":{"en":"b"}}`,
			Error{Code: "a", Message: `{"en":"b"}`}, `: a: {"en":"b"}`,
		},
		"errors null":       {400, `{"errors":null,"code":"a"}`, Error{Code: "a"}, ": a"},
		"errors empty":      {400, `{"errors":[],"message":"b"}`, Error{Message: "b"}, ": b"},
		"errors of nothing": {400, `{"errors":[{}],"message":"b"}`, Error{Message: "b"}, ": b"},
		"errors as strings": {400, `{"errors":["b","c"]}`, Error{Message: "b"}, ": b"},
		"errors as numbers": {400, `{"errors":[17]}`, Error{Message: "17"}, ": 17"},
		"errors as object": {
			400, `{"errors":{"code":"a","message":"b"}}`,
			Error{Code: "a", Message: "b"}, ": a: b",
		},
		"errors as string": {400, `{"errors":"b"}`, Error{Snippet: `{"errors":"b"}`}, `: {"errors":"b"}`},
		"both shapes":      {400, `{"code":"x","errors":[{"code":"a"}]}`, Error{Code: "a"}, ": a"},
		"byte order mark":  {400, "\xef\xbb\xbf{\"code\":\"a\"}", Error{Code: "a"}, ": a"},
		"white space":      {400, "\r\n {\"code\":\"a\"}\n", Error{Code: "a"}, ": a"},
		"other JSON": {
			400, `{"fault":{"detail":"x"}}`,
			Error{Snippet: `{"fault":{"detail":"x"}}`}, `: {"fault":{"detail":"x"}}`,
		},
		"JSON null": {400, `null`, Error{Snippet: "null"}, ": null"},
		"broken JSON": {
			400, `{"code":"a","mess`,
			Error{Snippet: `{"code":"a","mess`}, `: {"code":"a","mess`,
		},
		"empty": {404, "", Error{}, ""},
		"blank": {404, " \r\n\t", Error{}, ""},
		"HTML": {
			403, "<html>\n<title>Blocked</title>\n</html>",
			Error{Snippet: "<html> <title>Blocked</title> </html>"}, ": <html> <title>Blocked</title> </html>",
		},
		"invalid UTF-8":   {404, "caf\xe9 \xff", Error{Snippet: "caf\ufffd \ufffd"}, ": caf\ufffd \ufffd"},
		"invalid in JSON": {404, "{\"code\":\"a\xff\"}", Error{Code: "a\ufffd"}, ": a\ufffd"},
		"terminal escapes": {
			404, "\x1b]0;owned\x07\x1b[31mred\x1b[0m\x00\u202e\u009b",
			Error{Snippet: "]0;owned[31mred[0m"}, ": ]0;owned[31mred[0m",
		},
		"escapes in JSON": {
			404, `{"code":"\u001b[31ma","message":"x\u202ey\nz"}`,
			Error{Code: "[31ma", Message: "xy z"}, ": [31ma: xy z",
		},
		"long": {404, long, Error{Snippet: long[:199] + "…"}, ": " + long[:199] + "…"},
		"long message": {
			404, `{"message":"` + long + `"}`,
			Error{Message: long[:199] + "…"}, ": " + long[:199] + "…",
		},
	}
	for name, tt := range tests {
		for _, contentType := range []string{"application/json", "text/html", ""} {
			for _, compressed := range []bool{false, true} {
				body := tt.body
				response := reportlibrarytest.Status(tt.status, body).With("Content-Type", contentType)
				if compressed {
					response = reportlibrarytest.Status(tt.status, string(gzipped(t, body))).With("Content-Encoding", "gzip")
				}
				t.Run(fmt.Sprintf("%s as %q, gzip %t", name, contentType, compressed), func(t *testing.T) {
					got, _ := apiErrorOf(t, response.With("X-Request-Id", "req-1"))
					tt.want.Status, tt.want.RequestID = tt.status, "req-1"
					if facts(got) != facts(&tt.want) {
						t.Errorf("got  %s\nwant %s", facts(got), facts(&tt.want))
					}
					want := fmt.Sprintf("the service responded with status %d%s", tt.status, tt.text)
					if got.Error() != want {
						t.Errorf("text: got %q, want %q", got.Error(), want)
					}
				})
			}
		}
	}
}

// facts are the strings and the status of an error.
func facts(e *Error) string {
	return fmt.Sprintf("%d %q %q %q %q %q", e.Status, e.Code, e.Message, e.Snippet, e.Host, e.RequestID)
}

// apiErrorOf returns the error of one response.
func apiErrorOf(t *testing.T, response reportlibrarytest.Response) (*Error, *logBuffer) {
	t.Helper()
	srv, run := newFake(t)
	srv.Script(nil, response)
	c, log := newTestClient(t, srv.URL())
	_, err := download(t, c, requestFor(run))
	return as[*Error](t, err), log
}

func TestDocumentedErrors(t *testing.T) {
	for _, response := range reportlibrarytest.DocumentedErrors() {
		if response.StatusCode() == http.StatusTooManyRequests {
			continue // paused for, see TestTooManyRequestsSpendNoAttempt
		}
		for _, shape := range []reportlibrarytest.Response{response, response.InList()} {
			got, _ := apiErrorOf(t, shape)
			if got.Code != response.Code() || got.Message != response.Message() || got.Status != response.StatusCode() {
				t.Errorf("%s became %+v", response.Code(), got)
			}
		}
	}
}

// A body that inflates is cut where it is unpacked.
func TestCompressedHugeErrorBody(t *testing.T) {
	got, _ := apiErrorOf(t, reportlibrarytest.Status(400, string(gzipped(t, strings.Repeat("x", 1<<20)))).
		With("Content-Encoding", "gzip"))
	if want := strings.Repeat("x", maxSnippet-1) + "…"; got.Snippet != want {
		t.Errorf("snippet is %q", got.Snippet)
	}
}

func TestUnreadableErrorBodyLeavesTheStatus(t *testing.T) {
	for name, response := range map[string]reportlibrarytest.Response{
		"no gzip":       reportlibrarytest.Status(400, "plain").With("Content-Encoding", "gzip"),
		"not asked for": reportlibrarytest.Status(400, "\x1b\x00").With("Content-Encoding", "br"),
		"breaks off":    reportlibrarytest.Raw("HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\n"),
	} {
		if got, _ := apiErrorOf(t, response); facts(got) != facts(&Error{Status: 400}) {
			t.Errorf("%s: error is %+v", name, *got)
		}
	}
	// The error quotes the received part.
	got, _ := apiErrorOf(t, reportlibrarytest.Raw("HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\nsome words"))
	if got.Snippet != "some words" {
		t.Errorf("error is %+v", *got)
	}
}

// awkwardKey has a different form in every notation.
const awkwardKey = `Kx"9\<&>%/+=é~Zq8`

// echoes are the notations in which a server or something in between may throw a key back.
func echoes() map[string]string {
	found := make(map[string]string)
	for i, form := range redact.Forms(awkwardKey) {
		found[fmt.Sprintf("form %d", i)] = form
	}
	return found
}

func TestKeyIsMaskedWhereverItIsEchoed(t *testing.T) {
	for name, echo := range echoes() {
		inHeader := strings.Map(func(r rune) rune {
			if r > 0x7e {
				return -1
			}
			return r
		}, echo)
		for place, handler := range map[string]http.HandlerFunc{
			"text":    func(w http.ResponseWriter, _ *http.Request) { writeError(w, "no "+echo) },
			"code":    func(w http.ResponseWriter, _ *http.Request) { writeError(w, `{"code":"c: `+echo+`"}`) },
			"message": func(w http.ResponseWriter, _ *http.Request) { writeError(w, `{"errors":[{"message":"`+echo+`"}]}`) },
			"across the cut": func(w http.ResponseWriter, _ *http.Request) {
				writeError(w, strings.Repeat("-", maxSnippet-5)+echo)
			},
			"request id": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Request-Id", echo)
				w.WriteHeader(400)
			},
			"status line": func(w http.ResponseWriter, _ *http.Request) {
				conn, _, _ := http.NewResponseController(w).Hijack()
				_, _ = io.WriteString(conn, "HTTP/1.1 4oo "+echo+"\r\n\r\n")
				_ = conn.Close()
			},
			"header without a colon": func(w http.ResponseWriter, _ *http.Request) {
				conn, _, _ := http.NewResponseController(w).Hijack()
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n"+echo+"\r\n\r\n")
				_ = conn.Close()
			},
			"location": func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RawQuery == "" {
					w.WriteHeader(400)
					return
				}
				w.Header().Set("Location", "/"+inHeader)
				w.WriteHeader(http.StatusFound)
			},
			"report": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>"+echo+"</html>") },
			"file name": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Disposition", `attachment; filename=`+echo+`.csv`)
				_, _ = io.WriteString(w, testCSV)
			},
		} {
			srv := httptest.NewServer(handler)
			c, log := newTestClient(t, srv.URL, func(c *Config) { c.APIKey, c.Retry.MaxAttempts = awkwardKey, 2 })
			delivery, err := c.Download(t.Context(), anyRequest, new(memoryFile))
			srv.Close()
			texts := fmt.Sprintf("%v\n%+v\n%#v\n%s", err, delivery, err, log)
			if e, ok := asError(err); ok {
				shown := *e
				shown.Err = nil // its text is not masked
				texts += fmt.Sprintf("%+v", shown)
			}
			for _, form := range echoes() {
				if strings.Contains(texts, form) {
					t.Errorf("%s in the %s: %q is in:\n%s", name, place, form, texts)
				}
			}
		}
	}
}

func writeError(w http.ResponseWriter, body string) {
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, body)
}

func TestRedact(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://proxyuser:longpassword@proxy.test")
	t.Setenv("HTTP_PROXY", "http://someone:abc@proxy.test")
	c, _ := newTestClient(t, "https://api.test", func(c *Config) {
		c.APIKey = "key"
		c.Proxy = http.ProxyURL(mustParseURL(t, "http://lonelytoken@proxy.test"))
	})
	for text, want := range map[string]string{
		"key keyed monkey":                       "*** ***ed mon***",
		"proxyuser:longpassword":                 "***",
		"the longpassword":                       "the ***",
		"proxyuser alone is no secret":           "proxyuser alone is no secret",
		"http://someone:abc@proxy.test":          "http://***@proxy.test",
		"abc is too short to be masked":          "abc is too short to be masked",
		"lonelytoken":                            "***",
		"Basic cHJveHl1c2VyOmxvbmdwYXNzd29yZA==": "Basic ***",
		"":                                       "",
	} {
		if got := c.Redact(text); got != want {
			t.Errorf("Redact(%q): got %q, want %q", text, got, want)
		}
	}
	none := New(Config{BaseURL: mustParseURL(t, "https://api.test")})
	if got := none.Redact("a b"); got != "a b" {
		t.Errorf("without a key %q", got)
	}
}

// FuzzExplain feeds the error decoder: its message can be shown to a user, whatever the response.
func FuzzExplain(f *testing.F) {
	for _, body := range []string{
		"", "null", "[]", `{"code":"a","message":"b"}`, `{"errors":[{"code":"a|b","message":"c"}]}`, `{"errors":null}`,
		`{"errors":["x"]}`, `{"code":403,"message":["x"]}`, "<html>\x1b[31mno", "\xff\xfe{\x00", `{"code":"` + reportlibrarytest.DefaultAPIKey + `"}`,
		strings.Repeat("x", 190) + reportlibrarytest.DefaultAPIKey, strings.Repeat("[", 10_000),
	} {
		f.Add(403, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		c, _ := newTestClient(t, "http://127.0.0.1")
		got := &Error{Status: status, RequestID: body, Snippet: body}
		explain(got, []byte(body))
		_ = c.failed(t.Context(), OpDownload, got)
		for name, text := range map[string]string{
			"code": got.Code, "message": got.Message, "snippet": got.Snippet, "request": got.RequestID,
			"error": got.Error(),
		} {
			if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("%s is no clean text: %q", name, text)
			}
			if strings.Contains(text, reportlibrarytest.DefaultAPIKey) {
				t.Errorf("%s holds the key: %q", name, text)
			}
			if len([]rune(text)) > 5*maxSnippet {
				t.Errorf("%s has %d characters", name, len([]rune(text)))
			}
		}
	})
}
