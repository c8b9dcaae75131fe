package timestamptest

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Object identifiers of RFC 3161, RFC 5652, RFC 5035 and the algorithms.
var (
	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidMD5    = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}

	oidRSA             = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSAPSS          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidECDSAWithSHA1   = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}
	oidECDSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidECDSAWithSHA512 = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}

	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidESSCertIDv1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidESSCertIDv2   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}

	oidPolicy       = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 55555, 1, 1}
	oidTimeStamping = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
	oidCodeSigning  = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 3}
	oidExtKeyUsage  = asn1.ObjectIdentifier{2, 5, 29, 37}
)

var sha256Algorithm = pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}

// messageImprint is the digest that a time stamp is for.
type messageImprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

// timestampRequest is TimeStampReq of RFC 3161, section 2.4.1.
type timestampRequest struct {
	Version    int
	Imprint    messageImprint
	Policy     asn1.ObjectIdentifier `asn1:"optional"`
	Nonce      *big.Int              `asn1:"optional"`
	CertReq    bool                  `asn1:"optional,default:false"`
	Extensions []pkix.Extension      `asn1:"optional,tag:0"`
}

func parseRequest(body []byte) (timestampRequest, error) {
	var req timestampRequest
	rest, err := asn1.Unmarshal(body, &req)
	switch {
	case err != nil:
		return timestampRequest{}, fmt.Errorf("not a time stamp request: %w", err)
	case len(rest) > 0 || req.Version != 1:
		return timestampRequest{}, errors.New("not a time stamp request of version 1")
	case !req.Imprint.Algorithm.Algorithm.Equal(oidSHA256) || len(req.Imprint.Digest) != 32:
		return timestampRequest{}, errors.New("not a SHA-256 digest")
	}
	return req, nil
}

// tstInfo is TSTInfo of RFC 3161, section 2.4.2. Time is a RawValue so that a test writes it as it likes.
type tstInfo struct {
	Version    int
	Policy     asn1.ObjectIdentifier
	Imprint    messageImprint
	Serial     *big.Int
	Time       asn1.RawValue
	Accuracy   accuracy         `asn1:"optional"`
	Nonce      *big.Int         `asn1:"optional"`
	Extensions []pkix.Extension `asn1:"optional,omitempty,tag:1"`
}

type accuracy struct {
	Seconds int `asn1:"optional"`
	Millis  int `asn1:"optional,tag:0"`
}

// signedData is SignedData of RFC 5652, section 5.1.
type signedData struct {
	Version      int
	Algorithms   []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      encapsulated
	Certificates asn1.RawValue   `asn1:"optional"`
	Signers      []asn1.RawValue `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content []byte `asn1:"explicit,tag:0"`
}

// signerInfo is SignerInfo of RFC 5652, section 5.3.
type signerInfo struct {
	Version    int
	SID        issuerAndSerial
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

// certID is ESSCertID and, with the default hash, ESSCertIDv2.
type certID struct {
	Hash         []byte
	IssuerSerial issuerSerial
}

type issuerSerial struct {
	Issuer []asn1.RawValue
	Serial *big.Int
}

// marshal panics on an error: every value here comes from this package.
func marshal(value any) []byte {
	der, err := asn1.Marshal(value)
	if err != nil {
		panic(err)
	}
	return der
}

// wrap returns content under a constructed tag.
func wrap(class, tag int, content ...[]byte) asn1.RawValue {
	return asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: bytes.Join(content, nil)}
}

func sequence(content ...[]byte) []byte {
	return marshal(wrap(asn1.ClassUniversal, asn1.TagSequence, content...))
}

// set orders its elements as DER requires.
func set(elements ...[]byte) asn1.RawValue {
	slices.SortFunc(elements, bytes.Compare)
	return wrap(asn1.ClassUniversal, asn1.TagSet, elements...)
}

func utf8String(text string) []byte {
	return marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagUTF8String, Bytes: []byte(text)})
}
