package pluginserver

import (
	"runtime"
	"testing"
)

func TestPercentFor(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{
		0: 300, 1 << 20: 300, 4 << 20: 300, 5 << 20: 240, 12 << 20: 100, 24 << 20: 50, 25 << 20: 50, 1 << 30: 50,
	} {
		if got := percentFor(live); got != want {
			t.Errorf("percentFor(%d) = %d, not %d", live, got, want)
		}
	}
}

func TestAfterCollection(t *testing.T) {
	t.Parallel()
	collected := make(chan struct{}, 1)
	afterCollection(func() {
		select {
		case collected <- struct{}{}:
		default: // nobody waits for this one
		}
	})
	for range 3 {
		runtime.GC()
		<-collected
	}
}
