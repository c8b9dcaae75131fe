package timestamptest

import (
	"bytes"
	"crypto"
	"encoding/asn1"
)

// Signers signs that many times.
func Signers(count int) Fault { return func(a *response) { a.signers = count } }

// BadSignature damages the signature.
func BadSignature() Fault { return func(a *response) { a.damaged = true } }

// SignatureHash digests and signs with hash. MD5 takes RSA.
func SignatureHash(hash crypto.Hash) Fault { return func(a *response) { a.hash = hash } }

// MismatchedSignature names a signature algorithm whose hash is not the one that was used.
func MismatchedSignature() Fault { return func(a *response) { a.signature = oidECDSAWithSHA512 } }

// WithoutCertificates leaves the certificates out, although they are requested.
func WithoutCertificates() Fault { return func(a *response) { a.withoutCertificates = true } }

// ESSCertID chooses which versions of the attribute identify the certificate; the default is version 2 alone.
func ESSCertID(v1, v2 bool) Fault { return func(a *response) { a.essV1, a.essV2 = v1, v2 } }

// WrongSignerIdentifier names another certificate in the identifier that is not signed.
func WrongSignerIdentifier() Fault { return func(a *response) { a.damagedIdentifier = true } }

// WrongESSCertID identifies another certificate.
func WrongESSCertID() Fault { return func(a *response) { a.damagedESS = true } }

// WithoutAttribute leaves a signed attribute out.
func WithoutAttribute(name Attribute) Fault {
	return func(a *response) {
		a.attributes = func(attributes [][]byte) [][]byte {
			var kept [][]byte
			for _, encoded := range attributes {
				if !bytes.HasPrefix(contents(encoded), marshal(asn1.ObjectIdentifier(name))) {
					kept = append(kept, encoded)
				}
			}
			return kept
		}
	}
}

// ReplacedAttribute gives a signed attribute other values, each in DER; the attribute is added if it is missing.
func ReplacedAttribute(name Attribute, values ...[]byte) Fault {
	return func(a *response) {
		WithoutAttribute(name)(a)
		without := a.attributes
		a.attributes = func(attributes [][]byte) [][]byte {
			return append(without(attributes), attribute(asn1.ObjectIdentifier(name), values...))
		}
	}
}

// RepeatedAttribute has a signed attribute twice.
func RepeatedAttribute(name Attribute) Fault {
	return func(a *response) {
		a.attributes = func(attributes [][]byte) [][]byte {
			for _, encoded := range attributes {
				if bytes.HasPrefix(contents(encoded), marshal(asn1.ObjectIdentifier(name))) {
					return append(attributes, encoded)
				}
			}
			return attributes
		}
	}
}

// Attribute is a signed attribute.
type Attribute asn1.ObjectIdentifier

// The signed attributes that have rules.
var (
	ContentTypeAttribute   = Attribute(oidContentType)
	MessageDigestAttribute = Attribute(oidMessageDigest)
	SigningTimeAttribute   = Attribute(oidSigningTime)
	ESSCertIDv2Attribute   = Attribute(oidESSCertIDv2)
)

// contents returns the contents of an encoded value.
func contents(der []byte) []byte {
	var outer asn1.RawValue
	mustUnmarshal(der, &outer)
	return outer.Bytes
}
