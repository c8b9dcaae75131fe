package pluginserver

import (
	"bytes"
	"io"
)

// standardLog receives messages that libraries write to the standard logger, and masks secrets through next. With
// GODEBUG=http2debug net/http logs headers and the start of frames there. Frames from Terraform contain the provider's
// configuration, which arrives before its secrets are known; so the data of frames is left out.
type standardLog struct{ next io.Writer }

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
