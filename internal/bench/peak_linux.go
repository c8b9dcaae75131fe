package main

import (
	"os"
	"syscall"
)

// peakBytes is the high-water mark of the resident memory. The kernel starts it at the launcher's own, which is less
// than any provider needs.
func peakBytes(state *os.ProcessState) int64 {
	if used, ok := state.SysUsage().(*syscall.Rusage); ok {
		return used.Maxrss << 10 // in KiB on Linux
	}
	return 0
}
