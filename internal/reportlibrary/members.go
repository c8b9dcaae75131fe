package reportlibrary

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// archiveMembers reads and verifies the files of an archive, and returns them with the digest of MembersSHA256.
func archiveMembers(
	ctx context.Context, r io.ReaderAt, size, maxBytes int64, redact func(string) string,
) ([]Member, string, error) {
	a, err := openArchive(ctx, r, size, redact)
	if err != nil {
		return nil, "", err
	}
	members, err := (&unpacker{archive: a, maxBytes: maxBytes}).verify()
	if err != nil {
		return nil, "", err
	}
	return members, MembersSHA256(members), nil
}

// ReadMembers reads and verifies the files of the ZIP archive in the first size bytes of r, in archive order. An
// archive that can't be trusted is a *ContentError; a failure of r is wrapped.
func ReadMembers(ctx context.Context, r io.ReaderAt, size int64) ([]Member, error) {
	members, _, err := archiveMembers(ctx, r, size, 0, asIs)
	return members, err
}

// MembersSHA256 returns the SHA-256, in lower-case hex, of the sorted lines "<sha256> <size>" of the members. Neither
// their names, which carry the day of the download, nor their order count.
func MembersSHA256(members []Member) string {
	lines := make([]string, len(members))
	for i, m := range members {
		lines[i] = fmt.Sprintf("%s %d\n", m.SHA256, m.Size)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}

// emptyMembersSHA256 is the digest of no members where the format has one.
func emptyMembersSHA256(format Format) string {
	if format != FormatZIP {
		return ""
	}
	return MembersSHA256(nil)
}
