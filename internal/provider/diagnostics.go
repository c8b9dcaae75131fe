package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// message is the text of a diagnostic.
type message struct {
	summary   string    // the title, which is stable
	problem   string    // a sentence without a full stop: the operation, and the error of the system or of DigiCert
	remedy    string    // a sentence with the next step
	attribute path.Path // the attribute of the diagnostic; empty for none
	lines     []string  // context
}

// Limits of a message in characters and lines. File systems allow paths of 4,096 bytes, and an error has 21 lines.
const (
	maxSentence = 5000
	maxLine     = 1000
	maxLines    = 40
)

func (l message) diagnostic(mask func(string) string) diag.Diagnostic {
	// Every part is on one line, so that a value can't look like a line of this message.
	detail := redact.VisibleLine(mask(strings.TrimRight(l.problem, ".")), maxSentence) + "."
	if l.remedy != "" {
		detail += "\n\n" + redact.VisibleLine(mask(l.remedy), maxSentence)
	}
	if len(l.lines) > 0 {
		lines := make([]string, 0, maxLines+1)
		for _, line := range l.lines[:min(len(l.lines), maxLines)] {
			lines = append(lines, redact.VisibleLine(mask(line), maxLine))
		}
		if more := len(l.lines) - len(lines); more > 0 {
			lines = append(lines, fmt.Sprintf("… and %d more", more))
		}
		detail += "\n\n" + strings.Join(lines, "\n")
	}
	if len(l.attribute.Steps()) == 0 { // the zero Path is not path.Empty()
		return diag.NewErrorDiagnostic(l.summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(l.attribute, l.summary, detail)
}

// downloadDiagnostic explains a failed download. timeout is the attribute that set ctx's deadline.
func downloadDiagnostic(
	err error, args reportArguments, timeout path.Path, client *reportlibrary.Client,
) diag.Diagnostic {
	l := downloadMessage(err, timeout)
	l.lines = append(args.context(), l.lines...)
	return l.diagnostic(client.Redact)
}

func downloadMessage(err error, timeout path.Path) message {
	if failed, ok := errors.AsType[*reportlibrary.Error](err); ok {
		return request{timeout: timeout}.message(failed)
	}
	if limitErr, ok := errors.AsType[*contentLimitError](err); ok {
		return message{
			summary: "Content Too Large", attribute: path.Root("max_content_bytes"), problem: limitErr.Error(),
			remedy: "Raise max_content_bytes, or leave the content out: its hashes need no limit, and digicert_report_file " +
				"saves a report of any size.",
		}
	}
	return fileMessage(err)
}

// sentence returns the operation and its error.
func (r request) sentence(err *reportlibrary.Error) string {
	what := strings.TrimRight(err.Text(), ".")
	if err.Host != "" && err.Status == 0 {
		what = fmt.Sprintf("DigiCert redirected to %s, and the connection to it failed: %s", err.Host, what)
	}
	if err.Status != 0 && err.Kind != reportlibrary.KindProxy && err.Wait == 0 {
		what = said(err)
		if err.Host != "" {
			what = fmt.Sprintf("DigiCert redirected to %s, which responded with %s", err.Host, what)
		}
	}
	if r.messages == nil && isContentKind(err.Kind) {
		what = "the response is not the requested report: " + what
	}
	what = withReason(err, what)
	text := fmt.Sprintf("%s failed: %s", err.Op, what)
	if err.Attempts > 1 {
		text += fmt.Sprintf(" (after %d attempts over %s)", err.Attempts, err.Elapsed.Round(time.Millisecond))
	}
	return text
}

// withReason adds the reason from the report history to an error text.
func withReason(err *reportlibrary.Error, what string) string {
	cause, ok := errors.AsType[*reportlibrary.Cause](err)
	switch {
	case !ok || cause.Reason == "":
		return what
	case err.Status != 0:
		return cause.Reason + ". DigiCert responded: " + what
	case err.Op == reportlibrary.OpDownload:
		return cause.Reason + "; " + what
	default:
		return cause.Reason // only the history explains the error
	}
}

// said returns the service's own words, or its status.
func said(err *reportlibrary.Error) string {
	switch {
	case err.Code != "" || err.Message != "":
		return strings.TrimRight(err.Said(), ".")
	case err.Snippet != "":
		return fmt.Sprintf("status %d with %q", err.Status, err.Snippet)
	default:
		return fmt.Sprintf("status %d without an explanation", err.Status)
	}
}

// isContentKind reports whether a kind is about content that is not the requested report.
func isContentKind(kind reportlibrary.Kind) bool {
	return kind != reportlibrary.KindTooLarge && slices.Contains(reportlibrary.ContentKinds(), kind)
}

// facts returns the context lines of an error.
func facts(err *reportlibrary.Error) []string {
	var lines []string
	if err.Status != 0 {
		lines = append(lines, fmt.Sprintf("Status: %d", err.Status))
	} else if err.Snippet != "" {
		lines = append(lines, fmt.Sprintf("Body: %q", err.Snippet))
	}
	lines = append(lines, err.Lines...)
	if err.RequestID != "" {
		lines = append(lines, "Request: "+err.RequestID)
	}
	return lines
}

// noRedaction is for messages without text from a response.
func noRedaction(s string) string { return s }
