package provider

import "golang.org/x/sys/windows"

const (
	errPermission  = windows.ERROR_ACCESS_DENIED
	errReadOnly    = windows.ERROR_WRITE_PROTECT
	errBusy        = windows.ERROR_SHARING_VIOLATION
	errNameTooLong = windows.ERROR_FILENAME_EXCED_RANGE
	errNameInvalid = windows.ERROR_INVALID_NAME
	errNotFolder   = windows.ERROR_DIRECTORY
	errOpenFiles   = windows.ERROR_TOO_MANY_OPEN_FILES
)
