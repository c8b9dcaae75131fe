package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// lookup is a request for anything but a report's content, as far as a diagnostic about its failure needs to know it.
type lookup struct {
	// subject is the attribute that names the report; empty if none does.
	subject path.Path
	// timeout is the attribute that set the deadline; empty means timeouts.read.
	timeout path.Path
	// lines are the context.
	lines []string
}

var lookupTimeout = path.Root("timeouts").AtName("read")

// diagnostic explains a failed lookup on the attribute to blame.
func (q lookup) diagnostic(err error, client *reportlibrary.Client) diag.Diagnostic {
	l := letter{summary: "Lookup Failed", what: fmt.Sprintf("Reading from DigiCert failed: %s", err)}
	if failed, ok := errors.AsType[*reportlibrary.Error](err); ok {
		timeout := q.timeout
		if len(timeout.Steps()) == 0 {
			timeout = lookupTimeout
		}
		l = request{timeout: timeout, subject: q.subject, messages: lookupMessages}.letter(failed)
	}
	l.lines = append(q.lines[:len(q.lines):len(q.lines)], l.lines...)
	return l.diagnostic(client.Redact)
}

// newerFailedDiagnostic warns that the chosen run is not what a newer one would have been.
func newerFailedDiagnostic(failed reportlibrary.Record, q lookup, client *reportlibrary.Client) diag.Diagnostic {
	l := letter{
		summary: "Newer Report Run Failed",
		what:    "A run that is newer than the chosen one has status FAILED",
		remedy:  "The chosen run is the newest that is READY, but not the newest. Start a new run of the report.",
		lines:   append(q.lines[:len(q.lines):len(q.lines)], failed.Lines()...),
	}
	return diag.NewAttributeWarningDiagnostic(q.subject, l.summary, l.diagnostic(client.Redact).Detail())
}
