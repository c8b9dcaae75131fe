package reportlibrarytest

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
)

// Answer is one way to answer a request: a fixed one, or normal service with a fault. Answers are immutable values; the
// zero Answer is normal service where it is scripted, and the default where it is an option.
type Answer struct {
	status        int
	code, message string
	list          bool
	header        http.Header
	body          string
	act           func(*exchange)
	forever       bool
}

// exchange is the request that an Answer answers.
type exchange struct {
	origin *origin
	w      http.ResponseWriter
	r      *http.Request
}

// pass gives the answer of normal service.
func (e *exchange) pass(w http.ResponseWriter) { e.origin.serve(w, e.r) }

// StatusCode is the HTTP status of a fixed answer, else 0.
func (a Answer) StatusCode() int { return a.status }

// Code is the error code of an API error, else empty.
func (a Answer) Code() string { return a.code }

// Message is the message of an API error, else empty.
func (a Answer) Message() string { return a.message }

// With returns the answer with a header added. It has no effect on normal service and its faults.
func (a Answer) With(key, value string) Answer {
	a.header = a.header.Clone()
	if a.header == nil {
		a.header = make(http.Header)
	}
	a.header.Add(key, value)
	return a
}

// InList returns an API error in the shape {"errors":[{"code","message"}]}, and any other answer unchanged.
func (a Answer) InList() Answer {
	a.list = true
	return a
}

// Forever returns the answer as one that a script never stops giving.
func (a Answer) Forever() Answer {
	a.forever = true
	return a
}

func (a Answer) isZero() bool { return a.status == 0 && a.act == nil }

func (a Answer) give(e *exchange) {
	switch {
	case a.act != nil:
		a.act(e)
	case a.status == 0:
		e.pass(e.w)
	default:
		a.write(e.w)
	}
}

func (a Answer) write(w http.ResponseWriter) {
	body := a.body
	if a.code != "" {
		w.Header().Set("Content-Type", "application/json")
		body = errorJSON(a.code, a.message, a.list)
	}
	for key, values := range a.header {
		w.Header()[key] = values
	}
	w.WriteHeader(a.status)
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
func Pass() Answer { return Answer{} }

// Status is a status and a body as it is, without a Content-Type unless With adds one.
func Status(status int, body string) Answer {
	return Answer{status: status, body: body, header: http.Header{"Content-Type": nil}}
}

// APIError is an error in the flat shape, {"code","message"}; InList gives the other.
func APIError(status int, code, message string) Answer {
	return Answer{status: status, code: code, message: message}
}

// HTML is a page with this text, as a login form or a web application firewall would send it.
func HTML(status int, text string) Answer {
	text = html.EscapeString(text)
	return Status(status, "<!DOCTYPE html>\n<html><head><title>"+text+"</title></head>\n<body><h1>"+text+
		"</h1></body></html>\n").With("Content-Type", "text/html; charset=utf-8")
}

// Empty is a 200 with an empty body.
func Empty() Answer { return Status(http.StatusOK, "") }

// NoContent204 is a 204.
func NoContent204() Answer { return Status(http.StatusNoContent, "") }

// NoContentWords is a 200 whose body is the words "No content", DigiCert's own sample of an answer.
func NoContentWords() Answer {
	return Status(http.StatusOK, "No content").With("Content-Type", "text/plain; charset=utf-8")
}

// RetryAfter is a status with a Retry-After header of any value, and for a 429 the documented body.
func RetryAfter(status int, value string) Answer {
	if status == http.StatusTooManyRequests {
		return RequestLimitExceeded.With("Retry-After", value)
	}
	return Status(status, "").With("Retry-After", value)
}

// RedirectTo is a redirect with any status and Location. For one that leads to the content see [Redirect].
func RedirectTo(status int, location string) Answer {
	return Status(status, "").With("Location", location)
}

// AsIf is normal service for another query: changed in a copy before the request is served. The log keeps the original.
func AsIf(change func(url.Values)) Answer {
	return Answer{act: func(e *exchange) {
		r := e.r.Clone(e.r.Context())
		query := r.URL.Query()
		change(query)
		r.URL.RawQuery = query.Encode()
		e.origin.serve(e.w, r)
	}}
}
