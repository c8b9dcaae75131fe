package savedfile

import "fmt"

// Kind says what failed.
type Kind int

// The kinds of errors.
const (
	// Unreadable: the file could not be compared with its record.
	Unreadable Kind = iota + 1
	// FileMissing: there is no file to import at the path.
	FileMissing
	// Unwritable: a file, or its folder, could not be written, read back, or given a mode.
	Unwritable
	// PathTaken: another resource writes the path in the same operation.
	PathTaken
	// PathObstructed: there is a link, a folder or another kind of file at the path.
	PathObstructed
	// PathOccupied: a file with other content is at a path that this resource has not written.
	PathOccupied
	// NotAdopted: the file at the path does not look like a report.
	NotAdopted
	// NotDownloaded: the run could not be downloaded.
	NotDownloaded
	// Unexpected: the content does not have the expected digest.
	Unexpected
	// ContentChanged: a restored content differs from the recorded one.
	ContentChanged
	// MembersChanged: the members of a restored archive differ from the recorded ones.
	MembersChanged
	// ArchiveDiffers: an archive went missing after the plan, and its members came again in other bytes.
	ArchiveDiffers
)

// Error is a change that failed. The file and the record are as they were.
type Error struct {
	Kind Kind
	// Path is the path of the file, as the system reads it; empty if the download would have named it.
	Path string
	// Obstacle is, for PathObstructed, the kind of file at the path.
	Obstacle string
	// Want and Got are digests in lower-case hexadecimal.
	Want, Got string
	// Restores is, for NotDownloaded, the state of the file that the download was to restore; else Unchanged.
	Restores State
	// Err is the cause: of the file system, of the download, or of the check of a content; nil if Kind says all.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: problem %d", e.Path, e.Kind)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// WarningKind says what a warning is about.
type WarningKind int

// The kinds of warnings.
const (
	// Adopted: a file that was there before has the content, and was adopted as it is.
	Adopted WarningKind = iota + 1
	// Unsynced: the file is in place, but its folder was not flushed to disk.
	Unsynced
	// TempLeft: the folder did not let the temporary name be removed, which is Other.
	TempLeft
	// TempNotRemoved: removing the temporary file of a failed change failed with Err.
	TempNotRemoved
	// ModeIgnored: the file system does not keep modes.
	ModeIgnored
	// OldKept: the old file, which is Other, was modified, so it was not removed.
	OldKept
	// OldShared: another resource has written or adopted the old file, which is Other, so it was not removed.
	OldShared
	// OldNotRemoved: removing the old file, which is Other, failed with Err.
	OldNotRemoved
)

// Warning is a result of a change that a user should know.
type Warning struct {
	Kind WarningKind
	// Path is the path of the file, Other that of another file.
	Path, Other string
	Err         error
}
