package atomicfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

var refusals = map[windows.Errno]Refusal{
	windows.ERROR_ACCESS_DENIED:        RefusalPermission,
	windows.ERROR_WRITE_PROTECT:        RefusalReadOnly,
	windows.ERROR_SHARING_VIOLATION:    RefusalBusy,
	windows.ERROR_LOCK_VIOLATION:       RefusalBusy,
	windows.ERROR_USER_MAPPED_FILE:     RefusalBusy,
	windows.ERROR_FILENAME_EXCED_RANGE: RefusalNameTooLong,
	windows.ERROR_BUFFER_OVERFLOW:      RefusalNameTooLong,
	windows.ERROR_INVALID_NAME:         RefusalNameInvalid,
	windows.ERROR_DIRECTORY:            RefusalNotFolder,
	windows.ERROR_TOO_MANY_OPEN_FILES:  RefusalOpenFiles,
}

func refusalOf(err error) Refusal {
	errno, ok := errors.AsType[windows.Errno](err)
	if !ok {
		return RefusalOther
	}
	return refusals[errno]
}
