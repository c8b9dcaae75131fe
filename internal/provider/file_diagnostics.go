package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// isFileError reports whether err comes from the local file system.
func isFileError(err error) bool {
	var (
		space  *atomicfile.SpaceError
		target *atomicfile.TargetError
	)
	return errors.As(err, &space) || errors.As(err, &target)
}

// refusalMessage contains the title and the next step for a refusal of the system.
type refusalMessage struct{ summary, remedy string }

// refusalMessages has a row for every refusal but RefusalOther.
var refusalMessages = map[atomicfile.Refusal]refusalMessage{
	atomicfile.RefusalPermission: {
		summary: "Folder Not Writable",
		remedy: "Let the user that runs Terraform create files in the folder, or choose another path. The report is " +
			"written to a temporary file beside its path first, so it is not enough that the file itself is writable.",
	},
	atomicfile.RefusalReadOnly: {
		summary: "File System Read-Only",
		remedy: "Choose a path on a file system that can be written, or mount this one read-write. In a container, check " +
			"the volume for the option ro; in many CI systems only the workspace can be written.",
	},
	atomicfile.RefusalBusy: {
		summary: "File In Use",
		remedy: "If a container binds this one file (such as -v ./orders.csv:/work/orders.csv), bind its folder instead: a " +
			"complete new file replaces the old one, and a mount point can't be replaced. On Windows, close the program that " +
			"has the file open. Or choose another path.",
	},
	atomicfile.RefusalNameTooLong: {
		summary: "Name Too Long",
		remedy:  "Choose a shorter name: most file systems allow 255 bytes for a file or folder, and 4,096 for a path.",
	},
	atomicfile.RefusalNameInvalid: {
		summary: "Name Not Allowed",
		remedy: "Choose a name without the characters that the file system does not allow. On Windows, and on disks and " +
			"shares of Windows, these are < > : \" | ? * and control characters.",
	},
	atomicfile.RefusalNotFolder: {
		summary: "Folder Is A File",
		remedy:  "Move away the file whose name the path uses for a folder, or choose another path.",
	},
	atomicfile.RefusalOpenFiles: {
		summary: "Too Many Open Files",
		remedy:  "Raise the limit of open files where Terraform runs (ulimit -n), or lower -parallelism.",
	},
}

// maxNameBytes is the length limit for names in common file systems.
const maxNameBytes = 255

const nothingReplaced = "Nothing was replaced: a file that was at the path is still there."

// fileMessage explains an error of the local file system.
func fileMessage(err error) message {
	var (
		space  *atomicfile.SpaceError
		target *atomicfile.TargetError
	)
	l := message{problem: "Writing the file failed: " + err.Error()}
	switch {
	case errors.As(err, &space):
		l.summary = "No Space Left"
		l.remedy = "Free space, or choose a path on another file system. The new file is complete before it replaces the " +
			"old one, so there must be room for both, and for the archive that DigiCert sends for a file over 2 MB."
		l.lines = folderLine(space.Path)
	case errors.Is(err, atomicfile.TargetLocked):
		l.summary = "Folder Locked"
		l.remedy = "Wait for the other process, or raise timeouts. Remove the lock file only if no process uses it."
	case errors.Is(err, context.DeadlineExceeded):
		l.summary = "Timeout Reached"
		l.remedy = "Raise timeouts."
	case errors.Is(err, context.Canceled):
		l.summary = "Operation Canceled"
	case errors.As(err, &target):
		m, lines := refusal(target)
		l.summary, l.remedy, l.lines = m.summary, m.remedy, lines
	default:
		l.summary = "File Not Written"
	}
	l.remedy = strings.TrimSpace(l.remedy + " " + nothingReplaced)
	return l
}

// otherRefusal is the message for a refusal without a row.
var otherRefusal = refusalMessage{
	summary: "Target Refused", remedy: "Act on the error of the operating system at the end of the first sentence.",
}

// refusal returns the message and the context lines for a path that the system refused.
func refusal(err *atomicfile.TargetError) (m refusalMessage, lines []string) {
	reason := atomicfile.RefusalOf(err)
	if reason == atomicfile.RefusalNameInvalid && longestName(err.Path) > maxNameBytes {
		reason = atomicfile.RefusalNameTooLong // Windows reports both in the same way
	}
	m, ok := refusalMessages[reason]
	if !ok {
		return otherRefusal, nil
	}
	switch reason {
	case atomicfile.RefusalPermission:
		lines = writerLines(err.Path)
	case atomicfile.RefusalReadOnly:
		lines = folderLine(err.Path)
	case atomicfile.RefusalNotFolder:
		if file := fileOnPath(err.Path); file != "" {
			lines = []string{"File: " + file}
		}
	case atomicfile.RefusalNameTooLong:
		lines = []string{fmt.Sprintf("Longest name: %d bytes", longestName(err.Path))}
	default:
	}
	return m, lines
}

// writerLines describes the folder at path with its mode, and the user of this process.
func writerLines(path string) []string {
	lines := folderLine(path)
	if uid := os.Geteuid(); uid >= 0 {
		lines = append(lines, fmt.Sprintf("User: uid %d", uid))
	}
	return lines
}

// folderLine describes the folder at path, or the nearest existing folder above it, with its mode.
func folderLine(path string) []string {
	for ; ; path = atomicfile.Folder(path) {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return []string{fmt.Sprintf("Folder: %s (%s)", path, info.Mode())}
		}
		if atomicfile.Folder(path) == path {
			return nil
		}
	}
}

// fileOnPath returns the file at path or in place of a folder above it, or "".
func fileOnPath(path string) string {
	for ; ; path = atomicfile.Folder(path) {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
		if atomicfile.Folder(path) == path {
			return ""
		}
	}
}

func longestName(path string) int {
	longest := 0
	for name := range strings.FieldsFuncSeq(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) }) {
		longest = max(longest, len(name))
	}
	return longest
}
