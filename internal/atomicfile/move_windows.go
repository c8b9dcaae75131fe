package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

func renamers() []renamer { return []renamer{(*dir).moveNew} }

func (d *dir) moveNew(from, to string) error { return d.move(from, to, 0) }

func (d *dir) rename(from, to string) error {
	return d.move(from, to, windows.MOVEFILE_REPLACE_EXISTING)
}

// move returns when the move is on disk, because Windows can't flush a folder.
func (d *dir) move(from, to string, flags uint32) error {
	source, err := windows.UTF16PtrFromString(d.join(from))
	if err != nil {
		return &os.LinkError{Op: "move", Old: from, New: to, Err: err}
	}
	target, err := windows.UTF16PtrFromString(d.join(to))
	if err != nil {
		return &os.LinkError{Op: "move", Old: from, New: to, Err: err}
	}
	if err := windows.MoveFileEx(source, target, flags|windows.MOVEFILE_WRITE_THROUGH); err != nil {
		return &os.LinkError{Op: "move", Old: from, New: to, Err: err}
	}
	return nil
}

func ignoreUnsupported(err error) error { return err }

func isNoSpace(err error) bool {
	for _, errno := range []error{
		windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
