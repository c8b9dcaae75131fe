package atomicfile

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// A temporary name is short and of fixed length, so that it fits wherever a name of the user's fits, and carries a
// checksum, so that no file of the user's is ever taken for one.
const (
	tempPrefix     = ".digicert-"
	tempSuffix     = ".tmp"
	tempRandomLen  = 16
	tempCheckLen   = 4
	tempNameLength = len(tempPrefix) + tempRandomLen + tempCheckLen + len(tempSuffix)
)

func newTempName() string {
	var random [tempRandomLen / 2]byte
	rand.Read(random[:]) // never fails
	digits := hex.EncodeToString(random[:])
	return tempPrefix + digits + tempCheck(digits) + tempSuffix
}

func isTempName(name string) bool {
	if len(name) != tempNameLength || !strings.HasPrefix(name, tempPrefix) || !strings.HasSuffix(name, tempSuffix) {
		return false
	}
	digits := name[len(tempPrefix) : len(tempPrefix)+tempRandomLen]
	return name == tempPrefix+digits+tempCheck(digits)+tempSuffix
}

func tempCheck(digits string) string {
	sum := sha256.Sum256([]byte(tempPrefix + digits))
	return hex.EncodeToString(sum[:tempCheckLen/2])
}
