package atomicfile

import (
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// freeSpace returns the bytes that this user can write. File systems in user space count in fragments.
func (d *dir) freeSpace() (int64, bool) {
	var stat unix.Statfs_t
	err := d.at("statfs", ".", func(fd int) error { return unix.Fstatfs(fd, &stat) })
	if err != nil || stat.Blocks == 0 {
		return 0, false // some network file systems do not report it
	}
	unit := stat.Frsize
	if unit == 0 {
		unit = stat.Bsize
	}
	free := stat.Bavail
	if os.Geteuid() == 0 {
		free = stat.Bfree // the superuser can use the reserve
	}
	return int64(min(float64(free)*float64(unit), math.MaxInt64/2)), true
}

// localFileSystems are those whose locks are visible to every process that can write to them.
var localFileSystems = map[uint32]bool{
	unix.BTRFS_SUPER_MAGIC: true, unix.EXT4_SUPER_MAGIC: true, unix.F2FS_SUPER_MAGIC: true,
	unix.OVERLAYFS_SUPER_MAGIC: true, unix.RAMFS_MAGIC: true, unix.TMPFS_MAGIC: true, unix.XFS_SUPER_MAGIC: true,
	unix.MSDOS_SUPER_MAGIC: true, unix.EXFAT_SUPER_MAGIC: true, 0x2fc12fc1 /* zfs */ : true,
}

// sharesLocks reports whether a free lock proves that no process on any host uses a file of the folder.
func (d *dir) sharesLocks() bool {
	var stat unix.Statfs_t
	err := d.at("statfs", ".", func(fd int) error { return unix.Fstatfs(fd, &stat) })
	return err == nil && localFileSystems[uint32(stat.Type)]
}
