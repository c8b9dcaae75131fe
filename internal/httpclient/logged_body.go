package httpclient

import "io"

// loggedBody says how much of a body was read when it is closed.
type loggedBody struct {
	io.ReadCloser
	read   int64
	closed func(read int64)
}

// Read implements io.Reader.
func (b *loggedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	return n, err
}

// Close implements io.Closer.
func (b *loggedBody) Close() error {
	if b.closed != nil {
		b.closed(b.read)
		b.closed = nil
	}
	return b.ReadCloser.Close()
}
