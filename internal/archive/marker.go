package archive

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// MarkerName returns the name of the file that exists from the first file of a manifest until Terraform has recorded
// the manifest. Terraform saves the state after the provider's response, so only a process that Terraform ends in the
// normal way may remove the marker. After a crash it distinguishes an interrupted apply from an old state, and lists
// the files that the apply has downloaded, see draft.
func MarkerName(sequence int64) string { return fmt.Sprintf("%04d.pending", sequence) }

const markerText = "Terraform has not recorded manifest %04d yet: the apply that wrote it still runs or was " +
	"interrupted.\nThe next apply takes the manifest over and removes this file.\n"

// Markers are the markers that this process has written or adopted.
type Markers struct {
	mu      sync.Mutex
	paths   []string
	applies int // number of applies that have not ended
	keep    bool
}

func (m *Markers) mark(ctx context.Context, f folder, sequence int64, dirMode os.FileMode, lines []byte) error {
	path := f.path(MarkerName(sequence))
	text := append(fmt.Appendf(nil, markerText, sequence), lines...)
	if err := writeFile(ctx, path, text, atomicfile.CommitOptions{Replace: true}, dirMode); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.paths = append(m.paths, path)
	return nil
}

// adopt adds the markers that interrupted applies left for manifests up to sequence. They stay until Settle, because
// the state may still be older than these manifests.
func (m *Markers) adopt(f folder, sequence int64) {
	left := f.markers(sequence)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.paths = append(m.paths, left...)
}

// Own reports whether Settle of this process removes the marker of a manifest.
func (m *Markers) Own(directory string, sequence int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.paths, folder(directory).path(MarkerName(sequence)))
}

// Begin counts an apply until end is called. Settle keeps the markers while it runs, and after its context has ended
// before it: Terraform does not get its result then.
func (m *Markers) Begin(ctx context.Context) (end func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.applies++
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.applies--
		m.keep = m.keep || ctx.Err() != nil
	}
}

// Keep makes Settle keep the markers. Call it when Terraform was interrupted, because after a second interrupt it ends
// its providers in the normal way without saving the state.
func (m *Markers) Keep() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep = true
}

// Settle removes the markers. Call it when Terraform ends the process in the normal way, after it has saved the state.
func (m *Markers) Settle() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keep || m.applies > 0 {
		return
	}
	for _, path := range m.paths {
		_ = os.Remove(path)
	}
	m.paths = nil
}

func (f folder) interrupted(sequence int64) bool { return f.exists(MarkerName(sequence)) }

// markers returns the paths of the markers of a manifest and of those directly before it.
func (f folder) markers(sequence int64) []string {
	var paths []string
	for ; sequence > 0 && f.interrupted(sequence); sequence-- {
		paths = append(paths, f.path(MarkerName(sequence)))
	}
	return paths
}
