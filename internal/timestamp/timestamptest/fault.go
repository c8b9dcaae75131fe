package timestamptest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault changes one thing about a response, for the worse or only for the unusual.
type Fault func(*response)

// Genuine changes nothing: it takes a place among the faults of Server.Next.
func Genuine() Fault { return func(*response) {} }

// Status responds with an HTTP status and an empty body.
func Status(code int) Fault {
	return func(a *response) {
		a.httpStatus, a.contentType = code, ""
		a.finish = func([]byte) []byte { return nil }
	}
}

// RetryAfter responds with an HTTP status that requests a pause in seconds.
func RetryAfter(code, seconds int) Fault {
	return func(a *response) {
		Status(code)(a)
		a.header.Set("Retry-After", strconv.Itoa(seconds))
	}
}

// HTML responds with a web page, as a proxy or a captive portal does.
func HTML(code int) Fault {
	return func(a *response) {
		a.httpStatus, a.contentType = code, "text/html; charset=utf-8"
		a.finish = func([]byte) []byte { return []byte("<!DOCTYPE html><title>Sign in</title>") }
	}
}

// Body responds with a body of any kind as a time stamp.
func Body(body []byte) Fault {
	return func(a *response) { a.finish = func([]byte) []byte { return body } }
}

// ContentType names a media type; empty leaves the header out.
func ContentType(value string) Fault {
	return func(a *response) {
		a.contentType = value
		if value == "" {
			a.header["Content-Type"] = nil
		}
	}
}

// Redirect points to another address.
func Redirect(code int, location string) Fault {
	return func(a *response) {
		Status(code)(a)
		a.header.Set("Location", location)
	}
}

// HangUp closes the connection without a response.
func HangUp() Fault {
	return func(a *response) {
		a.serve = func(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) }
	}
}

// Truncated sends length bytes of the body, then closes the connection.
func Truncated(length int) Fault {
	return func(a *response) {
		a.serve = func(w http.ResponseWriter, _ *http.Request, body []byte) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write(body[:length])
			panic(http.ErrAbortHandler)
		}
	}
}

// Endless sends zeros after a genuine response, until the client leaves.
func Endless() Fault {
	return func(a *response) {
		a.serve = func(w http.ResponseWriter, r *http.Request, body []byte) {
			for chunk := body; r.Context().Err() == nil; chunk = make([]byte, 1<<15) {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}
	}
}

// Drip sends one byte in each interval.
func Drip(interval time.Duration) Fault {
	return func(a *response) {
		a.serve = func(w http.ResponseWriter, r *http.Request, body []byte) {
			ticker := time.NewTicker(interval)
			defer ticker.Stop()
			for i := range body {
				select {
				case <-ticker.C:
				case <-r.Context().Done():
					return
				}
				_, _ = w.Write(body[i : i+1])
				if flusher, ok := w.(http.Flusher); ok {
					flusher.Flush()
				}
			}
		}
	}
}

// Silent sends nothing until the client leaves.
func Silent() Fault {
	return func(a *response) {
		a.serve = func(_ http.ResponseWriter, r *http.Request, _ []byte) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}
	}
}
