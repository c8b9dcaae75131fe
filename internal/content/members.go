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

// Member is a file inside an archive.
type Member struct {
	// Name is the file's name in the archive, in UTF-8.
	Name string
	// Size is the unpacked size in bytes.
	Size int64
	// SHA256 is the digest of the unpacked file in lower-case hex; empty for a file that is encrypted or compressed with
	// an unsupported method.
	SHA256 string
}

// readMembers reads and verifies every file that can be unpacked.
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

// ReadMembers reads and verifies the files of the ZIP archive in the first size bytes of r, in archive order. An
// archive that can't be trusted is an [*Error]; a failure of r is wrapped.
func ReadMembers(ctx context.Context, r io.ReaderAt, size int64) ([]Member, error) {
	a, err := zipfile.Open(ctx, r, size)
	if err != nil {
		return nil, archiveError(err)
	}
	return readMembers(a)
}

// MembersSHA256 returns the SHA-256, in lower-case hex, of the sorted lines "<sha256> <size>" of the members. Their
// names, which contain the day of the download, and their order don't count. It is empty if the digest of a member is.
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
