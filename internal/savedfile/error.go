package savedfile

import "fmt"

// Kind classifies an [Error].
type Kind int

// The kinds of errors.
const (
	Unreadable     Kind = iota + 1 // the file could not be compared with its record
	FileMissing                    // the file to import is missing
	Unwritable                     // the file or its folder could not be written, read back, or given a mode
	PathTaken                      // another resource writes the path in the same operation
	PathObstructed                 // the file at the path is a link, a folder, or another kind
	PathOccupied                   // the file at the path has other content, and this resource has not written it
	NotAdopted                     // the file at the path does not look like a report
	NotDownloaded                  // the run could not be downloaded
	Unexpected                     // the content does not match expected_sha256
	ContentChanged                 // the content for a restore differs from the recorded content
	MembersChanged                 // the members for a restore differ from the recorded members
	ArchiveDiffers                 // an archive is missing since the plan, and now has the same members in other bytes
)

// Error is a failed change. The file and the record are unchanged.
type Error struct {
	Kind Kind
	// Path is in this system's notation; empty if only the download would have named the file.
	Path     string
	Obstacle string // the kind of file at the path, for PathObstructed
	// Want and Got are digests in lower-case hexadecimal.
	Want, Got string
	Restores  State // the state of the file to restore, for NotDownloaded; else Unchanged
	// Err is the error of the file system, the download or the check; nil if Kind is the whole reason.
	Err error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: problem %d", e.Path, e.Kind)
}

func (e *Error) Unwrap() error { return e.Err }

// WarningKind classifies a [Warning].
type WarningKind int

// The kinds of warnings.
const (
	Adopted        WarningKind = iota + 1 // an existing file with the same content was adopted
	Unsynced                              // the file is in place, but its folder was not flushed to disk
	TempLeft                              // the temporary name Other could not be removed
	TempNotRemoved                        // the removal of a failed change's temporary file failed with Err
	ModeIgnored                           // the file system does not support modes
	OldKept                               // the old file Other was modified, and so was not removed
	OldShared                             // another resource has written or adopted the old file Other; it was not removed
	OldNotRemoved                         // the removal of the old file Other failed with Err
)

// Warning is a result of a successful change that users should know.
type Warning struct {
	Kind WarningKind
	// Path is the path of the file, and Other that of another file.
	Path, Other string
	Err         error
}
