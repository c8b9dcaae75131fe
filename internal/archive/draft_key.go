package archive

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// DraftKey authenticates the lines of drafts and the manifests of interrupted applies by HMAC-SHA256. Without it,
// someone who can write to the folder could have a file archived that DigiCert never sent. A draft or manifest that was
// written under another key is not used.
type DraftKey []byte

// NewDraftKey derives the key for a report's archive from a secret, such as the API key. Origin is the scheme and host
// of the service, so that downloads from a mock are not used as DigiCert's. NewDraftKey returns nil for an empty
// secret: drafts are then neither trusted nor useful later.
func NewDraftKey(secret, origin, report string) DraftKey {
	if secret == "" {
		return nil
	}
	return DraftKey(secret).mac("draft of an archive\n%s\n%s", strings.ToLower(origin), strings.ToLower(report))
}

// mac returns the HMAC-SHA256 of a formatted text.
func (k DraftKey) mac(format string, args ...any) []byte {
	mac := hmac.New(sha256.New, k)
	fmt.Fprintf(mac, format, args...)
	return mac.Sum(nil)
}

// seal returns the MAC, in hexadecimal, of a line in the draft of a manifest.
func (k DraftKey) seal(sequence int64, line draftLine) (string, error) {
	line.MAC = ""
	text, err := json.Marshal(line)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(k.mac("%d\n%s", sequence, text)), nil
}

// verifies reports whether the line was written under this key, for this manifest.
func (k DraftKey) verifies(sequence int64, line draftLine) bool {
	if len(k) == 0 {
		return false
	}
	want, err := k.seal(sequence, line)
	return err == nil && hmac.Equal([]byte(line.MAC), []byte(want))
}

// SealManifest returns the line of a marker that authenticates its manifest.
func (k DraftKey) SealManifest(sequence int64, manifest []byte) string {
	digest := digestOf(manifest)
	return fmt.Sprintf(`{"manifest_sha256":%q,"mac":"%x"}`, digest, k.mac("manifest %d\n%s", sequence, digest))
}

// Authenticate checks that the marker of the newest manifest of record authenticates it. The manifest contains the
// digests of the earlier ones. The error is an Unverified *ChainError or a system error.
func Authenticate(directory string, record Record, key DraftKey) error {
	marker, err := folder(directory).read(MarkerName(record.Sequence))
	if err != nil {
		return err
	}
	want := []byte(key.SealManifest(record.Sequence, record.Newest.Manifest))
	for line := range bytes.Lines(marker) {
		if len(key) > 0 && hmac.Equal(bytes.TrimSpace(line), want) {
			return nil
		}
	}
	return chainError(Unverified, ManifestName(record.Sequence), "%s does not authenticate it under the present API key "+
		"and base_url, so it was written by an apply with another API key or host, or by someone else",
		MarkerName(record.Sequence))
}
