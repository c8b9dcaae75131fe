package reportlibrary

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// APIError is an answer of the API that is not a success: its status, and what its body says about the cause.
type APIError struct {
	StatusCode int
	// Host is the host that answered if it is not the configured one but one that the API redirected to; else empty.
	Host string
	// Code is the API's error code with any detail cut off ("missing_mandatory_field", "access_denied"); empty if
	// the body was not one of the API's two error shapes.
	Code string
	// Message is the API's message, cleaned of control characters and masked; empty if there is none.
	Message string
	// Detail is what the code carried behind its colon or pipe ("format", "access_denied_invalid_key").
	Detail string
	// Snippet is the start of a body that is neither error shape, cleaned and masked.
	Snippet string
	// RequestID is the service's identifier of the request, if it sent one.
	RequestID string

	// retryAfter is the pause that the service asked for; negative if it asked for none.
	retryAfter time.Duration
}

// Error implements error.
func (e *APIError) Error() string {
	var b strings.Builder
	b.WriteString("the Report Library")
	if e.Host != "" {
		fmt.Fprintf(&b, " redirected to %s, which", e.Host)
	}
	fmt.Fprintf(&b, " answered with status %d", e.StatusCode)
	switch {
	case e.Code != "" && e.Message != "":
		fmt.Fprintf(&b, ": %s: %s", e.Code, e.Message)
	case e.Code != "" || e.Message != "":
		fmt.Fprintf(&b, ": %s%s", e.Code, e.Message)
	case e.Snippet != "":
		fmt.Fprintf(&b, ": %s", e.Snippet)
	}
	return b.String()
}

// ContentProblem says in which way an answer with status 200 is not the report that was asked for.
type ContentProblem = content.Kind

// The problems of a content.
const (
	ContentEmpty       = content.Empty
	ContentPage        = content.Page
	ContentFailure     = content.Failure
	ContentBinary      = content.Binary
	ContentUnexpected  = content.OtherFormat
	ContentMalformed   = content.Malformed
	ContentTruncated   = content.Truncated
	ContentCutOff      = content.CutOff
	ContentDamaged     = content.Damaged
	ContentEncrypted   = content.Encrypted
	ContentUnsupported = content.Unsupported
	ContentNotOneFile  = content.NotOneFile
	ContentTooLarge    = content.TooLarge
	ContentHostile     = content.Hostile
	// ContentBodyDamaged is a body whose compression is damaged or breaks off, which another attempt may mend.
	ContentBodyDamaged ContentProblem = content.Hostile + 1
)

// ContentError is an answer with status 200 that is no report, or none that may be saved.
type ContentError struct {
	Problem ContentProblem
	// Reason is a sentence without a final full stop: what was found and where.
	Reason string
	// Snippet is the cleaned and masked start of a text body; empty for binary ones.
	Snippet string
	// Members names the files of a wrapper that has not exactly one; cleaned, at most ten.
	Members []string
	// RequestID is the service's identifier of the request, if it sent one.
	RequestID string
}

// Error implements error.
func (e *ContentError) Error() string { return e.Reason }

func contentProblem(problem ContentProblem, format string, args ...any) error {
	return &ContentError{Problem: problem, Reason: fmt.Sprintf(format, args...)}
}
