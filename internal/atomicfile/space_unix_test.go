//go:build unix

package atomicfile

import "syscall"

var noSpace error = syscall.ENOSPC
