package serve

import (
	"runtime"
	"testing"
)

func TestPercentFor(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{
		0: 175, 1 << 20: 175, 4 << 20: 175, 5 << 20: 140, 7 << 20: 100, 14 << 20: 50, 15 << 20: 50, 1 << 30: 50,
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
