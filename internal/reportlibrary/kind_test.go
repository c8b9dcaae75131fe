package reportlibrary

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// constantKinds returns the names of the kinds that error.go declares.
func constantKinds(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "error.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			for _, name := range spec.Names {
				if strings.HasPrefix(name.Name, "Kind") {
					names[name.Name] = true
				}
			}
		}
		return true
	})
	return names
}

// testExists reports whether this package, httpclient or content has the test.
func testExists(t *testing.T, name string) bool {
	t.Helper()
	for _, dir := range []string{".", "../httpclient", "../content"} {
		files, err := filepath.Glob(dir + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "func "+name+"(") {
				return true
			}
		}
	}
	return false
}

// failing is a situation in which an operation fails.
type failing struct {
	kind   Kind
	change func(*Config)
	serve  http.HandlerFunc
	do     func(context.Context, *Client) error
}

func downloadAs(format Format) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error {
		req := anyRequest
		req.Format, req.MaxBytes = format, 100_000
		_, err := c.Download(ctx, req, new(memoryFile))
		return err
	}
}

// downloadPart requests the part 2.
func downloadPart(ctx context.Context, c *Client) error {
	req := anyRequest
	req.SplitReportSequence = new(int64(2))
	_, err := c.Download(ctx, req, new(memoryFile))
	return err
}

// theRun are the fields of a record that name the run of anyRequest.
const theRun = `"report_identifier":"report","report_run_identifier":"run",`

func findRun(ctx context.Context, c *Client) error {
	_, err := c.FindRun(ctx, RunRequest{ReportDisplayName: "A", StartedAfter: "2026-01-01"})
	return err
}

func waitForRun(ctx context.Context, c *Client) error {
	ctx, cancel := context.WithTimeout(ctx, 1500*time.Millisecond)
	defer cancel()
	_, err := c.FindRun(ctx, RunRequest{ReportDisplayName: "A", WaitForReady: true})
	return err
}

func readHistory(ctx context.Context, c *Client) error {
	_, err := c.History(ctx, HistoryRequest{})
	return err
}

// body serves a body with status 200.
func body(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, content) }
}

// refusal serves an error in the API's shape, or a text if it has no code.
func refusal(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		if code != "" {
			_, _ = io.WriteString(w, `{"code":"`+code+`"}`)
		}
	}
}

func historyRecords(records string) http.HandlerFunc {
	return body(`{"page":{"total":1},"report_history":[{"report_display_name":"A",` + records + `}]}`)
}

// explained serves an error to downloads, and a history with these fields of the run that anyRequest names.
func explained(code, record string) http.HandlerFunc {
	history, refused := historyRecords(record), refusal(404, code)
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/history") {
			history(w, r)
		} else {
			refused(w, r)
		}
	}
}

// TestKinds_everyOneIsProduced lets a real request fail in every way that has a kind.
func TestKinds_everyOneIsProduced(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(refusal(403, ""))
	t.Cleanup(foreign.Close)
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	zip := func(files ...zipfiletest.File) http.HandlerFunc { return body(string(zipfiletest.Build(t, files...))) }
	short := func(c *Config) { c.IdleTimeout = 20 * time.Millisecond }
	tests := map[string]failing{
		"KindCanceled": {kind: KindCanceled, serve: silent, do: func(ctx context.Context, c *Client) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return downloadAs(FormatCSV)(ctx, c)
		}},
		"KindTimeout": {kind: KindTimeout, serve: silent, do: func(ctx context.Context, c *Client) error {
			ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			return downloadAs(FormatCSV)(ctx, c)
		}},
		"KindPauseTooLong": {kind: KindPauseTooLong, change: func(c *Config) { c.Per3Minutes = 1 },
			serve: refusal(404, `{"code":"report_not_found"}`), do: func(ctx context.Context, c *Client) error {
				_ = downloadAs(FormatCSV)(ctx, c)
				return downloadAs(FormatCSV)(ctx, c)
			}},
		"KindRateLimited": {kind: KindRateLimited, change: waits(time.Hour, time.Hour), serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}},
		"KindNoTimeLeft": {kind: KindNoTimeLeft, change: waits(time.Hour, time.Hour), serve: refusal(503, "")},
		"KindConnection": {kind: KindConnection, change: func(c *Config) {
			c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }
		}},
		"KindTransfer": {kind: KindTransfer, serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, testCSV)
		}},
		"KindIdle":     {kind: KindIdle, change: short, serve: silent},
		"KindRedirect": {kind: KindRedirect, serve: redirect("ftp://x")},
		"KindProxy": {kind: KindProxy, change: func(c *Config) {
			c.Proxy = func(*http.Request) (*url.URL, error) { return nil, io.ErrClosedPipe }
		}},

		"KindRedirectTarget": {kind: KindRedirectTarget, serve: redirect(foreign.URL)},
		"KindFormat":         {kind: KindFormat, serve: refusal(400, "report_format_inapplicable")},
		"KindNotEnabled":     {kind: KindNotEnabled, serve: refusal(403, "custom_reports_not_enabled")},
		"KindPermission":     {kind: KindPermission, serve: refusal(403, "user_forbidden")},
		"KindAuthentication": {kind: KindAuthentication, serve: refusal(403, "access_denied|access_denied_invalid_key")},
		"KindAccessDenied":   {kind: KindAccessDenied, serve: refusal(403, "")},
		"KindNotFound": {kind: KindNotFound, serve: func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/history") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			refusal(404, "report_not_found")(w, r)
		}},
		"KindNoService":        {kind: KindNoService, serve: refusal(404, "")},
		"KindFilter":           {kind: KindFilter, serve: refusal(400, "invalid_filter: status")},
		"KindRejected":         {kind: KindRejected, serve: refusal(400, "invalid_request: x")},
		"KindUnavailable":      {kind: KindUnavailable, serve: refusal(503, "")},
		"KindUnexpectedStatus": {kind: KindUnexpectedStatus, serve: refusal(418, "")},

		"KindEmpty":       {kind: KindEmpty, serve: refusal(204, "")},
		"KindPage":        {kind: KindPage, serve: body("<html>x</html>")},
		"KindFailure":     {kind: KindFailure, serve: body(`{"errors":[{"code":"a","message":"b"}]}`)},
		"KindBinary":      {kind: KindBinary, serve: body(strings.Repeat("\x00\x01", 100))},
		"KindOtherFormat": {kind: KindOtherFormat, serve: body(`[{"a":"b"}]`)},
		"KindMalformed":   {kind: KindMalformed, serve: body(`[{"a":"b"},]`), do: downloadAs(FormatJSON)},
		"KindTruncated":   {kind: KindTruncated, serve: body(`[{"a":"b"}`), do: downloadAs(FormatJSON)},
		"KindCutOff": {kind: KindCutOff, do: downloadAs(FormatJSON), serve: func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			_, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\n\r\n[{\"a\":\"b\"}")
			_ = conn.Close()
		}},
		"KindDamaged":     {kind: KindDamaged, serve: body(patchedZIP(t, 35+len("a.csv"), 0xff))},
		"KindEncrypted":   {kind: KindEncrypted, serve: body(patchedZIP(t, 6, 1))},
		"KindUnsupported": {kind: KindUnsupported, serve: body(patchedZIP(t, 8, 93))},
		"KindNotOneFile": {kind: KindNotOneFile, serve: zip(
			zipfiletest.File{Name: "a.csv", Data: testCSV}, zipfiletest.File{Name: "b.csv", Data: testCSV})},
		"KindTooLarge": {kind: KindTooLarge, serve: body(strings.Repeat("a,b\n", 50_000))},

		"KindCoding": {kind: KindCoding, serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = io.WriteString(w, testCSV)
		}},
		"KindBodyDamaged": {kind: KindBodyDamaged, serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, testCSV)
		}},

		"KindResponse":    {kind: KindResponse, serve: body("[]"), do: readHistory},
		"KindResponseEnd": {kind: KindResponseEnd, serve: body(`{"page":`), do: readHistory},
		"KindInconsistent": {kind: KindInconsistent, do: readHistory, serve: body(
			`{"page":{"total":9},"report_history":[{"report_run_identifier":"a"}]}`)},
		"KindNoRun": {kind: KindNoRun, do: findRun, serve: historyRecords(
			`"report_run_identifier":"a","status":"FAILED","report_start_date":"2026-02-01 00:00:00"`)},
		"KindNoNewRun": {kind: KindNoNewRun, do: findRun, serve: historyRecords(
			`"report_run_identifier":"a","status":"READY","report_start_date":"2025-02-01 00:00:00"`)},
		"KindRunFailed": {kind: KindRunFailed, do: waitForRun, serve: historyRecords(
			`"report_run_identifier":"a","status":"FAILED"`)},
		"KindRunNotReady": {kind: KindRunNotReady, do: waitForRun, serve: historyRecords(
			`"report_run_identifier":"a","status":"GENERATING"`)},
		"KindAmbiguous": {kind: KindAmbiguous, do: findRun, serve: body(`{"page":{"total":2},"report_history":[` +
			`{"report_display_name":"A","report_identifier":"a"},{"report_display_name":"A","report_identifier":"b"}]}`)},

		"KindReportUnknown": {kind: KindReportUnknown, serve: explained("report_not_found", `"report_identifier":"another"`)},
		"KindOtherReport": {kind: KindOtherReport, serve: explained("report_not_found",
			`"report_identifier":"another","report_run_identifier":"run"`)},
		"KindOtherType": {kind: KindOtherType, serve: func(w http.ResponseWriter, r *http.Request) {
			history := historyRecords(`"report_identifier":"a","report_type":"orders"`)
			if r.URL.Query().Has("report_type") {
				history = body(`{"page":{"total":0},"report_history":[]}`)
			}
			history(w, r)
		},
			do: func(ctx context.Context, c *Client) error {
				_, err := c.FindRun(ctx, RunRequest{ReportDisplayName: "A", ReportType: "domains"})
				return err
			}},
		"KindRunUnknown": {kind: KindRunUnknown, serve: explained("report_not_found",
			`"report_identifier":"report","report_run_identifier":"another"`)},
		"KindRunExpired": {kind: KindRunExpired, serve: explained("report_not_found",
			theRun+`"status":"READY","report_end_date":"2021-01-13 09:15:48"`)},
		"KindGenerating": {kind: KindGenerating, serve: explained("report_not_found", theRun+`"status":"GENERATING"`)},
		"KindSplit":      {kind: KindSplit, serve: explained("report_not_found", theRun+`"status":"READY","split_report_count":2`)},
		"KindNotSplit": {kind: KindNotSplit, do: downloadPart, serve: explained("report_not_found",
			theRun+`"status":"READY","split_report_count":0`)},
		"KindFewerParts": {kind: KindFewerParts, do: downloadPart, serve: explained("report_not_found",
			theRun+`"status":"READY","split_report_count":2`)},
		"KindNotServed": {kind: KindNotServed, serve: explained("report_not_found", theRun+`"status":"READY"`)},
	}
	// These have a test of their own, which takes a TLS server, much data, or a clock.
	elsewhere := map[string]string{
		"KindHandshake": "TestOldTLSIsRefused", "KindAuthority": "TestCertificatesThatAreRefused",
		"KindHostname": "TestCertificatesThatAreRefused", "KindExpired": "TestCertificatesThatAreRefused",
		"KindCert": "TestConnectionError", "KindHost": "TestConnectionError", "KindNoProxy": "TestConnectionError",
		"KindNotTLS":  "TestConnectionError",
		"KindHostile": "TestHostileIsNotWritten", "KindInflation": "TestOpenBody_bomb", "KindHistorySize": "TestHistory_isBoundedInAll",
	}
	for kind, test := range elsewhere {
		if !testExists(t, test) {
			t.Errorf("there is no %s to produce %s", test, kind)
		}
	}
	for name := range constantKinds(t) {
		_, here := tests[name]
		if _, there := elsewhere[name]; here == there {
			t.Errorf("%s is produced by one test: %t here, %t elsewhere", name, here, there)
		}
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := "http://127.0.0.1:1"
			if tt.serve != nil {
				srv := httptest.NewServer(tt.serve)
				t.Cleanup(srv.Close)
				address = srv.URL
			}
			change := func(*Config) {}
			if tt.change != nil {
				change = tt.change
			}
			c, _ := newTestClient(t, address, change)
			do := downloadAs(FormatCSV)
			if tt.do != nil {
				do = tt.do
			}
			got := wantKind(t, do(quickly(t), c), tt.kind)
			if got.Op == "" || got.Text() == "" {
				t.Errorf("got %+v, want an operation and a text", got)
			}
		})
	}
}

// patchedZIP returns an archive of one file with the bits of its byte at offset changed, and the same byte of its
// directory entry if the header has it too.
func patchedZIP(t *testing.T, offset int, bits byte) string {
	t.Helper()
	archive := zipfiletest.Build(t, zipfiletest.File{Name: "a.csv", Data: testCSV})
	archive[offset] ^= bits
	if offset < 30 {
		archive[bytes.Index(archive, []byte("PK\x01\x02"))+offset+2] ^= bits
	}
	return string(archive)
}

func redirect(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, location, http.StatusFound) }
}
