package timestamptest

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// WrongNonce gives a nonce that differs from the requested one.
func WrongNonce() Fault { return func(a *response) { a.info.Nonce = big.NewInt(4711) } }

// WithoutNonce leaves the nonce out.
func WithoutNonce() Fault { return func(a *response) { a.info.Nonce = nil } }

// WrongDigest is over another content.
func WrongDigest() Fault {
	return func(a *response) { a.info.Imprint.Digest = digest(crypto.SHA256, []byte("another file")) }
}

// ImprintAlgorithm names another hash of the same digest; for MD5, SHA-1 and SHA-512 the digest gets the right length.
func ImprintAlgorithm(hash crypto.Hash) Fault {
	return func(a *response) {
		a.info.Imprint.Digest = digest(hash, a.info.Imprint.Digest)
		a.info.Imprint.Algorithm = (&response{hash: hash}).digestAlgorithm()
	}
}

// WithoutImprintParameters leaves the parameters of the hash out, as RFC 5754 allows.
func WithoutImprintParameters() Fault {
	return func(a *response) { a.info.Imprint.Algorithm.Parameters = asn1.RawValue{} }
}

// OddImprintParameters gives the hash parameters that it does not have.
func OddImprintParameters() Fault {
	return func(a *response) { a.info.Imprint.Algorithm.Parameters = asn1.RawValue{FullBytes: marshal(1)} }
}

// InfoVersion gives TSTInfo another version than 1.
func InfoVersion(version int) Fault { return func(a *response) { a.info.Version = version } }

// At is a token of another time than now.
func At(t time.Time) Fault { return func(a *response) { a.setTime(t) } }

// TimeText writes the token's time as it stands.
func TimeText(text string) Fault { return func(a *response) { a.setTimeText(text) } }

// Extension adds an unknown extension to TSTInfo.
func Extension(critical bool) Fault {
	return func(a *response) {
		a.info.Extensions = []pkix.Extension{{
			Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 55555, 9}, Critical: critical, Value: []byte{5, 0},
		}}
	}
}
