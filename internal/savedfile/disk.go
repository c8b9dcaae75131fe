package savedfile

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// State is how the disk compares with a record. It is stored in the private state of resources.
type State string

// The states of a recorded file.
const (
	Unchanged  State = ""           // the recorded content, and the mode if it is watched
	Missing    State = "missing"    // no file
	Modified   State = "modified"   // a file with other content
	OtherMode  State = "mode"       // the recorded content, but not the watched mode
	Obstructed State = "obstructed" // a link, a folder, or anything else that is not a regular file
)

// Disk is what was found at the path of a record.
type Disk struct {
	State State `json:"disk,omitempty"`
	// Found is, for a reader, the digest, mode or kind of file that was found in place of the recorded one.
	Found string `json:"found,omitempty"`

	status atomicfile.Status
}

// Inspect compares the file of record with what is recorded, without changing either. modeIgnored says that the file
// system does not keep modes. The error is the cause of ctx, or an [*Error] of kind Unreadable.
func Inspect(ctx context.Context, record Record, modeIgnored bool) (Disk, error) {
	target := record.target()
	status, err := atomicfile.Inspect(ctx, target)
	if err != nil {
		return Disk{}, &Error{Kind: Unreadable, Path: target, Err: err}
	}
	disk := Disk{status: status}
	switch {
	case status.Kind == atomicfile.Missing:
		disk.State = Missing
	case status.Kind != atomicfile.Regular:
		disk.State, disk.Found = Obstructed, cmp.Or(Obstacle(target), notRegular)
	case status.SHA256 != record.SHA256:
		disk.State, disk.Found = Modified, status.SHA256
	case record.Mode != 0 && !modeIgnored && status.Mode != record.Mode && watchesModes:
		disk.State, disk.Found = OtherMode, fmt.Sprintf("%04o", status.Mode)
	}
	return disk, nil
}

// watchesModes is false on Windows, which has no modes.
const watchesModes = runtime.GOOS != "windows"

// PresentOn returns what a refresh records: whether the file is on disk as recorded. A missing file that is ignored
// changes nothing.
func (r Record) PresentOn(disk Disk) bool {
	if disk.State == Missing && r.IgnoresMissing {
		return r.Present
	}
	return disk.State == Unchanged
}

const notRegular = "something that is not a regular file"

// Obstacle names the file at path if it is not a regular one, such as "a symbolic link". It is empty for a regular file
// and for none.
func Obstacle(path string) string {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().IsRegular() {
		return ""
	}
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case info.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	default:
		return notRegular
	}
}
