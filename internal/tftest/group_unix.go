//go:build unix

package tftest

import (
	"os/exec"
	"syscall"
)

// separate gives the command a process group of its own.
func separate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup kills the children of an interrupted command, such as providers.
func killGroup(command *exec.Cmd) {
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	}
}
