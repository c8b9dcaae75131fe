package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// lookup is a question to the Report Library, as far as a diagnostic about its failure needs to know it.
type lookup struct {
	// doing is the start of a sentence, such as "Reading the report history failed".
	doing string
	// subject is the attribute that names the report; empty if none does.
	subject path.Path
	// lines are the context.
	lines []string
}

var lookupTimeout = path.Root("timeouts").AtName("read")

// diagnostic explains a failed lookup on the attribute to blame.
func (q lookup) diagnostic(ctx context.Context, err error, client *reportlibrary.Client) diag.Diagnostic {
	if waitErr, ok := errors.AsType[*reportlibrary.WaitError](err); ok && waitErr.Never {
		err = waitErr.Last // there is nothing to say of a run
	}
	l := q.letter(ctx, err).after(err)
	l.lines = append(q.lines[:len(q.lines):len(q.lines)], l.lines...)
	return l.diagnostic(client.Redact)
}

func (q lookup) letter(ctx context.Context, err error) letter {
	var (
		apiErr       *reportlibrary.APIError
		contentErr   *reportlibrary.ContentError
		historyErr   *reportlibrary.HistoryError
		noRunErr     *reportlibrary.NoRunError
		failedErr    *reportlibrary.RunFailedError
		ambiguousErr *reportlibrary.AmbiguousReportError
		waitErr      *reportlibrary.WaitError
	)
	// Before the deadline, which is what ended the wait.
	if errors.As(err, &waitErr) {
		return q.waitLetter(waitErr)
	}
	if l, ok := requestLetter(ctx, err, q.doing, lookupTimeout); ok {
		return l
	}
	switch {
	case errors.As(err, &apiErr):
		return q.apiLetter(apiErr)
	case errors.As(err, &contentErr):
		return q.contentLetter(contentErr)
	case errors.As(err, &historyErr):
		return letter{
			summary: "Report History Inconsistent", what: q.doing + ": " + historyErr.Reason,
			remedy: "Try again: the history may have changed while it was read. If the error persists, report it: a part of the " +
				"history must not be taken for all of it.",
		}
	case errors.As(err, &noRunErr):
		l := letter{
			summary: "No Report Run Found", blame: q.subject,
			what: "There is no run with status READY. The report history has " + noRunErr.Found(),
			remedy: "Set wait_for_ready to true to wait for a run that is GENERATING, or check the arguments against the " +
				"report history. DigiCert keeps a run for 90 days.",
		}
		if len(noRunErr.Statuses) == 0 && noRunErr.Earlier > 0 {
			l.blame = path.Root("started_after")
		}
		return l
	case errors.As(err, &failedErr):
		return letter{
			summary: "Report Run Failed", blame: q.subject,
			what:   "The newest run has status FAILED, so there is nothing to wait for",
			remedy: "Start a new run of the report. To take the newest READY run instead, leave wait_for_ready out.",
			lines:  runLines(failedErr.Run),
		}
	case errors.As(err, &ambiguousErr):
		l := letter{
			summary: "Report Name Ambiguous", blame: q.subject,
			what:   fmt.Sprintf("%d reports have this display name", len(ambiguousErr.ReportIdentifiers)),
			remedy: "Name the report by its report_identifier, which is one of those below.",
		}
		for _, identifier := range ambiguousErr.ReportIdentifiers {
			l.lines = append(l.lines, "Report: "+identifier)
		}
		return l
	default:
		return letter{summary: "Lookup Failed", what: fmt.Sprintf("%s: %s", q.doing, err)}
	}
}

// apiLetter explains an answer of the API that is no success.
func (q lookup) apiLetter(err *reportlibrary.APIError) letter {
	l := apiLetter(err)
	l.what = q.doing + ": " + apiWords(err)
	switch {
	case err.StatusCode == 404 && len(q.subject.Steps()) > 0:
		l.summary, l.blame = "Report Not Found", q.subject
		l.remedy = "Check the identifier against the report history."
	case err.StatusCode == 404:
		l.summary, l.blame = "Report History Not Found", path.Empty()
		l.remedy = "Check the provider's base_url: what answers there may not be the Report Library."
	case err.HasCode("invalid_filter"):
		l.remedy = "Check the arguments: the service did not accept one of their values."
	}
	return l
}

// contentLetter explains a 200 that is no answer.
func (q lookup) contentLetter(err *reportlibrary.ContentError) letter {
	l := letter{
		summary: "Answer Not Understood", what: q.doing + ": " + err.Reason,
		remedy: "Check the provider's base_url. A page in HTML often comes from a proxy, a firewall or a login in between.",
	}
	if err.Problem == reportlibrary.ContentTruncated {
		l.remedy = "Try again: the answer ended early."
	}
	if err.Snippet != "" {
		l.lines = append(l.lines, fmt.Sprintf("Body: %q", err.Snippet))
	}
	if err.RequestID != "" {
		l.lines = append(l.lines, "Request: "+err.RequestID)
	}
	return l
}

// waitLetter explains a wait that took too long.
func (q lookup) waitLetter(err *reportlibrary.WaitError) letter {
	l := letter{
		summary: "Report Run Not Ready In Time", blame: lookupTimeout,
		what:   "Waiting for the report run failed: " + err.Error(),
		remedy: "Raise timeouts.read: a run can take over an hour. Or try again later.",
		lines:  []string{"Status: none yet"},
	}
	if err.Run != nil {
		l.lines = runLines(*err.Run)
	}
	return l
}

// newerFailedDiagnostic warns that the chosen run is not what a newer one would have been.
func newerFailedDiagnostic(failed reportlibrary.Record, q lookup, client *reportlibrary.Client) diag.Diagnostic {
	l := letter{
		summary: "Newer Report Run Failed",
		what:    "A run that is newer than the chosen one has status FAILED",
		remedy:  "The chosen run is the newest that is READY, but not the newest. Start a new run of the report.",
		lines:   append(q.lines[:len(q.lines):len(q.lines)], runLines(failed)...),
	}
	return diag.NewAttributeWarningDiagnostic(q.subject, l.summary, l.diagnostic(client.Redact).Detail())
}

func runLines(run reportlibrary.Record) []string {
	lines := []string{fmt.Sprintf("Run: %s", run.ReportRunIdentifier), fmt.Sprintf("Status: %s", run.Status)}
	if run.ReportStartDate != "" {
		lines = append(lines, "Started: "+run.ReportStartDate)
	}
	return lines
}
