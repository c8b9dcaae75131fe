package reportlibrarytest_test

import "golang.org/x/sys/windows"

// The errors of the system; those of package syscall with the Unix names never come from Windows.
const (
	connectionReset   = windows.WSAECONNRESET
	connectionRefused = windows.WSAECONNREFUSED
)
