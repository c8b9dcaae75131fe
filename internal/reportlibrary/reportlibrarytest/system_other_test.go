//go:build !windows

package reportlibrarytest_test

import "syscall"

// The errors of the system.
const (
	connectionReset   = syscall.ECONNRESET
	connectionRefused = syscall.ECONNREFUSED
)
