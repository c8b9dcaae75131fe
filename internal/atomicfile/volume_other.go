//go:build unix && !linux && !darwin && !freebsd

package atomicfile

import "os"

const dirAccess = os.O_RDONLY

// freeSpace is not known here: a full disk shows when it is full.
func (d *dir) freeSpace() (int64, bool) { return 0, false }

// sharesLocks reports false, because the kind of file system is not known here.
func (d *dir) sharesLocks() bool { return false }
