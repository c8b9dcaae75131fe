//go:build darwin || freebsd

package atomicfile

import (
	"math"

	"golang.org/x/sys/unix"
)

func (d *dir) freeSpace() (int64, bool) {
	var stat unix.Statfs_t
	err := d.at("statfs", ".", func(fd int) error { return unix.Fstatfs(fd, &stat) })
	if err != nil || stat.Blocks == 0 {
		return 0, false // some network file systems do not report it
	}
	free := max(float64(stat.Bavail), 0) // negative on FreeBSD when the reserve is in use
	return int64(min(free*float64(stat.Bsize), math.MaxInt64/2)), true
}

// dirAccess does not require the permission to read the folder.
const dirAccess = unix.O_SEARCH

func (d *dir) sharesLocks() bool {
	var stat unix.Statfs_t
	err := d.at("statfs", ".", func(fd int) error { return unix.Fstatfs(fd, &stat) })
	return err == nil && uint64(stat.Flags)&unix.MNT_LOCAL != 0
}
