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

// killGroup kills what an interrupted command has left behind, such as providers.
func killGroup(command *exec.Cmd) {
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
	}
}
