package reportlibrarytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// TLSOptions say how an origin speaks TLS. The zero value is a valid certificate for localhost, 127.0.0.1 and ::1, of
// an authority made for this origin, with HTTP/2 on offer and no request for a client certificate.
type TLSOptions struct {
	// Names replaces the names and IP addresses that the certificate is for.
	Names []string
	// NotAfter ends the certificate's validity, at any time in the past for an expired one; zero is in an hour.
	NotAfter time.Time
	// MaxVersion is the highest version on offer, such as tls.VersionTLS11; zero is the newest.
	MaxVersion uint16
	// RequireClientCertificate rejects handshakes without a certificate of the origin's authority.
	RequireClientCertificate bool
	// HTTP1Only takes HTTP/2 off the offer.
	HTTP1Only bool
}

// authority is a certificate authority that lives as long as its origin.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

func newAuthority() *authority {
	a := &authority{key: newKey()}
	template := certificateTemplate("Report Library Test CA")
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	a.certificate = a.sign(template, template, a.key)
	return a
}

func (a *authority) serverConfig(t TLSOptions) *tls.Config {
	template := certificateTemplate("Report Library Test")
	names := t.Names
	if names == nil {
		names = []string{"localhost", "127.0.0.1", "::1"}
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	if !t.NotAfter.IsZero() {
		template.NotAfter = t.NotAfter
		template.NotBefore = t.NotAfter.AddDate(-1, 0, 0)
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	key := newKey()
	leaf := a.sign(template, a.certificate, key)
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}},
		MinVersion:   tls.VersionTLS12,
		MaxVersion:   t.MaxVersion,
		ClientCAs:    x509.NewCertPool(),
	}
	if t.MaxVersion != 0 {
		config.MinVersion = min(config.MinVersion, t.MaxVersion)
	}
	config.ClientCAs.AddCert(a.certificate)
	config.ClientAuth = tls.VerifyClientCertIfGiven
	if t.RequireClientCertificate {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

// CACertPEM is the certificate of the authority behind this origin, in PEM; empty for plain HTTP.
func (o *origin) CACertPEM() string {
	if o.authority == nil {
		return ""
	}
	return encodePEM("CERTIFICATE", o.authority.certificate.Raw)
}

// ClientCertPEM issues a client certificate with this common name and its key, both in PEM; empty for plain HTTP.
// Request.ClientCertificate reports whether it was presented.
func (o *origin) ClientCertPEM(commonName string) (certificate, key string) {
	if o.authority == nil {
		return "", ""
	}
	template := certificateTemplate(commonName)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	private := newKey()
	leaf := o.authority.sign(template, o.authority.certificate, private)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic(err) // a P-256 key always marshals
	}
	return encodePEM("CERTIFICATE", leaf.Raw), encodePEM("PRIVATE KEY", der)
}

func certificateTemplate(commonName string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

func (a *authority) sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), a.key)
	if err != nil {
		panic("reportlibrarytest: certificate: " + err.Error())
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic("reportlibrarytest: certificate: " + err.Error())
	}
	return certificate
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return key
}

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
