package timestamp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"

	"github.com/notaryproject/tspclient-go"
)

// Object identifiers of algorithms, attributes and extensions.
var (
	oidMD5    = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}
	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}

	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidCertIDv1      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidCertIDv2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidKeyUsage      = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidExtKeyUsage   = asn1.ObjectIdentifier{2, 5, 29, 37}
)

// signatureHashes maps accepted signature algorithms to the hashes that they may be combined with. RSASSA-PSS is
// missing because `openssl ts` cannot verify it.
var signatureHashes = map[string][]asn1.ObjectIdentifier{
	"1.2.840.113549.1.1.1":  {oidSHA256, oidSHA384, oidSHA512}, // rsaEncryption
	"1.2.840.113549.1.1.11": {oidSHA256},                       // sha256WithRSAEncryption
	"1.2.840.113549.1.1.12": {oidSHA384},                       // sha384WithRSAEncryption
	"1.2.840.113549.1.1.13": {oidSHA512},                       // sha512WithRSAEncryption
	"1.2.840.10045.4.3.2":   {oidSHA256},                       // ecdsa-with-SHA256
	"1.2.840.10045.4.3.3":   {oidSHA384},                       // ecdsa-with-SHA384
	"1.2.840.10045.4.3.4":   {oidSHA512},                       // ecdsa-with-SHA512
}

// singleValued are signed attributes of which the library reads only the first value.
var singleValued = []asn1.ObjectIdentifier{oidContentType, oidMessageDigest, oidSigningTime, oidCertIDv1, oidCertIDv2}

func isWeakHash(oid asn1.ObjectIdentifier) bool { return oid.Equal(oidMD5) || oid.Equal(oidSHA1) }

// checkSigner checks the only signer and returns its certificate. Chain and signature are verified later.
func checkSigner(token *tspclient.SignedToken) (*x509.Certificate, *Error) {
	if len(token.SignerInfos) != 1 {
		return nil, failure(KindSignerCount, "it has %d", len(token.SignerInfos))
	}
	signer := &token.SignerInfos[0]
	hash, signature := signer.DigestAlgorithm.Algorithm, signer.SignatureAlgorithm.Algorithm
	if !slices.ContainsFunc(signatureHashes[signature.String()], hash.Equal) {
		return nil, failure(KindAlgorithm, "the signature's hash is %s, its algorithm %s", hash, signature)
	}
	values := map[string]int{}
	for _, attribute := range signer.SignedAttributes {
		oid := attribute.Type.String()
		if _, repeated := values[oid]; repeated {
			return nil, failure(KindSignature, "the signed attribute %s is repeated", oid)
		}
		values[oid] = countValues(attribute.Values.Bytes)
	}
	for _, oid := range singleValued {
		if count, ok := values[oid.String()]; ok && count != 1 {
			return nil, failure(KindSignature, "the signed attribute %s has %d values, not one", oid, count)
		}
	}
	if _, v2 := values[oidCertIDv2.String()]; !v2 {
		if _, v1 := values[oidCertIDv1.String()]; v1 {
			return nil, &Error{Kind: KindCertIDv1}
		}
		return nil, failure(KindCertID, "the signed attribute ESSCertIDv2 is missing")
	}
	leaf, err := token.SigningCertificate(signer)
	if err != nil {
		return nil, &Error{Kind: KindCertID, Err: err}
	}
	// ESSCertIDv2 is signed and the signer identifier is not, but openssl finds the certificate by the latter.
	if !bytes.Equal(signer.SignerIdentifier.Issuer.FullBytes, leaf.RawIssuer) ||
		signer.SignerIdentifier.SerialNumber.Cmp(leaf.SerialNumber) != 0 {
		return nil, failure(KindCertID, "ESSCertIDv2 and the signer identifier name different certificates")
	}
	if err := checkLeaf(leaf); err != nil {
		return nil, err
	}
	return leaf, nil
}

// countValues returns the number of values in a set, or -1 if they can't be parsed.
func countValues(contents []byte) int {
	count := 0
	for ; len(contents) > 0; count++ {
		var value asn1.RawValue
		rest, err := asn1.Unmarshal(contents, &value)
		if err != nil {
			return -1
		}
		contents = rest
	}
	return count
}

var timeStamping = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}

// checkLeaf checks that a certificate is only for signing time stamps, by RFC 3161, section 2.3, and openssl's rules.
func checkLeaf(leaf *x509.Certificate) *Error {
	if leaf.IsCA {
		return &Error{Kind: KindAuthority}
	}
	if len(leaf.UnknownExtKeyUsage) > 0 || !slices.Equal(leaf.ExtKeyUsage, timeStamping) {
		return failure(KindPurpose, "its extended key usage must be timeStamping and nothing else")
	}
	const signing = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	for _, extension := range leaf.Extensions {
		switch {
		case extension.Id.Equal(oidExtKeyUsage) && !extension.Critical:
			return failure(KindPurpose, "its extended key usage must be critical")
		case extension.Id.Equal(oidKeyUsage) && (leaf.KeyUsage == 0 || leaf.KeyUsage&^signing != 0):
			return failure(KindPurpose, "its key usage must be digitalSignature or nonRepudiation and nothing else")
		}
	}
	if problem := weakness(leaf, false); problem != "" {
		return failure(KindAlgorithm, "the certificate %s", problem)
	}
	return nil
}

// weakness describes a weak signature or key of a certificate; empty for none. A root's own signature does not count.
func weakness(certificate *x509.Certificate, root bool) string {
	switch certificate.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1:
		if !root {
			return fmt.Sprintf("is signed with %s", certificate.SignatureAlgorithm)
		}
	}
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return fmt.Sprintf("has an RSA key of %d bits, fewer than 2048", key.N.BitLen())
		}
	case *ecdsa.PublicKey:
		if key.Curve.Params().BitSize < 256 {
			return fmt.Sprintf("has an ECDSA key of %d bits, fewer than 256", key.Curve.Params().BitSize)
		}
	default:
		return fmt.Sprintf("has a key of the type %s", certificate.PublicKeyAlgorithm)
	}
	return ""
}
