package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// failureDiagnostics name the files that could not be archived or restored, with the reason.
func (c *archiveChange) failureDiagnostics(outcome archive.Outcome) diag.Diagnostics {
	var (
		diags              diag.Diagnostics
		archived, restored []archive.Failure
		cantRepeat         bool
	)
	for _, failure := range outcome.Failures {
		if !failure.Restore {
			archived = append(archived, failure)
			continue
		}
		restored = append(restored, failure)
		changed, ok := errors.AsType[*archive.ContentChangedError](failure.Err)
		cantRepeat = cantRepeat || ok && changed.Archive
	}
	if len(archived) > 0 {
		diags.Append(message{
			summary: "Report Runs Not Archived",
			problem: fmt.Sprintf("Not archived: %s. Archived and recorded: %s", count(len(archived), "file"),
				count(outcome.Archived, "file")),
			remedy: "Remove the cause and apply again: archived files are not downloaded again.",
			lines:  slices.Concat(c.plan.context(), []string{""}, c.failureLines(archived)),
		}.diagnostic(c.redact))
	}
	if len(restored) > 0 {
		remedy := "Everything else was done. If DigiCert no longer has a run, put its file back from a backup, or set " +
			"on_missing = \"ignore\"."
		if cantRepeat {
			remedy += " A ZIP archive can't be restored byte for byte, because DigiCert rebuilds it for each download."
		}
		diags.Append(message{
			summary: "Archived Files Not Restored",
			problem: "Not restored: " + count(len(restored), "archived file"),
			remedy:  remedy, lines: slices.Concat(c.plan.context(), []string{""}, c.failureLines(restored)),
		}.diagnostic(c.redact))
	}
	if outcome.ManifestErr != nil {
		diags.Append(message{
			summary: "Manifest Not Written", attribute: path.Root("directory"),
			problem: "Writing the newest manifest failed: " + outcome.ManifestErr.Error(),
			remedy:  "The state contains it: remove the cause and apply again to write it.",
			lines:   c.plan.context(),
		}.diagnostic(c.redact))
	}
	return diags
}

func (c *archiveChange) redact(s string) string {
	if c.provider.client == nil {
		return s
	}
	return c.provider.client.Redact(s)
}

// reason returns in one line why a file could not be archived.
func (c *archiveChange) reason(failure archive.Failure) string {
	var changed *archive.ContentChangedError
	if errors.As(failure.Err, &changed) || isFileError(failure.Err) {
		return failure.Err.Error()
	}
	l := downloadMessage(failure.Err, c.timeoutPath())
	return l.summary + ": " + strings.TrimRight(l.problem, ".")
}

// failureLines returns a line for each failure, and one line for all skipped files.
func (c *archiveChange) failureLines(failures []archive.Failure) []string {
	var (
		lines             []string
		canceled, untried int
	)
	for _, failure := range failures {
		switch {
		case errors.Is(failure.Err, context.Canceled):
			canceled++
		case errors.Is(failure.Err, archive.ErrNotTried):
			untried++
		default:
			lines = append(lines, fmt.Sprintf("%s (run %s, ended %s): %s", c.plan.path(failure.Name), failure.Key,
				failure.EndDate, c.reason(failure)))
		}
	}
	lines = firstLines(lines)
	if untried > 0 {
		lines = append(lines, "Not tried after the other failures: "+count(untried, "file"))
	}
	if canceled > 0 {
		lines = append(lines, "Not done when the operation was canceled: "+count(canceled, "file"))
	}
	return lines
}

// outcomeWarnings name work that was not planned, and facts that are missing in a manifest.
func (c *archiveChange) outcomeWarnings(outcome archive.Outcome) diag.Diagnostics {
	var diags diag.Diagnostics
	if len(outcome.SetAside) > 0 {
		var lines []string
		for _, name := range outcome.SetAside {
			lines = append(lines, c.plan.path(name))
		}
		diags.AddWarning("Modified Files Set Aside", "The recorded content is back in its place. The modified files were "+
			"kept under these names:\n\n"+list(lines))
	}
	if outcome.Taken > 0 {
		diags.AddWarning("Interrupted Apply Continued", fmt.Sprintf("An apply was interrupted before it wrote its manifest. "+
			"Of its downloads, %s in %s still had the recorded content, and went into the manifest without another download.",
			count(outcome.Taken, "file"), c.plan.Directory.ValueString()))
	}
	if outcome.DefinitionErr != nil {
		diags.AddWarning("Report Definition Not Recorded", c.redact(fmt.Sprintf("The manifest does not have the report's "+
			"definition, because reading it failed: %s. Everything else is recorded.", outcome.DefinitionErr)))
	}
	if outcome.StampErr != nil {
		diags.AddAttributeWarning(path.Root("timestamp"), "Manifest Without Time Stamp", c.redact(fmt.Sprintf("There is no "+
			"time stamp over the newest manifest, which is valid without it. The next apply requests one.\n\n%s\n\n%s",
			timestampFailure(outcome.StampErr), strings.Join(c.plan.context(), "\n"))))
	}
	diags.Append(clockWarning(outcome.ClockOff)...)
	return diags
}

// warningsOf converts errors to warnings.
func warningsOf(diags diag.Diagnostics) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, d := range diags {
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			warnings.AddAttributeWarning(at.Path(), d.Summary(), d.Detail())
		} else {
			warnings.AddWarning(d.Summary(), d.Detail())
		}
	}
	return warnings
}
