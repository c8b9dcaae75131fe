package timestamptest

import (
	"crypto/x509"
	"encoding/asn1"
	"time"
)

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
