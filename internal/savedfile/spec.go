package savedfile

import (
	"io/fs"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// Run identifies a report run, or a part of a split run, in one format.
type Run struct {
	Report, Run Value[string]
	Format      Value[content.Format]
	Sequence    Value[int64]
}

func (r Run) unknown() bool {
	return r.Report.IsUnknown() || r.Run.IsUnknown() || r.Format.IsUnknown() || r.Sequence.IsUnknown()
}

// same reports whether both identify the same part in the same format. It is false while an argument is unknown.
func (r Run) same(other Run) bool {
	return !r.unknown() && r.Format == other.Format && r.Sequence == other.Sequence &&
		sameIdentifier(r.Report, other.Report) && sameIdentifier(r.Run, other.Run)
}

// sameIdentifier ignores case, because identifiers are hexadecimal.
func sameIdentifier(a, b Value[string]) bool {
	return a.state == b.state && strings.EqualFold(a.value, b.value)
}

// The values of on_missing.
const (
	OnMissingRestore = "restore"
	OnMissingIgnore  = "ignore"
)

// Spec is a configuration. Fields that are not a Value do not affect the decision.
type Spec struct {
	Run Run
	// Filename is the path of the file, and Directory the folder of a file that is named after the report. One is none.
	Filename, Directory Value[string]
	ExpectedSHA256      Value[string] // the required digest in lower-case hexadecimal
	OnMissing           Value[string]

	Overwrite, KeepFiles bool
	Mode                 fs.FileMode // 0 if modes are not watched
	DirMode              fs.FileMode // of created folders
}

// hasUnknown reports whether an argument that affects the decision is unknown.
func (s Spec) hasUnknown() bool {
	return s.Run.unknown() || s.Filename.IsUnknown() || s.Directory.IsUnknown() || s.ExpectedSHA256.IsUnknown() ||
		s.OnMissing.IsUnknown()
}

// Record is the state of a saved file.
type Record struct {
	Run Run // none if the file was moved from another resource type
	// Path is as by [SystemPath]. InDirectory means that the file was named after the report.
	Path        string
	InDirectory bool
	// SHA256 is the digest of the content, and MembersSHA256 that of an archive's members; else empty.
	SHA256, MembersSHA256 string
	SuggestedFilename     string // DigiCert's name; empty if unknown
	Present               bool
	IgnoresMissing        bool        // a missing file is not a change
	Mode                  fs.FileMode // 0 if modes are not watched
}

// withoutRun reports whether the file was moved from another resource type.
func (r Record) withoutRun() bool { return r.Run.Report.IsNone() }

// satisfies reports whether the recorded content is the content that spec requires. It is false while the run or the
// expected digest is unknown.
func (r Record) satisfies(spec Spec) bool {
	if spec.ExpectedSHA256.IsUnknown() || !r.withoutRun() && !spec.Run.same(r.Run) {
		return false
	}
	return spec.ExpectedSHA256.IsNone() || spec.ExpectedSHA256.Is(r.SHA256)
}

func (r Record) target() string { return SystemPath(r.Path) }
