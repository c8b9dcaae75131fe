package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// listed is how many files a message names at most.
const listed = 20

// list joins lines, as far as a message names them.
func list(lines []string) string { return strings.Join(firstLines(lines), "\n") }

// firstLines returns the first lines, and how many more there are.
func firstLines(lines []string) []string {
	if more := len(lines) - listed; more > 0 {
		return append(slices.Clip(lines[:listed]), fmt.Sprintf("… and %d more", more))
	}
	return lines
}

func sameIdentifier(a, b types.String) bool {
	return strings.EqualFold(a.ValueString(), b.ValueString())
}

// context is what every message about an archive ends with.
func (m *reportArchiveModel) context() []string {
	return []string{"Report: " + m.ReportIdentifier.ValueString(), "Directory: " + m.Directory.ValueString()}
}

// inspectionWarnings say what a plan's one line, complete, can't.
func (m *reportArchiveModel) inspectionWarnings(inspection archive.Inspection) diag.Diagnostics {
	var (
		diags                    diag.Diagnostics
		missing, modified, modes []string
	)
	for _, finding := range inspection.Files {
		switch finding.Condition {
		case archive.Missing:
			missing = append(missing, m.path(finding.Name))
		case archive.Modified:
			modified = append(modified, fmt.Sprintf("%s\n  Recorded: %s\n  Found: %s", m.path(finding.Name),
				m.recordedSHA256(finding.Key), finding.Found))
		case archive.WrongMode:
			modes = append(modes, fmt.Sprintf("%s: %s", m.path(finding.Name), finding.Found))
		case archive.Unchanged:
		}
	}
	if len(missing) > 0 && m.OnMissing.ValueString() == onMissingRestore {
		diags.AddWarning("Archived Files Missing", fmt.Sprintf("Missing from the archive: %s. The next apply "+
			"downloads and verifies them, as long as DigiCert has the runs. Put other files back from a backup.\n\n%s",
			count(len(missing), "file"), list(missing)))
	}
	if len(modified) > 0 {
		diags.AddWarning("Archived Files Modified", fmt.Sprintf("Modified in the archive: %s. The next apply "+
			"downloads and verifies the recorded content, and keeps a modified file beside it under another name. Move "+
			"links and folders away first: they are not touched.\n\n%s",
			count(len(modified), "file"), list(modified)))
	}
	if len(modes) > 0 {
		diags.AddWarning("Archived Files Have Another Mode", fmt.Sprintf("Archived with another mode than file_permission: "+
			"%s. The next apply sets the mode %s again.\n\n%s",
			count(len(modes), "file"), m.FilePermission.ValueString(), list(modes)))
	}
	if len(inspection.Newest) > 0 {
		diags.AddWarning("Newest Manifest Modified", "Files of the newest manifest are missing or modified. The next apply "+
			"writes them again from the state, and keeps a modified file beside it under another name.\n\n"+
			list(m.manifestLines(inspection.Newest)))
	}
	if len(inspection.Earlier) > 0 {
		diags.AddWarning("Earlier Manifest Modified", "Files of earlier manifests are missing or modified. Put them back "+
			"from a backup: the manifests after them pin their digests.\n\n"+list(m.manifestLines(inspection.Earlier)))
	}
	return diags
}

func (m *reportArchiveModel) manifestLines(findings []archive.Finding) []string {
	var lines []string
	for _, finding := range findings {
		lines = append(lines, fmt.Sprintf("%s: %s", m.path(finding.Name), finding.Condition))
	}
	return lines
}

func (m *reportArchiveModel) recordedSHA256(key archive.Key) string {
	object, _ := m.Runs.Elements()[string(key)].(types.Object)
	digest, _ := object.Attributes()["content_sha256"].(types.String)
	return digest.ValueString()
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// historyWarning says that a refresh could not see new runs.
func historyWarning(failure diag.Diagnostic) diag.Diagnostic {
	return diag.NewWarningDiagnostic("New Runs Not Visible", "The report history could not be read, so this plan does "+
		"not see new runs. Everything that is archived is verified all the same.\n\n"+failure.Summary()+": "+failure.Detail())
}

// historyWarnings say what in the history is not archived and why.
func (m *reportArchiveModel) historyWarnings(
	found archive.Discovery, history []archive.Run, p *configuredProvider,
) diag.Diagnostics {
	var diags diag.Diagnostics
	redact := func(s string) string {
		if p.client == nil {
			return s
		}
		return p.client.Redact(s)
	}
	if failed := archive.NewestFailed(history, m.StartedAfter.ValueString()); failed != nil {
		diags.AddAttributeWarning(path.Root("report_identifier"), "Newest Report Run Failed", redact(fmt.Sprintf("The "+
			"newest run of the report has status FAILED, so there is nothing to archive of it. Start a new run of the "+
			"report.\n\n%s\nRun: %s\nStarted: %s", m.context()[0], shortened(failed.ReportRunIdentifier),
			shortened(failed.ReportStartDate))))
	}
	if len(found.Unusable) > 0 {
		var lines []string
		for _, run := range found.Unusable {
			lines = append(lines, fmt.Sprintf("Run: %s, %d parts", shortened(run.ReportRunIdentifier), run.Parts))
		}
		diags.AddAttributeWarning(path.Root("report_identifier"), "Report Runs Not Usable", redact("Runs of the report "+
			"have an identifier or a number of parts that is not credible, so they are not archived. Check the provider's "+
			"base_url, and report this to DigiCert.\n\n"+list(lines)))
	}
	return diags
}

// shortened makes a value of the history safe for a message.
func shortened(text string) string {
	quoted := fmt.Sprintf("%.100q", text)
	return quoted[1 : len(quoted)-1]
}

// destroyWarning says what a destroy leaves.
func (m *reportArchiveModel) destroyWarning() diag.Diagnostics {
	var diags diag.Diagnostics
	if m.KeepFiles.ValueBool() && len(m.Runs.Elements()) > 0 {
		diags.AddWarning("Archive No Longer Verified", fmt.Sprintf("%s and the manifests in %s stay, but nothing will "+
			"verify them or archive new runs any longer. To take the archive up again, import it: %s.",
			count(len(m.Runs.Elements()), "archived file"), m.Directory.ValueString(), archiveImportFormat))
	}
	return diags
}

func removalDiagnostics(m reportArchiveModel, kept []string, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if err != nil {
		diags.AddError("File Not Removed", fmt.Sprintf("Removing the archive failed: %s.\n\nMake the files and their "+
			"folder accessible, or set keep_files to leave them where they are.", err))
	}
	if len(kept) > 0 {
		var lines []string
		for _, name := range kept {
			lines = append(lines, m.path(name))
		}
		diags.AddWarning("Edited File Stays", "These files no longer have the recorded content, so they are not removed. "+
			"They are no longer managed.\n\n"+list(lines))
	}
	return diags
}

// resumedWarning says that a refresh found the manifest of an interrupted apply.
func (m *reportArchiveModel) resumedWarning(record archive.Record) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Interrupted Apply Taken Over", fmt.Sprintf("An apply wrote %s and was interrupted "+
		"before Terraform saved its state. The manifest follows the recorded one, so it and its files are taken over.",
		m.path(archive.ManifestName(record.Sequence))))
}

// existingArchive says that a new archive finds another state's in its folder.
func (m *reportArchiveModel) existingArchive(sequence int64) diag.Diagnostic {
	return letter{
		summary: "Archive Already Exists", blame: path.Root("directory"),
		what: fmt.Sprintf("The folder has an archive of this report already, with %s",
			count(int(sequence), "manifest")),
		remedy: fmt.Sprintf("Import it: '%s,%s,%s'. Or choose another folder.", m.ReportIdentifier.ValueString(),
			m.ReportFormat.ValueString(), m.Directory.ValueString()),
		lines: m.context(),
	}.diagnostic(noRedaction)
}

// reservedDiagnostic says that two archives of a run have one folder.
func (m *reportArchiveModel) reservedDiagnostic() diag.Diagnostic {
	return letter{
		summary: "Path Written Twice", blame: path.Root("directory"),
		what:   fmt.Sprintf("Another resource writes %s in this run too", m.Directory.ValueString()),
		remedy: "Give every digicert_report_archive a folder of its own.",
		lines:  m.context(),
	}.diagnostic(noRedaction)
}

// readDiagnostic explains why a folder can't be used.
func (m *reportArchiveModel) readDiagnostic(err error) diag.Diagnostic {
	var chain *archive.ChainError
	if errors.As(err, &chain) {
		return m.chainDiagnostic(chain)
	}
	return letter{
		summary: "Archive Not Readable", blame: path.Root("directory"),
		what:   "Reading the archive failed: " + err.Error(),
		remedy: "Make the folder and its files readable.", lines: m.context(),
	}.diagnostic(noRedaction)
}

// chainDiagnostic explains what is wrong with the manifests of a folder.
func (m *reportArchiveModel) chainDiagnostic(err *archive.ChainError) diag.Diagnostic {
	l := letter{
		blame: path.Root("directory"), what: "Manifest file " + m.located(err.Name) + ": " + err.Detail, lines: m.context(),
	}
	const putBack = "Nothing is repaired by guess. Put the file back from a backup or another copy of the folder; the " +
		"manifests after it pin its digest."
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
	case archive.Edited:
		l.summary, l.remedy = "Manifest Edited", putBack
	case archive.Gone:
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

// located returns the path of a file in the folder; another path stays.
func (m *reportArchiveModel) located(name string) string {
	if strings.ContainsAny(name, `/\`) {
		return name
	}
	return m.path(name)
}

// failureDiagnostics name each file that could not be archived or restored, and why.
func (c *archiveChange) failureDiagnostics(outcome archive.Outcome) diag.Diagnostics {
	var (
		diags               diag.Diagnostics
		archived, restored  []string
		expired, cantRepeat bool
	)
	for _, failure := range outcome.Failures {
		why := c.why(failure)
		line := fmt.Sprintf("%s (run %s, ended %s): %s", c.plan.path(failure.Name), failure.Key, failure.EndDate, why)
		if !failure.Restore {
			archived = append(archived, line)
			continue
		}
		restored = append(restored, line)
		var changed *archive.ContentChangedError
		cantRepeat = cantRepeat || errors.As(failure.Err, &changed) && changed.Archive
		expired = true
	}
	if len(archived) > 0 {
		diags.Append(letter{
			summary: "Report Runs Not Archived",
			what: fmt.Sprintf("Not archived: %s. Archived and recorded: %s", count(len(archived), "file"),
				count(outcome.Archived, "file")),
			remedy: "Apply again after mending the cause: what is archived is not downloaded again.",
			lines:  slices.Concat(c.plan.context(), []string{""}, archived),
		}.diagnostic(c.redact))
	}
	if len(restored) > 0 {
		remedy := ""
		if expired {
			remedy = "Everything else was done. If DigiCert no longer has a run, put its file back from a backup, or set " +
				"on_missing = \"ignore\"."
		}
		if cantRepeat {
			remedy += " A ZIP archive can't be restored byte for byte, because DigiCert rebuilds it for each download."
		}
		diags.Append(letter{
			summary: "Archived Files Not Restored",
			what:    "Not restored: " + count(len(restored), "archived file"),
			remedy:  remedy, lines: slices.Concat(c.plan.context(), []string{""}, restored),
		}.diagnostic(c.redact))
	}
	if outcome.ManifestErr != nil {
		diags.Append(letter{
			summary: "Manifest Not Written", blame: path.Root("directory"),
			what:   "Writing the newest manifest failed: " + outcome.ManifestErr.Error(),
			remedy: "The state has its content: apply again after mending the cause, and it is written.",
			lines:  c.plan.context(),
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

// why says in a line why a file could not be archived.
func (c *archiveChange) why(failure archive.Failure) string {
	var changed *archive.ContentChangedError
	if errors.As(failure.Err, &changed) || errors.Is(failure.Err, archive.ErrNotTried) || isFileError(failure.Err) {
		return failure.Err.Error()
	}
	l := downloadLetter(failure.Err, c.timeoutPath())
	return l.summary + ": " + strings.TrimRight(l.what, ".")
}

// outcomeWarnings say what was done beside the plan, and what is missing in a manifest.
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
	if outcome.DefinitionErr != nil {
		diags.AddWarning("Report Definition Not Recorded", c.redact(fmt.Sprintf("The manifest does not have the report's "+
			"definition, because reading it failed: %s. Everything else is recorded.", outcome.DefinitionErr)))
	}
	if outcome.StampErr != nil {
		diags.AddAttributeWarning(path.Root("timestamp"), "Manifest Without Time Stamp", c.redact(fmt.Sprintf("There is no "+
			"time stamp over the newest manifest, which stands without it. The next apply asks again.\n\n%s\n\n%s",
			timestampFailure(outcome.StampErr), strings.Join(c.plan.context(), "\n"))))
	}
	diags.Append(clockWarning(outcome.ClockOff)...)
	return diags
}

// warningsOf turns errors into warnings.
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
