package reportlibrarytest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestDocumentedErrors(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{})
	client := newClient(t)
	for _, want := range rlt.DocumentedErrors() {
		t.Run(want.Code(), func(t *testing.T) {
			srv.Script(nil, want, want.InList())
			a := get(t, client, downloadURL(srv, run, "CSV"))
			wantRefusal(t, a, want)
			a = get(t, client, downloadURL(srv, run, "CSV"))
			wantRefusal(t, a, want)
			equal(t, "list shape", strings.HasPrefix(a.text(), `{"errors":[{"code":`), true)
		})
	}
	equal(t, "ScriptDone", srv.ScriptDone(), true)
}

func TestFixedResponses(t *testing.T) {
	tests := map[string]struct {
		response          rlt.Response
		status            int
		body, contentType string
		header, value     string
	}{
		"status": {response: rlt.Status(503, "busy").With("X-A", "1"), status: 503, body: "busy", header: "X-A", value: "1"},
		"empty":  {response: rlt.Empty(), status: 200},
		"204":    {response: rlt.NoContent204(), status: 204},
		"words": {response: rlt.NoContentWords(), status: 200, body: "No content",
			contentType: "text/plain; charset=utf-8"},
		"seconds":  {response: rlt.RetryAfter(503, "7"), status: 503, header: "Retry-After", value: "7"},
		"redirect": {response: rlt.RedirectTo(307, "http://x/"), status: 307, header: "Location", value: "http://x/"},
		"flat": {response: rlt.APIError(400, "a", "b"), status: 400, body: `{"code":"a","message":"b"}`,
			contentType: "application/json"},
		"lying type": {response: rlt.APIError(400, "a", "b").With("Content-Type", "text/html"), status: 400,
			body: `{"code":"a","message":"b"}`, contentType: "text/html"},
		"429": {response: rlt.RetryAfter(429, "x"), status: 429, contentType: "application/json",
			body: `{"errors":[{"code":"request_limit_exceeded",` +
				`"message":"Service unavailable, please limit request volume"}]}`, header: "Retry-After", value: "x"},
		"html": {response: rlt.HTML(403, "A & B"), status: 403, contentType: "text/html; charset=utf-8",
			body: "<!DOCTYPE html>\n<html><head><title>A &amp; B</title></head>\n<body><h1>A &amp; B</h1></body></html>\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t)
			srv.Script(nil, tt.response)
			a := get(t, newClient(t), srv.URL())
			equal(t, "status", a.StatusCode, tt.status)
			equal(t, "body", a.text(), tt.body)
			equal(t, "Content-Type", a.Header.Get("Content-Type"), tt.contentType)
			equal(t, "header", a.Header.Get(tt.header), tt.value)
			log := srv.Requests()
			equal(t, "logged status", log[0].Status, tt.status)
		})
	}
}

func TestScriptOrder(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{})
	other := srv.AddRun(rlt.Run{})
	srv.Script(rlt.DownloadsOf(run), rlt.Status(501, ""), rlt.Pass(), rlt.Status(502, ""))
	srv.Script(rlt.Downloads, rlt.Status(503, ""))
	srv.Script(rlt.History, rlt.Status(504, "").Forever())
	srv.Script(rlt.Details, rlt.Status(505, ""))
	client := newClient(t)
	for i, step := range []struct {
		url  string
		want int
	}{
		{downloadURL(srv, run, "CSV"), 501},
		{downloadURL(srv, other, "CSV"), 503},
		{downloadURL(srv, run, "CSV"), 200},
		{downloadURL(srv, run, "CSV"), 502},
		{downloadURL(srv, run, "CSV"), 200},
		{srv.URL() + "/report/history", 504},
		{srv.URL() + "/report/history", 504},
	} {
		if got := get(t, client, step.url).StatusCode; got != step.want {
			t.Errorf("step %d: status %d, want %d", i, got, step.want)
		}
	}
	equal(t, "ScriptDone with one left", srv.ScriptDone(), false)
	equal(t, "details", get(t, client, srv.URL()+"/report/"+run.ReportIdentifier).StatusCode, 505)
	equal(t, "ScriptDone", srv.ScriptDone(), true)
	srv.ClearScript()
	equal(t, "history after ClearScript", get(t, client, srv.URL()+"/report/history").StatusCode, 200)
}

func TestBrokenBodies(t *testing.T) {
	const body = "0123456789"
	tests := map[string]struct {
		response rlt.Response
		length   int64
		got      string
	}{
		"truncated":           {rlt.Truncated(4), 10, "0123"},
		"truncated at once":   {rlt.Truncated(0), 10, ""},
		"chunked":             {rlt.TruncatedChunked(4), -1, "0123"},
		"chunked, at the end": {rlt.TruncatedChunked(10), -1, body},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t)
			run := srv.AddRun(rlt.Run{Content: rlt.Text(body)})
			srv.Script(nil, tt.response)
			client := newClient(t)
			a := get(t, client, downloadURL(srv, run, "CSV"))
			equal(t, "length", a.ContentLength, tt.length)
			equal(t, "body", a.text(), tt.got)
			equal(t, "error", errors.Is(a.err, io.ErrUnexpectedEOF), true)
			a = get(t, client, downloadURL(srv, run, "CSV"))
			equal(t, "error afterwards", a.err, nil)
			equal(t, "body afterwards", a.text(), body)
			equal(t, "connections", srv.Connections(), 2)
		})
	}
}

func TestBrokenConnections(t *testing.T) {
	tests := map[string]struct {
		response rlt.Response
		want     error
	}{
		"reset":   {rlt.Reset(), connectionReset},
		"hang up": {rlt.HangUp(), io.EOF},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t)
			// A connection in use before would be retried by net/http itself.
			srv.Script(nil, tt.response)
			_, err := send(t, newClient(t), srv.URL())
			equal(t, "error is "+tt.want.Error(), errors.Is(err, tt.want), true)
			equal(t, "logged status", srv.Requests()[0].Status, 0)
		})
	}
	t.Run("reset in the body", func(t *testing.T) {
		srv := newServer(t)
		run := srv.AddRun(rlt.Run{})
		srv.Script(nil, rlt.ResetAfter(3))
		resp, err := send(t, newClient(t), downloadURL(srv, run, "CSV"))
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			_ = resp.Body.Close()
		}
		equal(t, "reset", errors.Is(err, connectionReset), true)
	})
	t.Run("raw", func(t *testing.T) {
		srv := newServer(t)
		srv.Script(nil, rlt.Raw("HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nok"), rlt.Raw("no HTTP at all\r\n\r\n"))
		a := get(t, newClient(t), srv.URL())
		equal(t, "status", a.Status, "299 Odd")
		equal(t, "body", a.text(), "ok")
		if _, err := send(t, newClient(t), srv.URL()); err == nil {
			t.Error("got no error for a response that is not HTTP")
		}
	})
}

func TestStallIsReleased(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Content: rlt.Text("0123456789")})
	release := make(chan struct{})
	srv.Script(nil, rlt.Stall(4, release))
	resp, err := send(t, newClient(t), downloadURL(srv, run, "CSV"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, 4)
	if _, err := io.ReadFull(resp.Body, first); err != nil {
		t.Fatal(err)
	}
	close(release)
	rest, err := io.ReadAll(resp.Body)
	equal(t, "error", err, nil)
	equal(t, "body", string(first)+string(rest), "0123456789")
}

func TestHoldIsReleased(t *testing.T) {
	srv := newServer(t)
	run := srv.AddRun(rlt.Run{Content: rlt.Text("a")})
	release := make(chan struct{})
	srv.Script(nil, rlt.Hold(release))
	got := make(chan response)
	client := newClient(t)
	go func() { got <- get(t, client, downloadURL(srv, run, "CSV")) }()
	if err := srv.WaitRequests(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	equal(t, "status while held", srv.Requests()[0].Status, 0)
	close(release)
	equal(t, "body", (<-got).text(), "a")
}

func TestStallEnds(t *testing.T) {
	t.Run("when the client leaves", func(t *testing.T) {
		srv := newServer(t)
		run := srv.AddRun(rlt.Run{})
		left := make(chan struct{})
		srv.Configure(func(o *rlt.Options) {
			o.OnRequest = func(r *http.Request) { context.AfterFunc(r.Context(), func() { close(left) }) }
		})
		srv.Script(nil, rlt.Stall(1, nil))
		resp, err := send(t, newClient(t), downloadURL(srv, run, "CSV"))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		<-left
	})
	t.Run("when the server closes", func(t *testing.T) {
		srv := newServer(t)
		run := srv.AddRun(rlt.Run{})
		srv.Script(nil, rlt.Stall(1, nil))
		resp, err := send(t, newClient(t), downloadURL(srv, run, "CSV"))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		srv.Close()
		srv.Close()
		_, err = io.ReadAll(resp.Body)
		equal(t, "broken body", err != nil, true)
		_, err = send(t, newClient(t), srv.URL())
		equal(t, "refused", errors.Is(err, connectionRefused), true)
	})
}

func TestCloseAbortsAnArchiveInTheMaking(t *testing.T) {
	srv := newServer(t)
	// More than any test would wait for: only an abort lets Close return.
	run := srv.AddRun(rlt.Run{Content: rlt.SizedCSV(1 << 50)})
	failed := make(chan error, 1)
	client := newClient(t)
	go func() {
		_, err := send(t, client, downloadURL(srv, run, "CSV"))
		failed <- err
	}()
	if err := srv.WaitRequests(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	srv.Close()
	equal(t, "error", <-failed != nil, true)
}
