package archive

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// DraftKey authenticates the lines of drafts by HMAC-SHA256. Without it, someone who can write to the folder could have
// a file archived that DigiCert never sent. A draft that was written under another key is not used.
type DraftKey []byte

// NewDraftKey derives the key for a report's archive from a secret, such as the API key. Origin is the scheme and host
// of the service, so that downloads from a mock are not used as DigiCert's. NewDraftKey returns nil for an empty secret:
// drafts are then neither trusted nor useful later.
func NewDraftKey(secret, origin, report string) DraftKey {
	if secret == "" {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "draft of an archive\n%s\n%s", strings.ToLower(origin), strings.ToLower(report))
	return mac.Sum(nil)
}

// seal returns the MAC, in hexadecimal, of a line in the draft of a manifest.
func (k DraftKey) seal(sequence int64, line draftLine) (string, error) {
	line.MAC = ""
	text, err := json.Marshal(line)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, k)
	fmt.Fprintf(mac, "%d\n%s", sequence, text)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// verifies reports whether the line was written under this key, for this manifest.
func (k DraftKey) verifies(sequence int64, line draftLine) bool {
	if len(k) == 0 {
		return false
	}
	want, err := k.seal(sequence, line)
	return err == nil && hmac.Equal([]byte(line.MAC), []byte(want))
}
