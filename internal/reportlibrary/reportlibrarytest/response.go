package reportlibrarytest

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
)

// Response is the response of a server to a request: fixed values, or normal service with a fault. It is immutable. The
// zero Response is normal service in a script, and the default in an option.
type Response struct {
	status        int
	code, message string
	list          bool
	header        http.Header
	body          string
	act           func(*exchange)
	forever       bool
}

// exchange is a request with the writer of its response.
type exchange struct {
	origin *origin
	w      http.ResponseWriter
	r      *http.Request
}

// pass responds with normal service.
func (e *exchange) pass(w http.ResponseWriter) { e.origin.serve(w, e.r) }

// StatusCode is the HTTP status of a fixed response, else 0.
func (r Response) StatusCode() int { return r.status }

// Code is the error code of an API error, else empty.
func (r Response) Code() string { return r.code }

// Message is the message of an API error, else empty.
func (r Response) Message() string { return r.message }

// With returns the response with a header added. It has no effect on normal service and its faults.
func (r Response) With(key, value string) Response {
	r.header = r.header.Clone()
	if r.header == nil {
		r.header = make(http.Header)
	}
	r.header.Add(key, value)
	return r
}

// InList returns an API error in the shape {"errors":[{"code","message"}]}, and any other response unchanged.
func (r Response) InList() Response {
	r.list = true
	return r
}

// Forever returns a copy that a script repeats for every further request.
func (r Response) Forever() Response {
	r.forever = true
	return r
}

func (r Response) isZero() bool { return r.status == 0 && r.act == nil }

func (r Response) give(e *exchange) {
	switch {
	case r.act != nil:
		r.act(e)
	case r.status == 0:
		e.pass(e.w)
	default:
		r.write(e.w)
	}
}

func (r Response) write(w http.ResponseWriter) {
	body := r.body
	if r.code != "" {
		w.Header().Set("Content-Type", "application/json")
		body = errorJSON(r.code, r.message, r.list)
	}
	for key, values := range r.header {
		w.Header()[key] = values
	}
	w.WriteHeader(r.status)
	if body != "" {
		_, _ = w.Write([]byte(body))
	}
}

func errorJSON(code, message string, list bool) string {
	type apiError struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	var v any = apiError{code, message}
	if list {
		v = map[string]any{"errors": []any{v}}
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // two strings always marshal
	}
	return string(b)
}

// Pass is normal service: for a script whose fault comes later.
func Pass() Response { return Response{} }

// Status is a status and a body as it is, without a Content-Type unless With adds one.
func Status(status int, body string) Response {
	return Response{status: status, body: body, header: http.Header{"Content-Type": nil}}
}

// APIError is an error in the flat shape, {"code","message"}; InList gives the other.
func APIError(status int, code, message string) Response {
	return Response{status: status, code: code, message: message}
}

// HTML is a page with this text, as a login form or a web application firewall would send it.
func HTML(status int, text string) Response {
	text = html.EscapeString(text)
	return Status(status, "<!DOCTYPE html>\n<html><head><title>"+text+"</title></head>\n<body><h1>"+text+
		"</h1></body></html>\n").With("Content-Type", "text/html; charset=utf-8")
}

// Empty is a 200 with an empty body.
func Empty() Response { return Status(http.StatusOK, "") }

// NoContent204 is a 204.
func NoContent204() Response { return Status(http.StatusNoContent, "") }

// NoContentWords is a 200 whose body is the words "No content", DigiCert's own sample of a response.
func NoContentWords() Response {
	return Status(http.StatusOK, "No content").With("Content-Type", "text/plain; charset=utf-8")
}

// RetryAfter is a status with a Retry-After header of any value, and for a 429 the documented body.
func RetryAfter(status int, value string) Response {
	if status == http.StatusTooManyRequests {
		return RequestLimitExceeded.With("Retry-After", value)
	}
	return Status(status, "").With("Retry-After", value)
}

// RedirectTo is a redirect with any status and Location. For one that leads to the content see [Redirect].
func RedirectTo(status int, location string) Response {
	return Status(status, "").With("Location", location)
}

// AsIf is normal service for another query: changed in a copy before the request is served. The log keeps the original.
func AsIf(change func(url.Values)) Response {
	return Response{act: func(e *exchange) {
		r := e.r.Clone(e.r.Context())
		query := r.URL.Query()
		change(query)
		r.URL.RawQuery = query.Encode()
		e.origin.serve(e.w, r)
	}}
}
