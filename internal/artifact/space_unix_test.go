//go:build unix

package artifact

import "syscall"

var noSpace error = syscall.ENOSPC
