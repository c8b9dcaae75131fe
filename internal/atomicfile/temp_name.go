package atomicfile

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
)

// A temporary name is short and of fixed length, to fit wherever a user's name fits, and contains a checksum, so that
// no user's file is mistaken for one. Its first digits identify the host, see hostTag.
const (
	tempPrefix     = ".digicert-"
	tempSuffix     = ".tmp"
	tempHostLen    = 6
	tempRandomLen  = 16
	tempCheckLen   = 4
	tempNameLength = len(tempPrefix) + tempRandomLen + tempCheckLen + len(tempSuffix)
)

// hostTag identifies the hosts that share this host's locks in temporary names.
var hostTag = sync.OnceValue(func() string { return tagOf(hostID()) })

func tagOf(host string) string {
	sum := sha256.Sum256([]byte(host))
	return hex.EncodeToString(sum[:tempHostLen/2])
}

func newTempName() string {
	var random [(tempRandomLen - tempHostLen) / 2]byte
	rand.Read(random[:]) // never fails
	return tempNameOf(hostTag() + hex.EncodeToString(random[:]))
}

func tempNameOf(digits string) string { return tempPrefix + digits + tempCheck(digits) + tempSuffix }

func isTempName(name string) bool {
	if len(name) != tempNameLength || !strings.HasPrefix(name, tempPrefix) || !strings.HasSuffix(name, tempSuffix) {
		return false
	}
	return name == tempNameOf(name[len(tempPrefix):len(tempPrefix)+tempRandomLen])
}

// isOfHost reports whether a process of host tag made the temporary name.
func isOfHost(name, tag string) bool { return strings.HasPrefix(name, tempPrefix+tag) }

func tempCheck(digits string) string {
	sum := sha256.Sum256([]byte(tempPrefix + digits))
	return hex.EncodeToString(sum[:tempCheckLen/2])
}
