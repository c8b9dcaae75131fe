//go:build unix

package atomicfile

import (
	"errors"
	"syscall"
)

var refusals = map[syscall.Errno]Refusal{
	syscall.EACCES:       RefusalPermission,
	syscall.EPERM:        RefusalPermission,
	syscall.EROFS:        RefusalReadOnly,
	syscall.EBUSY:        RefusalBusy,
	syscall.ETXTBSY:      RefusalBusy,
	syscall.ENAMETOOLONG: RefusalNameTooLong,
	syscall.EINVAL:       RefusalNameInvalid,
	syscall.EILSEQ:       RefusalNameInvalid,
	syscall.ENOTDIR:      RefusalNotFolder,
	syscall.EMFILE:       RefusalOpenFiles,
	syscall.ENFILE:       RefusalOpenFiles,
}

func refusalOf(err error) Refusal {
	errno, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return RefusalOther
	}
	return refusals[errno]
}
