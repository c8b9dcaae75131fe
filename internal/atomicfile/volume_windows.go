package atomicfile

import (
	"math"

	"golang.org/x/sys/windows"
)

func (d *dir) freeSpace() (int64, bool) {
	name, err := windows.UTF16PtrFromString(d.path)
	if err != nil {
		return 0, false
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, false
	}
	return int64(min(free, math.MaxInt64)), true
}
