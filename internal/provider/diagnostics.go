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

// letter is a diagnostic as this provider writes them: a stable title, what happened, what to do, and context lines.
type letter struct {
	summary string
	// what is a sentence of what was being done and what was said to it, without a final full stop.
	what string
	// remedy is a sentence of what to do next.
	remedy string
	// blame is the attribute to look at; empty if there is none.
	blame path.Path
	lines []string
}

// The bounds of a letter, in characters and lines. A file system allows paths of 4,096 bytes; an error has 21 lines.
const (
	maxSentence = 5000
	maxLine     = 1000
	maxLines    = 40
)

func (l letter) diagnostic(mask func(string) string) diag.Diagnostic {
	// One line each, so that no value from elsewhere can look like a line of ours.
	detail := redact.VisibleLine(mask(strings.TrimRight(l.what, ".")), maxSentence) + "."
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
	if len(l.blame.Steps()) == 0 { // the zero Path is not path.Empty()
		return diag.NewErrorDiagnostic(l.summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(l.blame, l.summary, detail)
}

// downloadDiagnostic explains a failed download on the attribute to blame. timeout is the attribute that set ctx's
// deadline.
func downloadDiagnostic(
	err error, args reportArguments, timeout path.Path, client *reportlibrary.Client,
) diag.Diagnostic {
	l := downloadLetter(err, timeout)
	l.lines = append(args.context(), l.lines...)
	return l.diagnostic(client.Redact)
}

func downloadLetter(err error, timeout path.Path) letter {
	if failed, ok := errors.AsType[*reportlibrary.Error](err); ok {
		return request{timeout: timeout}.letter(failed)
	}
	if limitErr, ok := errors.AsType[*contentLimitError](err); ok {
		return letter{
			summary: "Content Too Large", blame: path.Root("max_content_bytes"), what: limitErr.Error(),
			remedy: "Raise max_content_bytes, or leave the content out: its hashes need no limit, and digicert_report_file " +
				"saves a report of any size.",
		}
	}
	return fileLetter(err)
}

// sentence says what was being done and what came of it.
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

// withReason returns what came of a request, after the reason that the report history tells.
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
		return cause.Reason // found in the history alone
	}
}

// said returns what the service said, as far as it said anything.
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

// isContentKind reports whether a kind is a verdict about a content.
func isContentKind(kind reportlibrary.Kind) bool {
	return kind != reportlibrary.KindTooLarge && slices.Contains(reportlibrary.ContentKinds(), kind)
}

// facts are the lines of context that an error has.
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

// noRedaction is for messages that quote nothing from a response.
func noRedaction(s string) string { return s }
