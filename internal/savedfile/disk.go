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

// State is the difference between the disk and a record. It is stored in private state.
type State string

// The states of a recorded file.
const (
	Unchanged  State = ""           // the recorded content, and the mode if it is watched
	Missing    State = "missing"    // no file
	Modified   State = "modified"   // a file with other content
	OtherMode  State = "mode"       // the recorded content, but not the watched mode
	Obstructed State = "obstructed" // a link, a folder, or another file that is not a regular one
)

// Disk describes the path of a record on disk.
type Disk struct {
	State State  `json:"disk,omitempty"`
	Found string `json:"found,omitempty"` // the digest, mode or kind of the file, for a message

	status atomicfile.Status
}

// Inspect compares a file with its record and changes neither. modeIgnored means that the file system does not support
// modes. The error is the cause of ctx, or an [*Error] of kind Unreadable.
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

const watchesModes = runtime.GOOS != "windows" // which does not have modes

// PresentOn returns the value of the attribute present after a refresh. It is unchanged for a missing file that is
// ignored.
func (r Record) PresentOn(disk Disk) bool {
	if disk.State == Missing && r.IgnoresMissing {
		return r.Present
	}
	return disk.State == Unchanged
}

const notRegular = "something that is not a regular file"

// Obstacle names the kind of file at path, such as "a symbolic link"; empty for a regular or a missing file.
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
