package timestamptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"sync"
	"time"
)

// credential is a certificate and its private key.
type credential struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func (c credential) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.certificate.Raw}))
}

// hierarchy is a root, an issuing authority below it, and the same again under equal names with other keys.
type hierarchy struct {
	root, issuer, foreignRoot, foreignIssuer credential
	// key signs tokens unless a fault names another kind.
	key crypto.Signer
}

func newHierarchy() *hierarchy {
	h := &hierarchy{key: newECDSAKey()}
	h.root, h.issuer = newAuthorities()
	h.foreignRoot, h.foreignIssuer = newAuthorities()
	return h
}

func newAuthorities() (root, issuer credential) {
	root.key, issuer.key = newECDSAKey(), newECDSAKey()
	template := authorityTemplate("Fake Time Stamp Root", 1)
	root.certificate = sign(template, template, root.key.Public(), root.key)
	template = authorityTemplate("Fake Time Stamp Issuing CA", 2)
	issuer.certificate = sign(template, root.certificate, issuer.key.Public(), root.key)
	return root, issuer
}

func authorityTemplate(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          big.NewInt(serial),
		Subject:               pkix.Name{CommonName: name, Organization: []string{"Fake Authority"}},
		NotBefore:             time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), // before the clock of a synctest bubble
		NotAfter:              time.Now().AddDate(20, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// leafSpec describes the certificate that signs a token.
type leafSpec struct {
	template *x509.Certificate
	// purposes is the content of the extended key usage extension; none leaves the extension out.
	purposes []asn1.ObjectIdentifier
	critical bool
	key      crypto.Signer
	// foreign issues it in the untrusted hierarchy.
	foreign bool
}

// SignerName is the common name of the certificate that signs tokens.
const SignerName = "Fake Time Stamp Signer 1"

func newLeafSpec(key crypto.Signer) leafSpec {
	return leafSpec{
		template: &x509.Certificate{
			SerialNumber:          big.NewInt(3),
			Subject:               pkix.Name{CommonName: SignerName, Organization: []string{"Fake Authority"}},
			NotBefore:             time.Now().AddDate(-1, 0, 0),
			NotAfter:              time.Now().AddDate(10, 0, 0),
			BasicConstraintsValid: true,
			KeyUsage:              x509.KeyUsageDigitalSignature,
		},
		purposes: []asn1.ObjectIdentifier{oidTimeStamping},
		critical: true,
		key:      key,
	}
}

// issue returns the credential, and the certificates that belong into a token: it and its issuer.
func (h *hierarchy) issue(spec leafSpec) (credential, []*x509.Certificate) {
	issuer := h.issuer
	if spec.foreign {
		issuer = h.foreignIssuer
	}
	template := *spec.template
	if len(spec.purposes) > 0 {
		template.ExtraExtensions = append(template.ExtraExtensions,
			pkix.Extension{Id: oidExtKeyUsage, Critical: spec.critical, Value: marshal(spec.purposes)})
	}
	leaf := sign(&template, issuer.certificate, spec.key.Public(), issuer.key)
	return credential{certificate: leaf, key: spec.key}, []*x509.Certificate{leaf, issuer.certificate}
}

func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return certificate
}

func newECDSAKey() crypto.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

// RSA keys take long to make, so each size is made once in a process.
var (
	rsa1024Key = sync.OnceValue(func() crypto.Signer { return newRSAKey(1024) })
	rsa2048Key = sync.OnceValue(func() crypto.Signer { return newRSAKey(2048) })
)

func newRSAKey(bits int) crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}
