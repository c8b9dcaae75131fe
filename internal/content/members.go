package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// Member is a file in an archive.
type Member struct {
	Name string // in UTF-8
	Size int64  // the unpacked size in bytes
	// SHA256 is the unpacked file's digest in lower-case hex; empty if the file is encrypted or its compression method is
	// not supported.
	SHA256 string
}

// readMembers reads and verifies all files that it can unpack.
func readMembers(a *zipfile.Archive) ([]Member, error) {
	members := make([]Member, len(a.Files))
	for i, f := range a.Files {
		members[i] = Member{Name: f.Name, Size: f.Size}
		if f.Readable() != nil {
			continue
		}
		var err error
		if members[i].SHA256, err = f.SHA256(); err != nil {
			return nil, archiveError(err)
		}
	}
	return members, nil
}

// ReadMembers reads and verifies the files of the ZIP archive in the first size bytes of r, in archive order. The error
// is an [*Error] for a bad archive, or a wrapped failure of r.
func ReadMembers(ctx context.Context, r io.ReaderAt, size int64) ([]Member, error) {
	a, err := zipfile.Open(ctx, r, size)
	if err != nil {
		return nil, archiveError(err)
	}
	return readMembers(a)
}

// MembersSHA256 returns the SHA-256 of the sorted lines "<sha256> <size>" of the members in lower-case hex, or an empty
// string if the digest of a member is missing. It ignores order and names, because the names contain the day of the
// download.
func MembersSHA256(members []Member) string {
	lines := make([]string, len(members))
	for i, m := range members {
		if m.SHA256 == "" {
			return ""
		}
		lines[i] = fmt.Sprintf("%s %d\n", m.SHA256, m.Size)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}
