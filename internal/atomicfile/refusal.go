package atomicfile

// Refusal is the reason for which the system refuses to create, write, or replace a file, as far as a user can act on
// it.
type Refusal int

// The refusals. RefusalOther is any other error, and none.
const (
	RefusalOther Refusal = iota
	// RefusalPermission: the user of this process may not do it.
	RefusalPermission
	// RefusalReadOnly: the file system is mounted read-only, or the disk is write-protected.
	RefusalReadOnly
	// RefusalBusy: the file is a mount point, or on Windows another process has opened it.
	RefusalBusy
	// RefusalNameTooLong: a name on the path, or the path, is longer than the file system allows.
	RefusalNameTooLong
	// RefusalNameInvalid: the file system does not allow a character of the name.
	RefusalNameInvalid
	// RefusalNotFolder: a file is where the path has a folder.
	RefusalNotFolder
	// RefusalOpenFiles: this process, or the system, has as many open files as it may.
	RefusalOpenFiles
)

// RefusalOf returns the reason for which the system returned err.
func RefusalOf(err error) Refusal { return refusalOf(err) }
