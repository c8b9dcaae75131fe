package timestamp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/notaryproject/tspclient-go"
	"github.com/notaryproject/tspclient-go/pki"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// Facts are the content of a verified time stamp.
type Facts struct {
	Time time.Time // of the token, in UTC
	// Signer is the common name of the signer's certificate, or its whole subject without a common name.
	Signer string
	// ExpiresAt is the earliest end of validity in the certificate chain, in UTC. After it, tools verify the time stamp
	// only if they are given an earlier time.
	ExpiresAt time.Time
}

// Verify checks that a stored response is a time stamp over digest, and that its certificate chain ended at roots at
// the token's time. Nil roots are the system's. The error is an [*Error].
func Verify(
	ctx context.Context, response []byte, digest [sha256.Size]byte, roots *x509.CertPool,
) (Facts, error) {
	facts, err := verify(ctx, response, digest, nil, roots)
	if err != nil {
		return Facts{}, err
	}
	return facts, nil
}

// verify checks a response. A nil nonce is not compared.
func verify(
	ctx context.Context, response []byte, digest [sha256.Size]byte, nonce *big.Int, roots *x509.CertPool,
) (Facts, *Error) {
	if len(response) > MaxResponseSize {
		return Facts{}, &Error{Kind: KindTooLarge}
	}
	token, err := parse(response)
	if err != nil {
		return Facts{}, err
	}
	info, err := checkInfo(token, digest, nonce)
	if err != nil {
		return Facts{}, err
	}
	leaf, err := checkSigner(token)
	if err != nil {
		return Facts{}, err
	}
	chain, err := checkChain(ctx, token, leaf, info.GenTime, roots)
	if err != nil {
		return Facts{}, err
	}
	facts := Facts{
		Time:      info.GenTime.UTC(),
		Signer:    redact.Line(leaf.Subject.CommonName, textLimit),
		ExpiresAt: leaf.NotAfter.UTC(),
	}
	if facts.Signer == "" {
		facts.Signer = redact.Line(leaf.Subject.String(), textLimit)
	}
	for _, certificate := range chain {
		if certificate.NotAfter.Before(facts.ExpiresAt) {
			facts.ExpiresAt = certificate.NotAfter.UTC()
		}
	}
	return facts, nil
}

// parse returns the token in a response.
func parse(response []byte) (*tspclient.SignedToken, *Error) {
	if err := checkLayout(response); err != nil {
		return nil, err
	}
	var parsed tspclient.Response
	if err := parsed.UnmarshalBinary(response); err != nil {
		return nil, &Error{Kind: KindMalformed, Err: err}
	}
	if status := parsed.Status.Status; status != pki.StatusGranted && status != pki.StatusGrantedWithMods {
		return nil, &Error{Kind: KindRejected, Message: explanation(parsed.Status)}
	}
	if len(parsed.TimestampToken.FullBytes) == 0 {
		return nil, failure(KindMalformed, "the status is %s, but there is no token", parsed.Status.Status)
	}
	token, err := tspclient.ParseSignedToken(parsed.TimestampToken.FullBytes)
	if err != nil {
		return nil, &Error{Kind: KindMalformed, Err: err}
	}
	return token, nil
}

const textLimit = 200 // characters of a text from the authority

const failureBits = 27 // of PKIFailureInfo in RFC 4210

// explanation returns the authority's text and the meaning of its failure bits.
func explanation(status pki.StatusInfo) string {
	parts := []string{status.Status.String()}
	if text := redact.Line(strings.Join(status.StatusString, "; "), textLimit); text != "" {
		parts = append(parts, fmt.Sprintf("%q", text))
	}
	for bit := range min(status.FailInfo.BitLength, failureBits) {
		if status.FailInfo.At(bit) != 0 {
			parts = append(parts, pki.FailureInfo(bit).Error().Error())
		}
	}
	return strings.Join(parts, "; ")
}

func checkInfo(token *tspclient.SignedToken, digest [sha256.Size]byte, nonce *big.Int) (*tspclient.TSTInfo, *Error) {
	info, err := token.Info()
	if err != nil {
		return nil, &Error{Kind: KindMalformed, Err: err}
	}
	algorithm := info.MessageImprint.HashAlgorithm
	switch {
	case info.Version != 1:
		return nil, failure(KindMalformed, "TSTInfo has version %d, not 1", info.Version)
	case isWeakHash(algorithm.Algorithm):
		return nil, failure(KindAlgorithm, "the digest's algorithm is %s", algorithm.Algorithm)
	case !algorithm.Algorithm.Equal(oidSHA256), !isNull(algorithm.Parameters),
		!bytes.Equal(info.MessageImprint.HashedMessage, digest[:]):
		return nil, &Error{Kind: KindImprint}
	case nonce != nil && (info.Nonce == nil || info.Nonce.Cmp(nonce) != 0):
		return nil, &Error{Kind: KindNonce}
	case info.GenTime.Location() != time.UTC, info.GenTime.IsZero(): // crypto/x509 reads a zero time as now
		return nil, failure(KindTime, "it is %s", info.GenTime.Format(time.RFC3339))
	}
	for _, extension := range info.Extensions {
		if extension.Critical {
			return nil, failure(KindMalformed, "TSTInfo has the critical extension %s, which is not known", extension.Id)
		}
	}
	return info, nil
}

// isNull reports whether the parameters of a hash are absent or NULL, as in RFC 5754.
func isNull(parameters asn1.RawValue) bool {
	return len(parameters.FullBytes) == 0 || bytes.Equal(parameters.FullBytes, asn1.NullBytes)
}

// checkChain verifies the signature, and the certificate at the token's time. It returns the chain.
func checkChain(
	ctx context.Context, token *tspclient.SignedToken, leaf *x509.Certificate, at time.Time, roots *x509.CertPool,
) ([]*x509.Certificate, *Error) {
	if roots == nil {
		var err error
		if roots, err = x509.SystemCertPool(); err != nil {
			return nil, failure(KindUntrusted, "the roots of the system can't be read: %w", err)
		}
	}
	options := x509.VerifyOptions{
		Roots: roots, Intermediates: x509.NewCertPool(), CurrentTime: at,
		KeyUsages: timeStamping,
	}
	for _, certificate := range token.Certificates {
		options.Intermediates.AddCert(certificate)
	}
	// Verify here too, because the library's error does not distinguish the chain from the signature.
	if _, err := leaf.Verify(options); err != nil {
		return nil, &Error{Kind: chainKind(err), Err: err}
	}
	chain, err := token.Verify(ctx, options)
	if err != nil {
		return nil, &Error{Kind: KindSignature, Err: err}
	}
	for i, certificate := range chain {
		if problem := weakness(certificate, i == len(chain)-1); problem != "" {
			return nil, failure(KindAlgorithm, "the certificate %q %s", certificate.Subject.String(), problem)
		}
	}
	return chain, nil
}

func chainKind(err error) Kind {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		switch invalid.Reason {
		case x509.Expired:
			return KindExpired
		case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
			return KindPurpose
		}
	}
	return KindUntrusted
}
