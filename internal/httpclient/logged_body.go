package httpclient

import "io"

// loggedBody calls closed once with the number of bytes read.
type loggedBody struct {
	io.ReadCloser
	read   int64
	closed func(read int64)
}

func (b *loggedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	return n, err
}

func (b *loggedBody) Close() error {
	if b.closed != nil {
		b.closed(b.read)
		b.closed = nil
	}
	return b.ReadCloser.Close()
}
