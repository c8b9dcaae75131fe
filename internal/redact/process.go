package redact

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"
)

// process masks the secrets of every provider configuration in this process.
var process struct {
	mu     sync.Mutex
	values []string
	masker atomic.Pointer[Masker]
}

// Register adds values to the secrets that [Process] masks. Those of fewer than 8 bytes are ignored, since they would
// mask a part of other words.
func Register(values ...string) {
	process.mu.Lock()
	defer process.mu.Unlock()
	known := len(process.values)
	for _, value := range values {
		if len(value) >= minDataLength && !slices.Contains(process.values, value) {
			process.values = append(process.values, value)
		}
	}
	if len(process.values) > known {
		process.masker.Store(New(process.values...))
	}
}

// Process returns a Masker of everything that was registered.
func Process() *Masker { return process.masker.Load() }

// Writer returns a writer to w that masks the registered secrets in each Write, which must be a whole message: those of
// the standard logger are.
func Writer(w io.Writer) io.Writer { return writer{w} }

type writer struct{ next io.Writer }

// Write implements io.Writer.
func (w writer) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.next, Process().Text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
