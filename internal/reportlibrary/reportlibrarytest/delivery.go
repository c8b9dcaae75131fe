package reportlibrarytest

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Delivery is how a file travels. The zero value: wrapped in a ZIP as documented, straight from the API with status
// 200, Content-Length, Content-Type and a Content-Disposition with the documented name; no compression.
type Delivery struct {
	// Wrap says when the file is put into a ZIP; zero is WrapAsDocumented.
	Wrap Wrap
	// MemberName replaces the documented name of the ZIP's member, in any form and encoding: it is written as it is.
	MemberName string
	// Store leaves the member uncompressed.
	Store bool
	// NoDataDescriptor writes the sizes and the CRC before the member, not after it.
	NoDataDescriptor bool
	// ExtraMembers come after the file. A name that ends in a slash is a folder, its Content ignored.
	ExtraMembers []Member

	// Header replaces headers of the response with the file; a nil value leaves one out.
	Header http.Header
	// Chunked leaves Content-Length out.
	Chunked bool
	// Gzip compresses the body for clients that accept it, with a Content-Encoding.
	Gzip bool

	// Redirect sends the client elsewhere for the file; nil doesn't.
	Redirect *Redirect
}

// Member is a file in a ZIP.
type Member struct {
	Name    string
	Content Content
}

// Wrap says when a CSV, JSON or EXCEL file is put into a ZIP. An archive is made at the first request for it, which
// takes a second per 100 MB before its headers, and serves later ones until the run or the options change.
type Wrap int

const (
	// WrapAsDocumented wraps files above the threshold, parts of split runs, and every file that is requested as ZIP.
	WrapAsDocumented Wrap = iota
	// WrapAlways wraps small files as well.
	WrapAlways
	// WrapNever sends the content unwrapped even if ZIP was requested: for archives that the test builds.
	WrapNever
)

// file is the content of a download with its name and headers.
type file struct {
	// key identifies the bytes among all that the server ever serves.
	key       string
	name      string
	mediaType string
	content   Content
	delivery  Delivery
	scratch   *scratch
}

// copyBuffer is large enough for a loopback download to be limited by the client.
const copyBuffer = 256 << 10

func (f file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d, header := f.delivery, w.Header()
	header.Set("Content-Type", f.mediaType)
	header.Set("Content-Disposition", disposition(f.name))
	for key, values := range d.Header {
		header[http.CanonicalHeaderKey(key)] = values
	}
	if d.Gzip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		header.Set("Content-Encoding", "gzip")
		f.key += "|gzip"
		f.content = f.scratch.get(f.key, func(w io.Writer) error { return compress(w, f.content) })
	}
	if !d.Chunked {
		header.Set("Content-Length", strconv.FormatInt(f.content.Size(), 10))
	}
	w.WriteHeader(http.StatusOK)
	if d.Chunked {
		// Otherwise net/http sets the length of a short body.
		_ = http.NewResponseController(w).Flush()
	}
	_, _ = io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{Reader(f.content)}, make([]byte, copyBuffer))
}

// disposition is a Content-Disposition of RFC 6266, with filename* for a name that is not ASCII.
func disposition(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
