package reportlibrarytest

import "net/http"

// Truncated sends the headers of normal service, with its Content-Length, and n bytes of its body, then closes the
// connection (over HTTP/2: resets the stream). With an n beyond the body nothing is missing.
func Truncated(n int64) Response {
	return Response{act: func(e *exchange) { e.cut(n, false, func() { panic(http.ErrAbortHandler) }) }}
}

// TruncatedChunked is Truncated without a Content-Length: a chunked body whose last chunk never comes.
func TruncatedChunked(n int64) Response {
	return Response{act: func(e *exchange) { e.cut(n, true, func() { panic(http.ErrAbortHandler) }) }}
}

// ClosedAfter sends n bytes of the body of normal service without a length or chunks, then closes the connection as
// HTTP/1.0 does at the end: the client cannot detect missing bytes. With an n beyond the body none are.
func ClosedAfter(n int64) Response {
	return Response{act: func(e *exchange) { e.pass(&openWriter{ResponseWriter: e.w, left: n}) }}
}

// openWriter drops all but the first bytes of a body, and ends it with its connection.
type openWriter struct {
	http.ResponseWriter
	left int64
}

func (w *openWriter) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.Header().Set("Transfer-Encoding", "identity")
	w.ResponseWriter.WriteHeader(status)
}

func (w *openWriter) Write(p []byte) (int, error) {
	n := min(int64(len(p)), w.left)
	w.left -= n
	if m, err := w.ResponseWriter.Write(p[:n]); err != nil {
		return m, err
	}
	return len(p), nil
}

func (w *openWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// ResetAfter is Truncated with a TCP reset instead of a close. Bytes that the client has not read may be lost.
func ResetAfter(n int64) Response {
	return Response{act: func(e *exchange) { e.cut(n, false, func() { e.origin.reset(e.r) }) }}
}

// Stall sends the headers and n bytes of the body of normal service, then nothing until release is closed or receives;
// then the rest. It ends when the client leaves or the server closes. A nil release never releases.
func Stall(n int64, release <-chan struct{}) Response {
	return Response{act: func(e *exchange) { e.cut(n, false, func() { e.origin.wait(e.r, release) }) }}
}

// Hold sends nothing, not even headers, until release is closed or receives; then normal service.
func Hold(release <-chan struct{}) Response {
	return Response{act: func(e *exchange) {
		e.origin.wait(e.r, release)
		e.pass(e.w)
	}}
}

// Reset ends the connection with a TCP reset and without a response.
func Reset() Response {
	return Response{act: func(e *exchange) { e.origin.reset(e.r) }}
}

// HangUp closes the connection without a response.
func HangUp() Response {
	return Response{act: func(*exchange) { panic(http.ErrAbortHandler) }}
}

// Raw sends these bytes in place of any HTTP and closes the connection. HTTP/1 only: over HTTP/2 it is a HangUp.
func Raw(response string) Response {
	return Response{act: func(e *exchange) {
		conn, _, err := http.NewResponseController(e.w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = conn.Write([]byte(response))
		_ = conn.Close()
	}}
}

// cut gives normal service up to n bytes of its body and calls then, which may not return. If it does, the rest
// follows.
func (e *exchange) cut(n int64, chunked bool, then func()) {
	w := &cutWriter{ResponseWriter: e.w, left: max(n, 0), chunked: chunked, cut: then}
	e.pass(w)
	if !w.done {
		w.pause()
	}
}

// cutWriter passes on a number of body bytes, makes sure that they are on their way, and calls cut.
type cutWriter struct {
	http.ResponseWriter
	left    int64
	chunked bool
	cut     func()
	done    bool
}

func (w *cutWriter) WriteHeader(status int) {
	if w.chunked {
		w.Header().Del("Content-Length")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *cutWriter) Write(p []byte) (n int, err error) {
	for !w.done && w.left < int64(len(p)) {
		m, err := w.ResponseWriter.Write(p[:w.left])
		n += m
		if err != nil {
			return n, err
		}
		p = p[m:]
		w.pause()
	}
	m, err := w.ResponseWriter.Write(p)
	w.left -= int64(m)
	return n + m, err
}

func (w *cutWriter) pause() {
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	w.cut()
	w.left, w.done = 0, true
}

func (w *cutWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
