package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
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

// The bounds of a letter, in characters and lines. A file system allows paths of 4,096 bytes.
const (
	maxSentence = 5000
	maxLine     = 500
	maxLines    = 20
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
	ctx context.Context, err error, args reportArguments, timeout path.Path, client *reportlibrary.Client,
) diag.Diagnostic {
	l := downloadLetter(ctx, err, args, timeout).after(err)
	l.lines = append(args.context(), l.lines...)
	return l.diagnostic(client.Redact)
}

// after says how many attempts an error is the end of, if it was not the first.
func (l letter) after(err error) letter {
	var retries *reportlibrary.RetriesError
	if errors.As(err, &retries) {
		l.what = fmt.Sprintf("%s (after %d attempts over %s)",
			strings.TrimRight(l.what, "."), retries.Attempts, retries.Elapsed.Round(time.Millisecond))
	}
	return l
}

func downloadLetter(ctx context.Context, err error, args reportArguments, timeout path.Path) letter {
	var (
		apiErr     *reportlibrary.APIError
		contentErr *reportlibrary.ContentError
		limitErr   *contentLimitError
	)
	if l, ok := requestLetter(ctx, err, "Downloading the report run failed", timeout); ok {
		return l
	}
	switch {
	case errors.As(err, &apiErr):
		return apiLetter(apiErr)
	case errors.As(err, &contentErr):
		return contentLetter(contentErr, args)
	case errors.As(err, &limitErr):
		return letter{
			summary: "Content Too Large", blame: path.Root("max_content_bytes"), what: limitErr.Error(),
			remedy: "Raise max_content_bytes, or leave the content out: its hashes need no limit, and digicert_report_file " +
				"saves a report of any size.",
		}
	default:
		return fileLetter(err)
	}
}

// apiLetter explains an answer of the API that is no success.
func apiLetter(err *reportlibrary.APIError) letter {
	l := letter{what: "DigiCert did not deliver the report run: " + apiWords(err), lines: apiLines(err)}
	switch {
	case err.Host != "":
		l.summary = "Redirect Target Refused"
		l.what = fmt.Sprintf("DigiCert redirected the download to %s, which did not deliver the report run: %s",
			err.Host, apiWords(err))
		l.remedy = "Try again: such an address is often valid for minutes only. If it stays so, check the network's way " +
			"to that host."
	case err.HasCode("report_format_inapplicable"):
		l.summary, l.blame = "Report Format Not Applicable", path.Root("report_format")
		l.remedy = "Choose the format that the report was created with, or ZIP, which every report has."
	case err.HasCode("custom_reports_not_enabled"):
		l.summary = "Report Library Not Enabled"
		l.remedy = "Have DigiCert enable the Report Library for the account that the provider's api_key belongs to."
	case err.HasCode("user_forbidden"):
		l.summary = "Permission Denied"
		l.remedy = "Use a key of an administrator: the user of the provider's api_key has no permission for the Report " +
			"Library."
	case err.StatusCode == 401 || err.StatusCode == 403 && err.Code != "":
		l.summary = "Authentication Failed"
		l.remedy = "Check the provider's api_key, or the environment variable " + envAPIKey + ": it may be wrong, " +
			"revoked or of another account."
	case err.StatusCode == 403:
		l.summary = "Access Denied"
		l.remedy = "Something in front of the service refused the request, such as a firewall or a proxy. Check the " +
			"network's way out, then the provider's api_key."
	case err.StatusCode == 404:
		l.summary, l.blame = "Report Run Not Found", path.Root("report_run_identifier")
		l.remedy = "Check both identifiers against the report history. DigiCert keeps a run for 90 days; a file that " +
			"was saved before stays valid."
	case err.StatusCode == 429:
		l.summary = "Rate Limit Exceeded"
		l.remedy = "Try again later. Where several clients share one API key they share its limits."
	case err.StatusCode == 400:
		l.summary = "Request Rejected"
		l.remedy = "The service did not understand the request: either the API has changed, or this is a bug in the " +
			"provider. Please report it."
	case err.StatusCode >= 500:
		l.summary = "Service Unavailable"
		l.remedy = "The service has a problem of its own. Try again later."
	default:
		l.summary = "Unexpected Answer"
		l.remedy = "Check the provider's base_url: what answers there may not be the Report Library."
	}
	return l
}

// apiWords returns what the service said, as far as it said anything.
func apiWords(err *reportlibrary.APIError) string {
	said := make([]string, 0, 2)
	for _, part := range []string{err.Code, err.Message} {
		if part != "" {
			said = append(said, strings.TrimRight(part, "."))
		}
	}
	switch {
	case len(said) > 0:
		return strings.Join(said, ": ")
	case err.Snippet != "":
		return fmt.Sprintf("status %d with %q", err.StatusCode, err.Snippet)
	default:
		return fmt.Sprintf("status %d without an explanation", err.StatusCode)
	}
}

func apiLines(err *reportlibrary.APIError) []string {
	lines := []string{fmt.Sprintf("Status: %d", err.StatusCode)}
	if err.RequestID != "" {
		lines = append(lines, "Request: "+err.RequestID)
	}
	return lines
}

// contentLetter explains a 200 that is no report.
func contentLetter(err *reportlibrary.ContentError, args reportArguments) letter {
	l := letter{what: "What DigiCert delivered can't be taken for the report: " + err.Reason}
	if err.Snippet != "" {
		l.lines = append(l.lines, fmt.Sprintf("Body: %q", err.Snippet))
	}
	if err.RequestID != "" {
		l.lines = append(l.lines, "Request: "+err.RequestID)
	}
	switch err.Problem {
	case reportlibrary.ContentEmpty:
		l.summary, l.blame = "Report Is Empty", path.Root("allow_empty")
		l.remedy = "The run may still be generating, or have found nothing. Set allow_empty to true where an empty " +
			"report is a result."
	case reportlibrary.ContentTruncated, reportlibrary.ContentCutOff:
		l.summary, l.remedy = "Report Is Truncated", "Try again: the transfer ended early."
	case reportlibrary.ContentDamaged:
		l.summary, l.remedy = "Archive Is Damaged", "Try again. If it stays damaged, start a new run of the report."
	case reportlibrary.ContentEncrypted:
		l.summary, l.blame = "Archive Is Encrypted", path.Root("report_format")
		l.remedy = "Set report_format to ZIP to save the archive as it is, and unpack it elsewhere with its password. " +
			"DigiCert is not known to encrypt reports: find out which proxy or storage does."
	case reportlibrary.ContentUnsupported:
		l.summary, l.blame = "Compression Method Not Supported", path.Root("report_format")
		l.remedy = "Set report_format to ZIP to save the archive as it is, and unpack it elsewhere: the provider reads " +
			"files that are stored or compressed with deflate."
	case reportlibrary.ContentBodyDamaged:
		l.summary = "Compressed Response Is Damaged"
		l.remedy = "Try again. If it stays damaged, the storage or a proxy in between cuts the body or compresses it wrongly."
	case reportlibrary.ContentNotOneFile:
		l.summary, l.blame = "Archive Does Not Hold One File", path.Root("report_format")
		l.remedy = "Set report_format to ZIP to take the archive as it is."
		for _, member := range err.Members {
			l.lines = append(l.lines, "Member: "+member)
		}
	case reportlibrary.ContentTooLarge:
		l.summary, l.blame = "Report Too Large", path.Root("max_download_bytes")
		l.remedy = fmt.Sprintf("Raise max_download_bytes, which is %s, if the size is right.", args.MaxDownloadBytes)
	case reportlibrary.ContentHostile:
		l.summary = "Archive Refused"
		l.remedy = "An honest report does not look like this. Check the provider's base_url, and who answers there."
	default:
		l.summary, l.remedy = "Answer Is Not A Report", notAReportRemedy(err.Problem)
	}
	return l
}

// notAReportRemedy says what to do about a response that is something else than the report.
func notAReportRemedy(problem reportlibrary.ContentProblem) string {
	switch problem {
	case reportlibrary.ContentPage:
		return "Such a page often comes from an outbound proxy, a firewall or a login: check them, and the provider's base_url."
	case reportlibrary.ContentFailure:
		return "Act on the message. If it names a passing problem, try again later."
	case reportlibrary.ContentBinary:
		return "Check report_format against the format that the report was created with. If it is right, start a new run " +
			"of the report."
	case reportlibrary.ContentMalformed:
		return "Try again. If the content stays so, start a new run of the report, or create the report in another format."
	default:
		return "Check report_format against the format that the report was created with, and the provider's base_url."
	}
}

// isFileError reports whether the local file system is to blame.
func isFileError(err error) bool {
	var (
		space  *atomicfile.SpaceError
		target *atomicfile.TargetError
	)
	return errors.As(err, &space) || errors.As(err, &target)
}

// fileLetter explains what the local file system said.
func fileLetter(err error) letter {
	var (
		space  *atomicfile.SpaceError
		target *atomicfile.TargetError
	)
	l := letter{what: "Writing the file failed: " + err.Error(), remedy: "Nothing was replaced: what was there " +
		"before is still there."}
	switch {
	case errors.As(err, &space):
		l.summary = "No Space Left"
	case errors.Is(err, atomicfile.TargetLocked):
		l.summary = "Folder Locked"
		l.remedy += " Wait for the other process, or raise timeouts. Remove the lock file only if no process uses it."
	case errors.Is(err, context.DeadlineExceeded):
		l.summary = "Timeout Reached"
		l.remedy += " Raise timeouts."
	case errors.Is(err, context.Canceled):
		l.summary = "Operation Canceled"
	case errors.As(err, &target):
		l.summary = "Target Refused"
	default:
		l.summary = "File Not Written"
	}
	return l
}

// noRedaction is for messages that quote nothing from a response.
func noRedaction(s string) string { return s }
