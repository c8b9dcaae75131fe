package atomicfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// startWriteback has the system begin to write a part of file to disk, without waiting: the flush at the end then finds
// little left to do. Whether it works does not matter.
func startWriteback(file tempFile, from, n int64) {
	if file, ok := file.(*os.File); ok {
		_ = control(file, func(fd int) error { return unix.SyncFileRange(fd, from, n, unix.SYNC_FILE_RANGE_WRITE) })
	}
}
