//go:build darwin || freebsd

package atomicfile

import (
	"math"

	"golang.org/x/sys/unix"
)

// freeSpace returns the bytes that the caller can still write to the file system of dir.
func freeSpace(dir string) (int64, bool) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil || stat.Blocks == 0 {
		return 0, false // some network file systems say nothing
	}
	free := max(float64(stat.Bavail), 0) // FreeBSD's goes below zero when the reserve is in use
	return int64(min(free*float64(stat.Bsize), math.MaxInt64/2)), true
}
