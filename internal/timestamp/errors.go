package timestamp

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// Kind classifies an [Error].
type Kind int

// The kinds of failure. Those up to KindTooLarge come from the request alone, the others from stored responses too.
const (
	// KindUnreachable means that no HTTP response arrived, or not the whole of it in time.
	KindUnreachable Kind = iota + 1
	// KindHTTPStatus means another HTTP status than 200; Error.Status is it.
	KindHTTPStatus
	// KindRedirect means a redirect, which is never followed; Error.Status is its status.
	KindRedirect
	// KindContentType means a response of another media type than application/timestamp-reply.
	KindContentType
	// KindTooLarge means a response of more than MaxResponseSize bytes.
	KindTooLarge

	// KindMalformed means a response that is not the DER encoding of a TimeStampResp with a token of version 1.
	KindMalformed
	// KindTrailingData means bytes that belong to no field of the response or the token.
	KindTrailingData
	// KindRejected means that the authority issued no time stamp; Error.Message is its explanation.
	KindRejected
	// KindNonce means a token for another request.
	KindNonce
	// KindImprint means a token over another digest.
	KindImprint
	// KindTime means a token without a usable time.
	KindTime
	// KindAlgorithm means a weak or unsupported hash, key or signature algorithm.
	KindAlgorithm
	// KindSignerCount means a token that is not signed exactly once.
	KindSignerCount
	// KindCertID means that the token does not identify its certificate, or not the one that signed.
	KindCertID
	// KindCertIDv1 means a token that identifies its certificate by SHA-1 only.
	KindCertIDv1
	// KindPurpose means a certificate that is not for time stamps alone.
	KindPurpose
	// KindAuthority means a certificate that may issue certificates.
	KindAuthority
	// KindUntrusted means a certificate that leads to no trusted root.
	KindUntrusted
	// KindExpired means a certificate that was not valid at the token's time.
	KindExpired
	// KindSignature means a signature or signed attributes that do not match the token.
	KindSignature
)

// Kinds returns every kind.
func Kinds() []Kind {
	kinds := make([]Kind, KindSignature)
	for i := range kinds {
		kinds[i] = Kind(i + 1)
	}
	return kinds
}

// phrase completes the sentence "The time stamp …" of each kind.
var phrase = map[Kind]string{
	KindUnreachable:  "authority could not be reached",
	KindHTTPStatus:   "authority responded with an HTTP error",
	KindRedirect:     "authority responded with a redirect, which is not followed",
	KindContentType:  "authority's response is not a time stamp",
	KindTooLarge:     "response is larger than 64 KiB",
	KindMalformed:    "response is malformed",
	KindTrailingData: "response contains data that belongs to no field",
	KindRejected:     "authority rejected the request",
	KindNonce:        "belongs to another request: the nonce differs",
	KindImprint:      "is over another digest",
	KindTime:         "has no usable time",
	KindAlgorithm:    "uses an algorithm that is weak or not supported",
	KindSignerCount:  "must have exactly one signer",
	KindCertID:       "does not identify the certificate that signed it",
	KindCertIDv1:     "identifies its certificate by SHA-1 only (ESSCertID version 1, without ESSCertIDv2 of RFC 5816)",
	KindPurpose:      "certificate is not for time stamps alone",
	KindAuthority:    "certificate is one of a certificate authority",
	KindUntrusted:    "certificate leads to no trusted root",
	KindExpired:      "certificate was not valid at the token's time",
	KindSignature:    "signature does not match",
}

// Error is the reason for a missing time stamp, or for one that cannot be trusted.
type Error struct {
	Kind Kind
	// Host is the authority's host and port; empty for a stored response.
	Host string
	// Status is the HTTP status, for KindHTTPStatus and KindRedirect.
	Status int
	// Message is the authority's own explanation, one line without control characters; often empty.
	Message string
	// Attempts counts the requests made.
	Attempts int
	// Err is the cause, or nil.
	Err error

	mask *redact.Masker
}

// errorLimit is the greatest length of an error's text in characters.
const errorLimit = 1000

// Error returns one line without control characters and secrets: a cause may quote names in a certificate.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("the time stamp " + phrase[e.Kind])
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Message != "" {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %s", e.Err)
	}
	return redact.Line(e.mask.Text(b.String()), errorLimit)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// failure returns an Error whose cause is a text of this package.
func failure(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}
