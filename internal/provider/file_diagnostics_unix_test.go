//go:build unix

package provider

import "syscall"

const (
	errPermission  = syscall.EACCES
	errReadOnly    = syscall.EROFS
	errBusy        = syscall.EBUSY
	errNameTooLong = syscall.ENAMETOOLONG
	errNameInvalid = syscall.EINVAL
	errNotFolder   = syscall.ENOTDIR
	errOpenFiles   = syscall.EMFILE
)
