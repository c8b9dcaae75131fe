package reportlibrary

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

// APIError is an answer of the API that is not a success: its status, and what its body says about the cause.
type APIError struct {
	StatusCode int
	// Host is the host that answered if it is not the configured one but one that the API redirected to; else empty.
	Host string
	// Code is the API's error code as it came, such as "access_denied|access_denied_invalid_key"; empty if the body was
	// not one of the API's two error shapes.
	Code string
	// Message is the API's message, cleaned of control characters and masked; empty if there is none.
	Message string
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

// HasCode reports whether code is the error's code, or the part of it before a colon or a pipe.
func (e *APIError) HasCode(code string) bool {
	name, _, _ := strings.Cut(strings.ReplaceAll(e.Code, "|", ":"), ":")
	return e.Code == code || strings.TrimSpace(name) == code
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

// maxReason is the length of a reason in characters.
const maxReason = 1000

// cleaned masks, cleans and cuts whatever an error about the content of resp quotes of it.
func (c *Client) cleaned(err error, resp *http.Response) error {
	contentErr, ok := errors.AsType[*ContentError](err)
	if !ok {
		return err
	}
	contentErr.Reason = c.masker.Excerpt(contentErr.Reason, false, maxReason)
	contentErr.Snippet = c.masker.Excerpt(contentErr.Snippet, false, maxSnippet)
	contentErr.Members = contentErr.Members[:min(len(contentErr.Members), shownMembers)]
	for i, member := range contentErr.Members {
		contentErr.Members[i] = c.masker.Excerpt(member, false, maxSnippet)
	}
	if contentErr.RequestID == "" {
		contentErr.RequestID = c.requestID(resp)
	}
	return err
}
