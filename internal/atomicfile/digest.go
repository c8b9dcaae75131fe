package atomicfile

import (
	"crypto/fips140"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
)

// md5Hash also works under GODEBUG=fips140=only, because MD5 identifies content here, as in S3, and secures nothing.
type md5Hash struct{ hash.Hash }

func newMD5() hash.Hash { return md5Hash{md5.New()} }

func (h md5Hash) Write(b []byte) (n int, err error) {
	fips140.WithoutEnforcement(func() { n, err = h.Hash.Write(b) })
	return n, err
}

func (h md5Hash) Sum(b []byte) (sum []byte) {
	fips140.WithoutEnforcement(func() { sum = h.Hash.Sum(b) })
	return sum
}

// Digests are the checksums of one content and its size in bytes.
type Digests struct {
	SHA256 [sha256.Size]byte
	SHA512 [sha512.Size]byte
	MD5    [md5.Size]byte
	Size   int64
}

// SHA256Hex returns the SHA-256 in lower-case hexadecimal.
func (d Digests) SHA256Hex() string { return hex.EncodeToString(d.SHA256[:]) }

// SHA256Base64 returns the SHA-256 in standard, padded base64, as object stores expect it.
func (d Digests) SHA256Base64() string { return base64.StdEncoding.EncodeToString(d.SHA256[:]) }

// SHA512Hex returns the SHA-512 in lower-case hexadecimal.
func (d Digests) SHA512Hex() string { return hex.EncodeToString(d.SHA512[:]) }

// MD5Hex returns the MD5 in lower-case hexadecimal.
func (d Digests) MD5Hex() string { return hex.EncodeToString(d.MD5[:]) }

// Digester computes all [Digests] of its input in one pass. For more than a block (256 KiB) it starts three goroutines
// and uses up to five blocks until Sum, Close or Reset; call one of them. It is for one goroutine at a time.
type Digester struct {
	pipe   *pipeline
	sha256 hash.Hash
	sha512 hash.Hash
	md5    hash.Hash
}

// NewDigester returns a Digester of the empty content.
func NewDigester() *Digester {
	d := &Digester{sha256: sha256.New(), sha512: sha512.New(), md5: newMD5()}
	d.pipe = newPipeline(d.sha512, d.md5, d.sha256)
	return d
}

// Write adds b to the content, and keeps no reference to b. After Sum or Close it returns an error.
func (d *Digester) Write(b []byte) (int, error) { return d.pipe.Write(b) }

// Reset starts again with empty content.
func (d *Digester) Reset() { d.pipe.reset() }

// Sum ends the content and returns its digests. Later calls return the same digests.
func (d *Digester) Sum() Digests {
	d.pipe.end()
	sum := Digests{Size: d.pipe.size}
	d.sha256.Sum(sum.SHA256[:0])
	d.sha512.Sum(sum.SHA512[:0])
	d.md5.Sum(sum.MD5[:0])
	return sum
}

// Close ends the content; Sum may still follow. It may be called any number of times.
func (d *Digester) Close() { d.pipe.end() }
