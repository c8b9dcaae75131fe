package pluginserver

import (
	"bytes"
	"io"
)

// standardLog takes the messages that libraries write to the standard logger. With GODEBUG=http2debug=1 net/http logs
// the headers of every request there, and with 2 the start of every frame: those that Terraform sends contain the
// provider's configuration, and those of a service contain its reports. next masks secrets; the frames' data is left
// out, since the configuration arrives before its secrets are known.
type standardLog struct{ next io.Writer }

// Write implements io.Writer. p is one message.
func (l standardLog) Write(p []byte) (int, error) {
	message := p
	if head, _, ok := bytes.Cut(p, []byte(` data="`)); ok && bytes.Contains(head, []byte("http2: ")) {
		message = append(bytes.Clone(head), " data omitted\n"...)
	}
	if _, err := l.next.Write(message); err != nil {
		return 0, err
	}
	return len(p), nil
}
