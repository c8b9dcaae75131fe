package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"sync"
)

// ManifestName returns the name of a manifest, such as "0001.json".
func ManifestName(sequence int64) string { return fmt.Sprintf("%04d.json", sequence) }

// SumsName returns the name of a manifest's list, such as "0001.sha256".
func SumsName(sequence int64) string { return fmt.Sprintf("%04d.sha256", sequence) }

// TokenName returns the name of a manifest's time stamp, such as "0001.sha256.tsr".
func TokenName(sequence int64) string { return SumsName(sequence) + ".tsr" }

var linkName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\d{4}|[1-9]\d{4,8})\.(json|sha256|sha256\.tsr)$`)
})

// linkNumber returns the number of the manifest that a file belongs to; false for other files.
func linkNumber(name string) (int64, bool) {
	match := linkName().FindStringSubmatch(name)
	if match == nil {
		return 0, false
	}
	number, err := strconv.ParseInt(match[1], 10, 64)
	return number, err == nil && number > 0
}

// Link is one manifest with its list and its time stamp, unmodified.
type Link struct {
	Manifest []byte // NNNN.json
	Sums     []byte // NNNN.sha256
	Token    []byte // NNNN.sha256.tsr, the response of the time stamp authority; nil without a time stamp
}

func newLink(s Statement) (Link, error) {
	manifest, err := s.Encode()
	if err != nil {
		return Link{}, err
	}
	return Link{Manifest: manifest, Sums: []byte(sumsOf(s, manifest))}, nil
}

// NewLink returns the link of a manifest, and computes its list.
func NewLink(manifest, token []byte) (Link, error) {
	statement, err := ParseStatement(manifest)
	if err != nil {
		return Link{}, err
	}
	return Link{Manifest: manifest, Sums: []byte(sumsOf(statement, manifest)), Token: token}, nil
}

// sumsOf returns the list of a manifest: its new files, the list and time stamp of the previous manifest, and the
// manifest itself. It depends only on the manifest.
func sumsOf(s Statement, manifest []byte) string {
	var sums []Sum
	for _, subject := range s.Subject {
		sums = append(sums, Sum{SHA256: subject.Digest.SHA256, Name: subject.Name})
	}
	for _, earlier := range s.Predicate.Previous {
		if number, ok := linkNumber(earlier.Name); ok && earlier.Name != ManifestName(number) {
			sums = append(sums, Sum{SHA256: earlier.Digest.SHA256, Name: earlier.Name})
		}
	}
	sums = append(sums, Sum{SHA256: digestOf(manifest), Name: ManifestName(s.Predicate.Sequence)})
	return EncodeSums(sums)
}

// Head returns the digest of the list, the head of the chain; empty for the zero Link.
func (l Link) Head() string {
	if len(l.Sums) == 0 {
		return ""
	}
	return digestOf(l.Sums)
}

func (l Link) descriptors(sequence int64) []Descriptor {
	if sequence == 0 {
		return []Descriptor{}
	}
	named := []Descriptor{
		{ManifestName(sequence), Digest{digestOf(l.Manifest)}},
		{SumsName(sequence), Digest{digestOf(l.Sums)}},
	}
	if len(l.Token) > 0 {
		named = append(named, Descriptor{TokenName(sequence), Digest{digestOf(l.Token)}})
	}
	return named
}

// linkFile is a file of a link.
type linkFile struct {
	name    string
	content []byte
}

// files returns the link's files in the order in which they are written.
func (l Link) files(sequence int64) []linkFile {
	if sequence == 0 {
		return nil
	}
	files := []linkFile{{ManifestName(sequence), l.Manifest}, {SumsName(sequence), l.Sums}}
	if len(l.Token) > 0 {
		files = append(files, linkFile{TokenName(sequence), l.Token})
	}
	return files
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
