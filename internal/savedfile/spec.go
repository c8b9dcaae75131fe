package savedfile

import (
	"io/fs"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// Run identifies a report run, or a part of a split one, in one format.
type Run struct {
	Report, Run Value[string]
	Format      Value[content.Format]
	Sequence    Value[int64]
}

// unknown reports whether a part of the identification is unknown.
func (r Run) unknown() bool {
	return r.Report.IsUnknown() || r.Run.IsUnknown() || r.Format.IsUnknown() || r.Sequence.IsUnknown()
}

// same reports whether both identify the same part of the same run in the same format. It is false while a part of
// either is unknown.
func (r Run) same(other Run) bool {
	return !r.unknown() && r.Format == other.Format && r.Sequence == other.Sequence &&
		sameIdentifier(r.Report, other.Report) && sameIdentifier(r.Run, other.Run)
}

// sameIdentifier compares without regard to case, because identifiers are hexadecimal.
func sameIdentifier(a, b Value[string]) bool {
	return a.state == b.state && strings.EqualFold(a.value, b.value)
}

// The values of on_missing.
const (
	OnMissingRestore = "restore"
	OnMissingIgnore  = "ignore"
)

// Spec is what a configuration asks for. Everything that is not a Value is a setting, which decides nothing at plan
// time.
type Spec struct {
	Run Run
	// Filename is the path of the file, Directory the folder of a file that is named after the report. One of them is
	// none.
	Filename, Directory Value[string]
	// ExpectedSHA256 is the digest that the content must have, in lower-case hexadecimal.
	ExpectedSHA256 Value[string]
	OnMissing      Value[string]

	Overwrite, KeepFiles bool
	// Mode is the mode of the file, 0 if modes are not watched.
	Mode fs.FileMode
	// DirMode is the mode of folders that are created.
	DirMode fs.FileMode
}

// undecided reports whether an argument is unknown that decides what becomes of the file.
func (s Spec) undecided() bool {
	return s.Run.unknown() || s.Filename.IsUnknown() || s.Directory.IsUnknown() || s.ExpectedSHA256.IsUnknown() ||
		s.OnMissing.IsUnknown()
}

// Record is what is recorded of a saved file.
type Record struct {
	// Run is without a run, all of it none, if the file was moved from another resource type.
	Run Run
	// Path is the recorded path, see [SystemPath]. InDirectory says that the file was named after the report.
	Path        string
	InDirectory bool
	// SHA256 is the digest of the content, MembersSHA256 that of an archive's members; else empty.
	SHA256, MembersSHA256 string
	// SuggestedFilename is DigiCert's name for the content, empty if not known.
	SuggestedFilename string
	Present           bool
	// IgnoresMissing says that a missing file is not a change.
	IgnoresMissing bool
	// Mode is the watched mode, 0 if modes are not watched.
	Mode fs.FileMode
}

// withoutRun reports whether the file was moved from another resource type.
func (r Record) withoutRun() bool { return r.Run.Report.IsNone() }

// satisfies reports whether the recorded content is the one that spec asks for. It is false while the run or the
// expected digest is unknown.
func (r Record) satisfies(spec Spec) bool {
	if spec.ExpectedSHA256.IsUnknown() || !r.withoutRun() && !spec.Run.same(r.Run) {
		return false
	}
	return spec.ExpectedSHA256.IsNone() || spec.ExpectedSHA256.Is(r.SHA256)
}

// target returns the recorded path as this system reads it.
func (r Record) target() string { return SystemPath(r.Path) }
