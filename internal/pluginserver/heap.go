package pluginserver

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// headroom is how much may be allocated, in bytes, between two collections: some ten resources' worth of what the
	// framework needs. Go's own pace would collect a small heap twice as often, and let ten large downloads take half as
	// much memory again.
	headroom = 12 << 20
	// leastPercent is how much a large heap may grow, so that what lives is not looked at all the time.
	leastPercent = 50
	// goSmallHeap is what Go lets every heap grow to at the pace of 100 percent, and in proportion at others.
	goSmallHeap = 4 << 20
)

// paceCollector lets the heap grow by headroom between collections, or by leastPercent if that is more. Go has a
// setting for the percentage alone, so it is set anew after every collection. Who sets GOGC knows better.
func paceCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	pace := func() { debug.SetGCPercent(percentFor(liveHeap())) }
	pace()
	afterCollection(pace)
}

// percentFor returns the pace at which a heap of so many live bytes grows by headroom, or by leastPercent.
func percentFor(live uint64) int {
	const most = 100 * headroom / goSmallHeap // with more, Go's own least would be larger than headroom
	if live == 0 {
		return most
	}
	return int(min(most, max(leastPercent, 100*headroom/live)))
}

// liveHeap returns the bytes that the last collection left.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterCollection calls do after every collection, for as long as the process lives.
func afterCollection(do func()) {
	type fallen struct{ _ [16]byte } // large enough not to share its memory with an object that stays
	runtime.SetFinalizer(new(fallen), func(*fallen) {
		do()
		afterCollection(do)
	})
}
