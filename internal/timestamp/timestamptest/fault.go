package timestamptest

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"time"
)

// Fault changes one thing about a response, for the worse or only for the unusual.
type Fault func(*response)

// Genuine changes nothing: it takes a place among the faults of Server.Next.
func Genuine() Fault { return func(*response) {} }

// Faults of HTTP.

// Status responds with an HTTP status and an empty body.
func Status(code int) Fault {
	return func(a *response) {
		a.httpStatus, a.contentType = code, ""
		a.finish = func([]byte) []byte { return nil }
	}
}

// RetryAfter responds with an HTTP status that asks for a pause in seconds.
func RetryAfter(code, seconds int) Fault {
	return func(a *response) {
		Status(code)(a)
		a.header.Set("Retry-After", strconv.Itoa(seconds))
	}
}

// HTML responds with a web page, as a proxy or a captive portal does.
func HTML(code int) Fault {
	return func(a *response) {
		a.httpStatus, a.contentType = code, "text/html; charset=utf-8"
		a.finish = func([]byte) []byte { return []byte("<!DOCTYPE html><title>Sign in</title>") }
	}
}

// Body responds with a body of any kind as a time stamp.
func Body(body []byte) Fault {
	return func(a *response) { a.finish = func([]byte) []byte { return body } }
}

// ContentType names a media type; empty leaves the header out.
func ContentType(value string) Fault {
	return func(a *response) {
		a.contentType = value
		if value == "" {
			a.header["Content-Type"] = nil
		}
	}
}

// Redirect points to another address.
func Redirect(code int, location string) Fault {
	return func(a *response) {
		Status(code)(a)
		a.header.Set("Location", location)
	}
}

// HangUp closes the connection without a response.
func HangUp() Fault {
	return func(a *response) {
		a.serve = func(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) }
	}
}

// Truncated sends length bytes of the body, then closes the connection.
func Truncated(length int) Fault {
	return func(a *response) {
		a.serve = func(w http.ResponseWriter, _ *http.Request, body []byte) {
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			_, _ = w.Write(body[:length])
			panic(http.ErrAbortHandler)
		}
	}
}

// Endless sends zeros after a genuine response, until the client leaves.
func Endless() Fault {
	return func(a *response) {
		a.serve = func(w http.ResponseWriter, r *http.Request, body []byte) {
			for chunk := body; r.Context().Err() == nil; chunk = make([]byte, 1<<15) {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}
	}
}

// Drip sends one byte in each interval.
func Drip(interval time.Duration) Fault {
	return func(a *response) {
		a.serve = func(w http.ResponseWriter, r *http.Request, body []byte) {
			ticker := time.NewTicker(interval)
			defer ticker.Stop()
			for i := range body {
				select {
				case <-ticker.C:
				case <-r.Context().Done():
					return
				}
				_, _ = w.Write(body[i : i+1])
				if flusher, ok := w.(http.Flusher); ok {
					flusher.Flush()
				}
			}
		}
	}
}

// Silent sends nothing until the client leaves.
func Silent() Fault {
	return func(a *response) {
		a.serve = func(_ http.ResponseWriter, r *http.Request, _ []byte) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}
	}
}

// Faults of the status.

// Failure bits of RFC 3161.
const (
	BadRequest    = 2
	BadDataFormat = 5
	SystemFailure = 25
)

// Reject issues no time stamp; text may be empty, failures are bits of PKIFailureInfo.
func Reject(text string, failures ...int) Fault {
	return func(a *response) {
		a.status, a.noToken, a.failures = 2, true, failures
		if text != "" {
			a.text = []string{text}
		}
	}
}

// PKIStatus gives another status beside the token; 1 is granted with modifications.
func PKIStatus(status int, text ...string) Fault {
	return func(a *response) { a.status, a.text = status, text }
}

// WithoutToken grants a time stamp and leaves it out.
func WithoutToken() Fault { return func(a *response) { a.noToken = true } }

// Faults of the encoding.

// Appended adds bytes after the response.
func Appended(extra ...byte) Fault {
	return func(a *response) { a.finish = func(der []byte) []byte { return append(der, extra...) } }
}

// AppendedElement adds an element to the outermost sequence.
func AppendedElement() Fault {
	return func(a *response) {
		a.finish = func(der []byte) []byte { return appendElement(der, utf8String("not signed")) }
	}
}

// AppendedToToken adds an element to the token's ContentInfo.
func AppendedToToken() Fault {
	return func(a *response) {
		a.finish = func(der []byte) []byte {
			var outer asn1.RawValue
			mustUnmarshal(der, &outer)
			var status, token asn1.RawValue
			mustUnmarshal(mustUnmarshal(outer.Bytes, &status), &token)
			return sequence(status.FullBytes, appendElement(token.FullBytes, utf8String("not signed")))
		}
	}
}

// AppendedToInfo adds bytes after the signed TSTInfo.
func AppendedToInfo(extra ...byte) Fault {
	return func(a *response) { a.finishInfo = func(der []byte) []byte { return append(der, extra...) } }
}

// AppendedElementToInfo adds an element to the signed TSTInfo.
func AppendedElementToInfo() Fault {
	return func(a *response) {
		a.finishInfo = func(der []byte) []byte { return appendElement(der, utf8String("unknown")) }
	}
}

func appendElement(der, element []byte) []byte {
	var outer asn1.RawValue
	mustUnmarshal(der, &outer)
	return sequence(outer.Bytes, element)
}

func mustUnmarshal(der []byte, value *asn1.RawValue) []byte {
	rest, err := asn1.Unmarshal(der, value)
	if err != nil {
		panic(err)
	}
	return rest
}

// Faults of the signed content.

// WrongNonce gives another nonce than asked for.
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

// Faults of the signature.

// Signers signs that many times.
func Signers(count int) Fault { return func(a *response) { a.signers = count } }

// BadSignature damages the signature.
func BadSignature() Fault { return func(a *response) { a.damaged = true } }

// SignatureHash digests and signs with hash. MD5 takes RSA.
func SignatureHash(hash crypto.Hash) Fault { return func(a *response) { a.hash = hash } }

// MismatchedSignature names a signature algorithm whose hash is not the one that was used.
func MismatchedSignature() Fault { return func(a *response) { a.signature = oidECDSAWithSHA512 } }

// WithoutCertificates leaves the certificates out, although the request asks for them.
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

// Faults of the certificate.

// Leaf changes the certificate that signs.
func Leaf(change func(template *x509.Certificate)) Fault {
	return func(a *response) { change(a.leaf.template) }
}

// Valid gives the certificate another validity.
func Valid(from, to time.Time) Fault {
	return Leaf(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = from, to })
}

// CA makes the certificate one of an authority.
func CA() Fault {
	return Leaf(func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, c.KeyUsage|x509.KeyUsageCertSign })
}

// KeyUsage gives the certificate another key usage; 0 leaves the extension out.
func KeyUsage(usage x509.KeyUsage) Fault {
	return Leaf(func(c *x509.Certificate) { c.KeyUsage = usage })
}

// WithoutPurpose leaves the extended key usage out.
func WithoutPurpose() Fault { return func(a *response) { a.leaf.purposes = nil } }

// ExtraPurpose lets the certificate sign code too.
func ExtraPurpose() Fault {
	return func(a *response) { a.leaf.purposes = []asn1.ObjectIdentifier{oidTimeStamping, oidCodeSigning} }
}

// OtherPurpose lets the certificate sign code only.
func OtherPurpose() Fault {
	return func(a *response) { a.leaf.purposes = []asn1.ObjectIdentifier{oidCodeSigning} }
}

// UncriticalPurpose does not mark the extended key usage as critical.
func UncriticalPurpose() Fault { return func(a *response) { a.leaf.critical = false } }

// Untrusted issues the certificate under the root of OtherCACertPEM.
func Untrusted() Fault { return func(a *response) { a.leaf.foreign = true } }

// RSA signs with an RSA key of 1024 or 2048 bits.
func RSA(bits int) Fault {
	return func(a *response) {
		a.leaf.key = rsa2048Key()
		if bits == 1024 {
			a.leaf.key = rsa1024Key()
		}
	}
}

// RSAPSS signs with RSASSA-PSS and a key of 2048 bits.
func RSAPSS() Fault {
	return func(a *response) {
		RSA(2048)(a)
		a.pss = true
	}
}

// CertificateSignedWithSHA1 has a certificate that its issuer signed over SHA-1.
func CertificateSignedWithSHA1() Fault {
	return Leaf(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 })
}
