package reportlibrarytest_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func newServer(t *testing.T, configure ...func(*rlt.Options)) *rlt.Server {
	t.Helper()
	srv := rlt.NewServer(configure...)
	t.Cleanup(srv.Close)
	return srv
}

// newClient returns a client of its own connections that neither decompresses nor follows redirects.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// response is a received response: body contains the bytes before err, if the body broke off.
type response struct {
	*http.Response
	body []byte
	err  error
}

func (a response) text() string { return string(a.body) }

// get sends a GET with the key; header is pairs of name and value.
func get(t *testing.T, client *http.Client, rawURL string, header ...string) response {
	t.Helper()
	resp, err := send(t, client, rawURL, header...)
	if err != nil {
		t.Fatalf("GET %s: %v", rawURL, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return response{resp, body, err}
}

func send(t *testing.T, client *http.Client, rawURL string, header ...string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, rawURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-DC-DEVKEY", rlt.DefaultAPIKey)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			req.Header.Del(header[i])
		}
	}
	return client.Do(req)
}

func downloadURL(srv *rlt.Server, run rlt.Run, format string) string {
	u := srv.URL() + "/report/" + run.ReportIdentifier + "/" + run.RunIdentifier + "/download"
	if format != "" {
		u += "?report_format=" + url.QueryEscape(format)
	}
	return u
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// wantRefusal checks status and code of an API error, in either shape.
func wantRefusal(t *testing.T, a response, want rlt.Response) {
	t.Helper()
	type apiError struct{ Code, Message string }
	var both struct {
		apiError
		Errors []apiError
	}
	if err := json.Unmarshal(a.body, &both); err != nil {
		t.Fatalf("body %q: %v", a.body, err)
	}
	if len(both.Errors) > 0 {
		both.apiError = both.Errors[0]
	}
	equal(t, "status", a.StatusCode, want.StatusCode())
	equal(t, "code", both.Code, want.Code())
	equal(t, "message", both.Message, want.Message())
	equal(t, "Content-Type", a.Header.Get("Content-Type"), "application/json")
}

// members opens an archive and returns names and contents, in order.
func members(t *testing.T, archive []byte) (files []*zip.File, contents []string) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatalf("member %q: %v", f.Name, err)
		}
		files, contents = append(files, f), append(contents, string(content))
	}
	return files, contents
}
