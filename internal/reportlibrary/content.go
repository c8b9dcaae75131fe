package reportlibrary

import (
	"context"
	"io"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// These types of package content are part of this package's interface.
type (
	// Format is a report format as the API writes it, in upper case.
	Format = content.Format
	// Destination receives the content of a download.
	Destination = content.Destination
	// Scratch is a scratch file, for a body that must be complete before it can be read.
	Scratch = content.Scratch
	// Member is a file in an archive.
	Member = content.Member
)

// The documented values of the query parameter report_format.
const (
	FormatCSV   = content.CSV
	FormatJSON  = content.JSON
	FormatExcel = content.Excel
	FormatZIP   = content.ZIP
)

// Formats returns the formats in the order of the API's documentation.
func Formats() []Format { return content.Formats() }

// ReadMembers reads and verifies the files of the ZIP archive in the first size bytes of r, in archive order. The error
// is an *Error for a bad archive, or a wrapped failure of r.
func ReadMembers(ctx context.Context, r io.ReaderAt, size int64) ([]Member, error) {
	members, err := content.ReadMembers(ctx, r, size)
	return members, contentError(err)
}

// MembersSHA256 returns the SHA-256 of the sorted lines "<sha256> <size>" of the members in lower-case hex, or an empty
// string if the digest of a member is missing. It ignores order and names, because the names contain the day of the
// download.
func MembersSHA256(members []Member) string { return content.MembersSHA256(members) }

// CheckContent checks that the first size bytes of r, such as a saved file, are a report of the given format, and
// returns the number of rows and the headings; nil if unknown. It does not unwrap. Errors are those of ReadMembers, or
// have KindEmpty.
func CheckContent(ctx context.Context, r io.ReaderAt, size int64, format Format) (*int64, []string, error) {
	got, err := content.Check(ctx, r, size, format)
	return got.RowCount, got.Columns, contentError(err)
}
