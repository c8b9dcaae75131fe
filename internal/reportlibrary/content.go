package reportlibrary

import (
	"context"
	"io"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// What a content is, and how it is delivered, is decided in package content; these are its names here.
type (
	// Format is a report format as the API writes it, in upper case.
	Format = content.Format
	// Destination takes the content of a download.
	Destination = content.Destination
	// Spool is a scratch file for a body that has to be complete before it can be read.
	Spool = content.Scratch
	// Member is a file inside an archive.
	Member = content.Member
)

// The formats that the API documents for the query parameter report_format.
const (
	FormatCSV   = content.CSV
	FormatJSON  = content.JSON
	FormatExcel = content.Excel
	FormatZIP   = content.ZIP
)

// Formats returns every documented format, in the order of the documentation.
func Formats() []Format { return content.Formats() }

// ReadMembers reads and verifies the files of the ZIP archive in the first size bytes of r, in archive order. An
// archive that can't be trusted is an *Error; a failure of r is wrapped.
func ReadMembers(ctx context.Context, r io.ReaderAt, size int64) ([]Member, error) {
	members, err := content.ReadMembers(ctx, r, size)
	return members, contentError(err)
}

// MembersSHA256 returns the SHA-256, in lower-case hex, of the sorted lines "<sha256> <size>" of the members. Their
// names, which contain the day of the download, and their order don't count. It is empty if the digest of a member is.
func MembersSHA256(members []Member) string { return content.MembersSHA256(members) }

// CheckContent returns the number of rows and the headings of the first size bytes of r, a file for example, if they
// are a report of the given format, as a download would have written it: a wrapper counts as what it is, a ZIP archive.
// Both are nil where they are not known. Errors are as for ReadMembers; no content at all is one of KindEmpty.
func CheckContent(ctx context.Context, r io.ReaderAt, size int64, format Format) (*int64, []string, error) {
	got, err := content.Check(ctx, r, size, format)
	return got.RowCount, got.Columns, contentError(err)
}
