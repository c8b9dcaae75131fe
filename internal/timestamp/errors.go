package timestamp

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// Kind classifies an [Error].
type Kind int

// The kinds. Those up to KindTooLarge occur in requests only, the others in stored responses too.
const (
	KindUnreachable Kind = iota + 1 // the HTTP response is missing or incomplete
	KindHTTPStatus                  // an HTTP status other than 200; Error.Status is set
	KindRedirect                    // a redirect, which is not followed; Error.Status is set
	KindContentType                 // a media type other than application/timestamp-reply
	KindTooLarge                    // a response of more than MaxResponseSize bytes

	KindMalformed    // not the DER encoding of a TimeStampResp with a token of version 1
	KindTrailingData // bytes that belong to no field of the response or the token
	KindRejected     // no token; Error.Message is the authority's explanation
	KindNonce        // a token for another request
	KindImprint      // a token over another digest
	KindTime         // a token without a usable time
	KindAlgorithm    // a weak or unsupported hash, key or signature algorithm
	KindSignerCount  // a token without exactly one signature
	KindCertID       // the token does not identify its signer's certificate
	KindCertIDv1     // the token identifies its certificate by SHA-1 only
	KindPurpose      // the certificate's purpose is not only time stamping
	KindAuthority    // the certificate is one of a certificate authority
	KindUntrusted    // the chain does not end at a trusted root
	KindExpired      // the certificate was not valid at the token's time
	KindSignature    // the signature or signed attributes do not match the token
)

// Kinds returns all kinds.
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

// Error is the reason why a time stamp is missing or invalid.
type Error struct {
	Kind   Kind
	Host   string // the authority's host and port; empty for a stored response
	Status int    // the HTTP status, for KindHTTPStatus and KindRedirect
	// Message is the authority's explanation in one line without control characters; often empty.
	Message  string
	Attempts int // number of requests
	Err      error

	mask *redact.Masker
}

const errorLimit = 1000 // characters

// Error returns one line without control characters and secrets, because a cause may quote a certificate.
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

func (e *Error) Unwrap() error { return e.Err }

func failure(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}
