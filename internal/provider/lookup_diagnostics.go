package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// errorContext contains the facts of a request other than a download, for a diagnostic.
type errorContext struct {
	subject path.Path // the attribute that names the report; empty for none
	timeout path.Path // the attribute that set the deadline; empty means timeouts.read
	lines   []string
}

var lookupTimeout = path.Root("timeouts").AtName("read")

// diagnostic explains a failed request.
func (q errorContext) diagnostic(err error, client *reportlibrary.Client) diag.Diagnostic {
	l := message{summary: "Lookup Failed", problem: fmt.Sprintf("Reading from DigiCert failed: %s", err)}
	if failed, ok := errors.AsType[*reportlibrary.Error](err); ok {
		timeout := q.timeout
		if len(timeout.Steps()) == 0 {
			timeout = lookupTimeout
		}
		l = request{timeout: timeout, subject: q.subject, messages: lookupMessages}.message(failed)
	}
	l.lines = append(q.lines[:len(q.lines):len(q.lines)], l.lines...)
	return l.diagnostic(client.Redact)
}

// newerFailedDiagnostic warns that a newer run than the chosen one has failed.
func newerFailedDiagnostic(failed reportlibrary.Record, q errorContext, client *reportlibrary.Client) diag.Diagnostic {
	l := message{
		summary: "Newer Report Run Failed",
		problem: "A run that is newer than the chosen one has status FAILED",
		remedy:  "The chosen run is the newest that is READY, but not the newest. Start a new run of the report.",
		lines:   append(q.lines[:len(q.lines):len(q.lines)], failed.Lines()...),
	}
	return diag.NewAttributeWarningDiagnostic(q.subject, l.summary, l.diagnostic(client.Redact).Detail())
}
