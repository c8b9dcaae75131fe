package atomicfile

import (
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// freeSpace returns the bytes that the caller can still write to the file system of dir. File systems in user space
// count in fragments and give a block size that is only the preferred one.
func freeSpace(dir string) (int64, bool) {
	var stat unix.Statfs_t
	if err := unix.Statfs(dir, &stat); err != nil || stat.Blocks == 0 {
		return 0, false // some network file systems say nothing
	}
	unit := stat.Frsize
	if unit == 0 {
		unit = stat.Bsize
	}
	free := stat.Bavail
	if os.Geteuid() == 0 {
		free = stat.Bfree // the reserve is the superuser's
	}
	return int64(min(float64(free)*float64(unit), math.MaxInt64/2)), true
}
