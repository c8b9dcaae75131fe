package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// resumedWarning warns that a refresh found the manifest of an interrupted apply.
func (m *reportArchiveModel) resumedWarning(record archive.Record) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Interrupted Apply Taken Over", fmt.Sprintf("An apply wrote %s and was interrupted "+
		"before Terraform saved its state. The manifest follows the recorded one, so it and its files are taken over.",
		m.path(archive.ManifestName(record.Sequence))))
}

// existingArchive reports an archive in the folder of a new one. It belongs to a lost state, or to this state, because
// a replacement creates the new resource without knowledge of the old one.
func (m *reportArchiveModel) existingArchive(sequence int64) diag.Diagnostic {
	return message{
		summary: "Archive Already Exists", attribute: path.Root("directory"),
		problem: fmt.Sprintf("The folder has an archive of this report already, with %s, and nothing in it was changed",
			count(int(sequence), "manifest")),
		remedy: fmt.Sprintf("If no state keeps it, import it: '%s,%s,%s'. If this state keeps it, there is nothing to "+
			"replace: leave out -replace, run terraform untaint if the resource is tainted, or add a moved block if it was "+
			"renamed. Otherwise choose another folder.", m.ReportIdentifier.ValueString(), m.ReportFormat.ValueString(),
			m.Directory.ValueString()),
		lines: m.context(),
	}.diagnostic(noRedaction)
}

// reservedDiagnostic reports that two archives have the same folder.
func (m *reportArchiveModel) reservedDiagnostic() diag.Diagnostic {
	return message{
		summary: "Path Written Twice", attribute: path.Root("directory"),
		problem: fmt.Sprintf("Another resource writes %s in this run too", m.Directory.ValueString()),
		remedy:  "Give every digicert_report_archive a folder of its own.",
		lines:   m.context(),
	}.diagnostic(noRedaction)
}

func (m *reportArchiveModel) readDiagnostic(err error) diag.Diagnostic {
	var chain *archive.ChainError
	if errors.As(err, &chain) {
		return m.chainDiagnostic(chain)
	}
	return message{
		summary: "Archive Not Readable", attribute: path.Root("directory"),
		problem: "Reading the archive failed: " + err.Error(),
		remedy:  "Make the folder and its files readable.", lines: m.context(),
	}.diagnostic(noRedaction)
}

// chainDiagnostic explains an error in the manifests of a folder.
func (m *reportArchiveModel) chainDiagnostic(err *archive.ChainError) diag.Diagnostic {
	l := message{
		attribute: path.Root("directory"), lines: m.context(),
		problem: "Manifest file " + m.located(err.Name) + ": " + err.Detail,
	}
	const putBack = "The provider does not repair manifests. Put the file back from a backup or another copy of the " +
		"folder; the manifests after it contain its digest."
	switch err.Problem {
	case archive.Foreign:
		l.summary = "Directory Of Another Archive"
		l.remedy = "Give each report a folder of its own, outside of other archives."
	case archive.Taken:
		l.summary = "Archive Forked"
		l.remedy = fmt.Sprintf("Two states keep this archive, or an older state was restored. Nothing was written. Remove "+
			"the "+
			"resource from the state and import the archive as it is on disk, %s; or choose another folder.",
			archiveImportFormat)
	case archive.Interrupted:
		l.summary = "Apply Was Interrupted"
		l.remedy = "An earlier apply wrote this manifest and was interrupted before Terraform saved its state. Plan again " +
			"with a refresh: it takes the manifest over."
	case archive.Unverified:
		l.summary = "Interrupted Apply Not Taken Over"
		l.remedy = fmt.Sprintf("Apply once with the earlier API key and base_url. Or, if you trust the folder, remove the "+
			"resource from the state, if it is there, and import the archive as it is on disk, %s.", archiveImportFormat)
	case archive.LinkModified:
		l.summary, l.remedy = "Manifest Edited", putBack
	case archive.LinkMissing:
		l.summary, l.remedy = "Manifest Missing", putBack
	case archive.Broken:
		l.summary, l.remedy = "Manifest Chain Broken", putBack
	case archive.Absent:
		l.summary = "No Archive To Import"
		l.remedy = "Check the directory. Files without a manifest need no import: a new archive takes those that have the " +
			"delivered content."
	default:
		l.summary = "Manifest Not Readable"
		l.remedy = putBack
	}
	return l.diagnostic(noRedaction)
}

// located returns the path of a file in the folder. A name that is a path stays unchanged.
func (m *reportArchiveModel) located(name string) string {
	if strings.ContainsAny(name, `/\`) {
		return name
	}
	return m.path(name)
}
