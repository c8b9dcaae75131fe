package main

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// dieTogether kills the provider when the launcher is killed, as Terraform does with a plugin that doesn't end. The
// kernel watches the thread that starts a process, so this one has to stay.
func dieTogether(command *exec.Cmd) {
	runtime.LockOSThread()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// peakBytes is the high-water mark of the resident memory. The kernel lets it start with what the launcher itself had
// at the fork, which is a fraction of what any provider needs.
func peakBytes(state *os.ProcessState) int64 {
	if used, ok := state.SysUsage().(*syscall.Rusage); ok {
		return used.Maxrss << 10 // in KiB on Linux
	}
	return 0
}
