//go:build unix && !linux && !darwin && !freebsd

package atomicfile

import "os"

const dirAccess = os.O_RDONLY

// freeSpace returns false, because these systems differ in it.
func (d *dir) freeSpace() (int64, bool) { return 0, false }

// sharesLocks reports false, because the kind of file system is unknown.
func (d *dir) sharesLocks() bool { return false }
