package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// listed is the maximum number of files that a message names.
const listed = 20

// list joins the first lines, and adds the number of the others.
func list(lines []string) string { return strings.Join(firstLines(lines), "\n") }

// firstLines returns the first lines, and a line with the number of the others.
func firstLines(lines []string) []string {
	if more := len(lines) - listed; more > 0 {
		return append(slices.Clip(lines[:listed]), fmt.Sprintf("… and %d more", more))
	}
	return lines
}

func sameIdentifier(a, b types.String) bool {
	return strings.EqualFold(a.ValueString(), b.ValueString())
}

// context returns the last lines of every message about an archive.
func (m *reportArchiveModel) context() []string {
	return []string{"Report: " + m.ReportIdentifier.ValueString(), "Directory: " + m.Directory.ValueString()}
}

// inspectionWarnings name the differences between folder and record, which a plan shows only as complete.
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
		diags.AddWarning("Archived Files Have Another Mode", fmt.Sprintf(
			"Archived with a mode that differs from file_permission: %s. "+
				"The next apply sets the mode %s again.\n\n%s",
			count(len(modes), "file"), m.FilePermission.ValueString(), list(modes)))
	}
	if len(inspection.Newest) > 0 {
		diags.AddWarning("Newest Manifest Modified", "Files of the newest manifest are missing or modified. The next apply "+
			"writes them again from the state, and keeps a modified file beside it under another name.\n\n"+
			list(m.manifestLines(inspection.Newest)))
	}
	if len(inspection.Earlier) > 0 {
		diags.AddWarning("Earlier Manifest Modified", "Files of earlier manifests are missing or modified. Put them back "+
			"from a backup: the manifests after them contain their digests.\n\n"+list(m.manifestLines(inspection.Earlier)))
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

// historyWarning warns that a refresh could not read the history.
func historyWarning(failure diag.Diagnostic) diag.Diagnostic {
	return diag.NewWarningDiagnostic("New Runs Not Visible", "The report history could not be read, so this plan does "+
		"not see new runs. Everything that is archived is verified all the same.\n\n"+failure.Summary()+": "+failure.Detail())
}

// historyWarnings name runs in the history that can't be archived, with the reason.
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

// destroyWarning names the files that a destroy keeps.
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
