package atomicfile

import (
	"strconv"

	"golang.org/x/sys/unix"
)

func processStart(pid int) string {
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return ""
	}
	return strconv.FormatInt(info.Proc.P_starttime.Nano(), 10)
}
