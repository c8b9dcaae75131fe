package atomicfile

import (
	"os"

	"golang.org/x/sys/windows"
)

func newPlacers() []placer { return []placer{moveNew} }

func moveNew(temp, path string) error { return moveFile(temp, path, 0) }

func renameOver(temp, path string) error {
	return moveFile(temp, path, windows.MOVEFILE_REPLACE_EXISTING)
}

// moveFile returns when the move is on disk: Windows has no flush of a folder.
func moveFile(temp, path string, flags uint32) error {
	from, err := windows.UTF16PtrFromString(temp)
	if err != nil {
		return &os.LinkError{Op: "move", Old: temp, New: path, Err: err}
	}
	to, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return &os.LinkError{Op: "move", Old: temp, New: path, Err: err}
	}
	if err := windows.MoveFileEx(from, to, flags|windows.MOVEFILE_WRITE_THROUGH); err != nil {
		return &os.LinkError{Op: "move", Old: temp, New: path, Err: err}
	}
	return nil
}
