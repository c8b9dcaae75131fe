package redact

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"
)

var process struct {
	mu     sync.Mutex
	values []string
	masker atomic.Pointer[Masker]
}

// Register adds values to the secrets that [Process] masks. It ignores values of fewer than 8 bytes, because they could
// be part of other words.
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

// Process returns a Masker of all registered secrets.
func Process() *Masker { return process.masker.Load() }

// Writer returns a writer that masks the registered secrets in each Write. A Write must contain a whole message, as
// those of the standard logger do.
func Writer(w io.Writer) io.Writer { return writer{w} }

type writer struct{ next io.Writer }

func (w writer) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.next, Process().Text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
