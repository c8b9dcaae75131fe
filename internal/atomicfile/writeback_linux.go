package atomicfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// startWriteback makes the system write a part of file to disk without waiting, because the final flush then takes less
// time. It ignores errors.
func startWriteback(file tempFile, from, n int64) {
	if file, ok := file.(*os.File); ok {
		_ = control(file, func(fd int) error { return unix.SyncFileRange(fd, from, n, unix.SYNC_FILE_RANGE_WRITE) })
	}
}
