package timestamptest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // ESSCertID version 1 is defined with it
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/http"
	"strconv"
	"time"

	_ "crypto/md5" //nolint:gosec // a fault signs with it
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// response is a TimeStampResp before it is encoded, with its HTTP envelope. It starts out genuine; faults change it.
type response struct {
	hierarchy *hierarchy

	httpStatus  int
	contentType string
	header      http.Header
	// serve replaces the whole HTTP response; nil sends body.
	serve func(w http.ResponseWriter, r *http.Request, body []byte)

	status   int
	text     []string
	failures []int
	noToken  bool
	// finish changes the encoded response, finishInfo the encoded TSTInfo.
	finish, finishInfo func([]byte) []byte

	info tstInfo
	leaf leafSpec

	// hash is the digest algorithm of the CMS; signature is the signature's algorithm, empty for the usual one.
	hash      crypto.Hash
	signature asn1.ObjectIdentifier
	pss       bool
	damaged   bool
	signers   int
	// withoutCertificates leaves the certificates out.
	withoutCertificates bool

	essV1, essV2 bool
	// damagedESS names another certificate in both.
	damagedESS bool
	// damagedIdentifier names another certificate in the signer identifier.
	damagedIdentifier bool
	// attributes changes the signed attributes, each an encoded Attribute.
	attributes func([][]byte) [][]byte
}

func newResponse(h *hierarchy, req timestampRequest, serial int64, now time.Time) *response {
	a := &response{
		hierarchy: h, httpStatus: http.StatusOK, contentType: "application/timestamp-reply", header: http.Header{},
		leaf: newLeafSpec(h.key), hash: crypto.SHA256, signers: 1, essV2: true,
		withoutCertificates: !req.CertReq,
	}
	a.info = tstInfo{
		Version: 1, Policy: oidPolicy, Imprint: req.Imprint, Serial: big.NewInt(serial), Nonce: req.Nonce,
		Accuracy: accuracy{Seconds: 1},
	}
	a.setTime(now)
	return a
}

func (a *response) setTime(t time.Time) { a.setTimeText(t.UTC().Format("20060102150405Z")) }

func (a *response) setTimeText(text string) {
	a.info.Time = asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagGeneralizedTime, Bytes: []byte(text)}
}

// write sends the response.
func (a *response) write(w http.ResponseWriter, r *http.Request) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.contentType != "" {
		w.Header().Set("Content-Type", a.contentType)
	}
	body := a.encode()
	if a.serve != nil {
		a.serve(w, r, body)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.httpStatus)
	_, _ = w.Write(body)
}

// encode returns the TimeStampResp.
func (a *response) encode() []byte {
	info := [][]byte{marshal(a.status)}
	if len(a.text) > 0 {
		var texts [][]byte
		for _, text := range a.text {
			texts = append(texts, utf8String(text))
		}
		info = append(info, sequence(texts...))
	}
	if len(a.failures) > 0 {
		info = append(info, marshal(failureBits(a.failures)))
	}
	fields := [][]byte{sequence(info...)}
	if !a.noToken {
		fields = append(fields, a.token())
	}
	der := sequence(fields...)
	if a.finish != nil {
		der = a.finish(der)
	}
	return der
}

func failureBits(failures []int) asn1.BitString {
	bits := asn1.BitString{Bytes: make([]byte, 4), BitLength: 26}
	for _, bit := range failures {
		bits.Bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	return bits
}

// token returns the TimeStampToken: a ContentInfo with SignedData.
func (a *response) token() []byte {
	content := marshal(a.info)
	if a.finishInfo != nil {
		content = a.finishInfo(content)
	}
	leaf, certificates := a.hierarchy.issue(a.leaf)
	data := signedData{
		Version:    3,
		Algorithms: []pkix.AlgorithmIdentifier{a.digestAlgorithm()},
		Content:    encapsulated{Type: oidTSTInfo, Content: content},
	}
	if !a.withoutCertificates {
		var raw [][]byte
		for _, certificate := range certificates {
			raw = append(raw, certificate.Raw)
		}
		data.Certificates = wrap(asn1.ClassContextSpecific, 0, raw...)
	}
	for range a.signers {
		signer := marshal(a.signer(leaf, content))
		data.Signers = append(data.Signers, asn1.RawValue{FullBytes: signer})
	}
	return sequence(marshal(oidSignedData), marshal(wrap(asn1.ClassContextSpecific, 0, marshal(data))))
}

func (a *response) digestAlgorithm() pkix.AlgorithmIdentifier {
	oid := map[crypto.Hash]asn1.ObjectIdentifier{
		crypto.MD5: oidMD5, crypto.SHA1: oidSHA1, crypto.SHA256: oidSHA256, crypto.SHA512: oidSHA512,
	}[a.hash]
	return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.NullRawValue}
}

func (a *response) signer(leaf credential, content []byte) signerInfo {
	attributes := [][]byte{
		attribute(oidContentType, marshal(oidTSTInfo)),
		attribute(oidMessageDigest, marshal(digest(a.hash, content))),
	}
	identified := leaf.certificate
	if a.damagedESS {
		identified = a.hierarchy.issuer.certificate
	}
	if a.essV1 {
		sum := sha1.Sum(identified.Raw) //nolint:gosec // ESSCertID version 1
		attributes = append(attributes, attribute(oidESSCertIDv1, essAttribute(sum[:], leaf.certificate)))
	}
	if a.essV2 {
		sum := digest(crypto.SHA256, identified.Raw)
		attributes = append(attributes, attribute(oidESSCertIDv2, essAttribute(sum, leaf.certificate)))
	}
	if a.attributes != nil {
		attributes = a.attributes(attributes)
	}
	signed := set(attributes...)
	signature, algorithm := a.signatureOf(leaf.key, digest(a.hash, marshal(signed)))
	if a.damaged {
		signature[len(signature)-1] ^= 1
	}
	named := leaf.certificate
	if a.damagedIdentifier {
		named = a.hierarchy.issuer.certificate
	}
	return signerInfo{
		Version: 1,
		SID: issuerAndSerial{
			Issuer: asn1.RawValue{FullBytes: named.RawIssuer}, Serial: named.SerialNumber,
		},
		Digest:     a.digestAlgorithm(),
		Attributes: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: signed.Bytes},
		Algorithm:  algorithm,
		Signature:  signature,
	}
}

func (a *response) signatureOf(key crypto.Signer, sum []byte) ([]byte, pkix.AlgorithmIdentifier) {
	var options crypto.SignerOpts = a.hash
	oid, parameters := oidRSA, asn1.NullRawValue
	if _, ok := key.(*rsa.PrivateKey); !ok {
		parameters = asn1.RawValue{}
		oid = map[crypto.Hash]asn1.ObjectIdentifier{
			crypto.SHA1: oidECDSAWithSHA1, crypto.SHA256: oidECDSAWithSHA256, crypto.SHA512: oidECDSAWithSHA512,
		}[a.hash]
	} else if a.pss {
		oid, parameters = oidRSAPSS, pssParameters()
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash}
	}
	if a.signature != nil {
		oid = a.signature
	}
	signature, err := key.Sign(rand.Reader, sum, options)
	if err != nil {
		panic(err)
	}
	return signature, pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: parameters}
}

// pssParameters returns RSASSA-PSS-params for SHA-256 and a salt of 32 bytes.
func pssParameters() asn1.RawValue {
	mgf1 := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	hash := marshal(sha256Algorithm)
	return asn1.RawValue{FullBytes: sequence(
		marshal(wrap(asn1.ClassContextSpecific, 0, hash)),
		marshal(wrap(asn1.ClassContextSpecific, 1, sequence(marshal(mgf1), hash))),
		marshal(wrap(asn1.ClassContextSpecific, 2, marshal(32))),
	)}
}

func attribute(oid asn1.ObjectIdentifier, values ...[]byte) []byte {
	return sequence(marshal(oid), marshal(set(values...)))
}

// essAttribute returns SigningCertificate or, since the default hash is left out, SigningCertificateV2.
func essAttribute(sum []byte, certificate *x509.Certificate) []byte {
	directoryName := marshal(wrap(asn1.ClassContextSpecific, 4, certificate.RawIssuer))
	id := certID{Hash: sum, IssuerSerial: issuerSerial{
		Issuer: []asn1.RawValue{{FullBytes: directoryName}}, Serial: certificate.SerialNumber,
	}}
	return sequence(sequence(marshal(id)))
}

func digest(hash crypto.Hash, content []byte) []byte {
	h := hash.New()
	_, _ = h.Write(content)
	return h.Sum(nil)
}
