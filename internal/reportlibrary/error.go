package reportlibrary

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

type (
	// Error is a failed operation, except for a failure of its destination. Its strings are masked, cleaned and cut.
	Error = httpclient.Error
	// Kind classifies an [Error].
	Kind = httpclient.Kind
)

// The operations in [Error.Op].
const (
	OpDownload = "Downloading the report run"
	OpHistory  = "Reading the report history"
	OpRun      = "Finding the report run"
	OpReport   = "Reading the report"
)

// Kinds for a missing or unreadable response.
const (
	KindCanceled     = httpclient.KindCanceled
	KindTimeout      = httpclient.KindTimeout
	KindPauseTooLong = httpclient.KindPauseTooLong
	KindNoTimeLeft   = httpclient.KindNoTimeLeft
	KindRateLimited  = httpclient.KindRateLimited
	KindConnection   = httpclient.KindConnection
	KindHost         = httpclient.KindHost
	KindNoProxy      = httpclient.KindNoProxy
	KindNotTLS       = httpclient.KindNotTLS
	KindTransfer     = httpclient.KindTransfer
	KindIdle         = httpclient.KindIdle
	KindRedirect     = httpclient.KindRedirect
	KindProxy        = httpclient.KindProxy
	KindHandshake    = httpclient.KindHandshake
	KindAuthority    = httpclient.KindAuthority
	KindHostname     = httpclient.KindHostname
	KindExpired      = httpclient.KindExpired
	KindCert         = httpclient.KindCert
)

// Kinds for a status other than 2xx.
const (
	KindRedirectTarget   Kind = "redirect target refused" // by another host than the configured one
	KindFormat           Kind = "report format not applicable"
	KindNotEnabled       Kind = "Report Library not enabled"
	KindPermission       Kind = "permission denied"
	KindAuthentication   Kind = "authentication failed"
	KindAccessDenied     Kind = "access denied" // without a code of the API
	KindNotFound         Kind = "not found"
	KindNoService        Kind = "not found, in words that are not the API's"
	KindFilter           Kind = "filter rejected"
	KindRejected         Kind = "request rejected"
	KindUnavailable      Kind = "service unavailable"
	KindUnexpectedStatus Kind = "unexpected status"
)

// Kinds for a response that is not the requested report.
const (
	KindEmpty       Kind = "empty"
	KindPage        Kind = "page"
	KindFailure     Kind = "error in place of the report"
	KindBinary      Kind = "binary data"
	KindOtherFormat Kind = "other format"
	KindMalformed   Kind = "malformed"
	KindTruncated   Kind = "truncated"
	KindCutOff      Kind = "cut off"
	KindDamaged     Kind = "archive damaged"
	KindEncrypted   Kind = "archive encrypted"
	KindUnsupported Kind = "compression method not supported"
	KindNotOneFile  Kind = "not one file"
	KindHostile     Kind = "hostile"

	KindTooLarge    = httpclient.KindTooLarge
	KindCoding      = httpclient.KindCoding
	KindBodyDamaged = httpclient.KindBodyDamaged
	KindInflation   = httpclient.KindInflation
)

// Kinds for the history, runs and reports.
const (
	KindResponse     Kind = "response not understood"
	KindResponseEnd  Kind = "response truncated"
	KindInconsistent Kind = "history inconsistent"
	KindHistorySize  Kind = "history too large"
	KindNoRun        Kind = "no run"
	KindNoNewRun     Kind = "no run after the given time"
	KindRunFailed    Kind = "run failed"
	KindRunNotReady  Kind = "run not ready in time"
	KindAmbiguous    Kind = "report ambiguous"
)

// Kinds that come from a [Cause].
const (
	KindReportUnknown Kind = "report unknown"
	KindOtherReport   Kind = "run of another report"
	KindOtherType     Kind = "report of another type or schedule"
	KindRunUnknown    Kind = "run unknown"
	KindRunExpired    Kind = "run expired"
	KindGenerating    Kind = "run not finished"
	KindSplit         Kind = "run split"
	KindNotSplit      Kind = "run not split"
	KindFewerParts    Kind = "run with fewer parts"
	KindNotServed     Kind = "run listed, but not served"
)

// contentKinds maps the kinds of package content.
var contentKinds = map[content.Kind]Kind{
	content.Empty:       KindEmpty,
	content.Page:        KindPage,
	content.Failure:     KindFailure,
	content.Binary:      KindBinary,
	content.OtherFormat: KindOtherFormat,
	content.Malformed:   KindMalformed,
	content.Truncated:   KindTruncated,
	content.CutOff:      KindCutOff,
	content.Damaged:     KindDamaged,
	content.Encrypted:   KindEncrypted,
	content.Unsupported: KindUnsupported,
	content.NotOneFile:  KindNotOneFile,
	content.TooLarge:    KindTooLarge,
	content.Hostile:     KindHostile,
}

// contentError converts a *content.Error to an *Error, and returns other errors unchanged.
func contentError(err error) error {
	verdict, ok := errors.AsType[*content.Error](err)
	if !ok {
		return err
	}
	e := &Error{
		Kind:    contentKinds[verdict.Kind],
		Message: verdict.Reason(func(s string) string { return s }),
		Snippet: verdict.Snippet,
		Passing: verdict.Kind == content.CutOff,
		Err:     verdict,
	}
	for _, member := range verdict.Members {
		e.Lines = append(e.Lines, "Member: "+redact.VisibleLine(member, maxName))
	}
	return e
}

func newError(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

func asError(err error) (*Error, bool) { return errors.AsType[*Error](err) }

func isKind(err error, kinds ...Kind) bool {
	e, ok := asError(err)
	for _, kind := range kinds {
		if ok && e.Kind == kind {
			return true
		}
	}
	return false
}

// isResponseProblem reports whether a response's content caused err.
func isResponseProblem(err error) bool {
	return isKind(err, KindResponse, KindResponseEnd, KindCoding, KindBodyDamaged, KindInflation)
}

// ContentKinds returns the kinds for content that is not the requested report.
func ContentKinds() []Kind { return slices.Collect(maps.Values(contentKinds)) }
