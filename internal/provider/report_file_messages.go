package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// fileMessages creates the diagnostics for a saved file.
type fileMessages struct {
	args reportArguments
	// path is the attribute that names the file, and timeout the one that limits the operation; empty for none.
	path, timeout path.Path
}

// messagesFor returns the messages for a change of the planned file.
func messagesFor(plan *reportFileModel, timeout string) fileMessages {
	m := fileMessages{
		args: plan.reportArguments, path: path.Root("filename"), timeout: path.Root("timeouts").AtName(timeout),
	}
	if plan.Filename.IsNull() {
		m.path = path.Root("directory")
	}
	return m
}

// failure returns the diagnostics for an error of package savedfile.
func (m fileMessages) failure(err error) diag.Diagnostics {
	if invalid, ok := errors.AsType[*configError](err); ok {
		return invalid.diags
	}
	failed, ok := errors.AsType[*savedfile.Error](err)
	if !ok {
		failed = &savedfile.Error{Kind: savedfile.Unwritable, Err: err}
	}
	l := m.message(failed)
	l.lines = append(m.args.context(), l.lines...)
	return diag.Diagnostics{l.diagnostic(noRedaction)}
}

func (m fileMessages) message(err *savedfile.Error) message {
	if _, ok := errors.AsType[*reportlibrary.Error](err.Err); !ok && interrupted(err.Err) {
		return m.interruption(err)
	}
	switch err.Kind {
	case savedfile.Unreadable:
		l := message{
			summary: "File Not Readable", problem: "Reading the saved report failed: " + err.Err.Error(),
			remedy: "Make the file and its folder readable for the user that runs Terraform.",
		}
		if atomicfile.RefusalOf(err.Err) == atomicfile.RefusalPermission {
			l.lines = writerLines(err.Path)
		}
		return l
	case savedfile.FileMissing:
		return message{
			summary: "File Not Found", attribute: m.path, problem: fmt.Sprintf("There is no file at %s to import", err.Path),
			remedy: "An import reads the file from disk and makes no request. Check the path: a relative one starts at the " +
				"root " +
				"module's folder. Without a file there is nothing to import: apply the resource, and it downloads the run.",
		}
	case savedfile.PathTaken:
		return m.taken(err)
	case savedfile.PathObstructed:
		return message{
			summary: "Path Is Not A File", attribute: m.path,
			problem: fmt.Sprintf("There is %s at %s. The provider neither follows nor replaces it", err.Obstacle, err.Path),
			remedy:  "Move it away, or choose another path. Nothing was changed.",
		}
	case savedfile.PathOccupied:
		return message{
			summary: "File Already Exists", attribute: m.path,
			problem: fmt.Sprintf("%s already exists with other content, and this resource has not written it", err.Path),
			remedy: "Choose another path, move the file away, or set overwrite to true to replace it. A file with the same " +
				"content would be adopted.",
			lines: []string{"Wanted: " + err.Want, "Found: " + err.Got},
		}
	case savedfile.NotAdopted:
		return message{
			summary: "File Not Adopted", attribute: m.path,
			problem: fmt.Sprintf("%s does not look like the report: %s", err.Path, err.Err),
			remedy: "Check report_format: a file that DigiCert has wrapped is a ZIP. If the file is not the report, move it " +
				"away and let the provider download it.",
		}
	case savedfile.NotDownloaded:
		return m.notDownloaded(err)
	case savedfile.Unexpected:
		return unexpectedContentMessage(err.Want, err.Got)
	case savedfile.ContentChanged:
		return contentChangedMessage("content_sha256", err, fmt.Sprintf("accept it with expected_sha256 = %q.", err.Got))
	case savedfile.MembersChanged:
		return contentChangedMessage("members_sha256", err, "accept it by setting expected_sha256 to the digest of the "+
			"archive "+
			"that the data source digicert_report_download shows.")
	case savedfile.ArchiveDiffers:
		return message{
			summary: "Archive Differs Since The Plan", attribute: path.Root("content_sha256"),
			problem: "The saved archive is missing since the plan. DigiCert delivered the same members in other bytes",
			remedy:  "Nothing was replaced. Plan and apply again: a plan that sees the missing file accepts these members.",
			lines:   []string{"Planned: " + err.Want, "Delivered: " + err.Got},
		}
	case savedfile.Unwritable:
	}
	l := fileMessage(err.Err)
	l.attribute = m.path
	if err.Path != "" {
		l.lines = append(l.lines, "Path: "+err.Path)
	}
	return l
}

// contentChangedMessage explains that the content for a restore differs from the recorded content in the attribute
// which.
func contentChangedMessage(which string, err *savedfile.Error, accept string) message {
	return message{
		summary: "Content Changed At Its Source", attribute: path.Root(which),
		problem: fmt.Sprintf("DigiCert delivered content for this run that differs from the recorded %s", which),
		remedy:  "Nothing was replaced, and the state is unchanged. If the new content is right, " + accept,
		lines:   []string{"Recorded: " + err.Want, "Delivered: " + err.Got},
	}
}

// notDownloaded explains a failed download. If the run for a restore no longer exists, it names the alternatives.
func (m fileMessages) notDownloaded(err *savedfile.Error) message {
	if isFileError(err.Err) {
		return m.message(&savedfile.Error{Kind: savedfile.Unwritable, Path: err.Path, Err: err.Err})
	}
	l := downloadMessage(err.Err, m.timeout)
	failed, ok := errors.AsType[*reportlibrary.Error](err.Err)
	if ok && splitKind(failed.Kind) && err.Path != "" {
		l.lines = append(l.lines, "  filename              = "+partFilename(err.Path))
	}
	if !ok || !isGone(failed) || err.Restores == savedfile.Unchanged {
		return l
	}
	if failed.Kind != reportlibrary.KindRunExpired { // the identifiers were right when the run was saved
		l.summary, l.attribute = requestMessages[reportlibrary.KindRunUnknown].summary, path.Root("report_run_identifier")
	}
	l.problem = fmt.Sprintf("%s. The saved file %s is %s, and can't be restored without the run",
		strings.TrimRight(l.problem, "."), err.Path, err.Restores)
	l.remedy = "DigiCert deletes a run after 90 days. If the identifiers are right, put the file back from a backup: a " +
		"file with the recorded content needs no request. "
	if err.Restores == savedfile.Modified {
		l.remedy += "Or move the modified file away and set on_missing = \"ignore\", "
	} else {
		l.remedy += "Or set on_missing = \"ignore\", "
	}
	l.remedy += "which keeps the record without the file; or name another run."
	l.lines = append([]string{"File: " + err.Path, "Recorded: " + err.Want}, l.lines...)
	return l
}

// interrupted reports whether the end of an operation's context caused err.
func interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, atomicfile.TargetLocked)
}

// interruption explains that an operation ended before the change was complete.
func (m fileMessages) interruption(err *savedfile.Error) message {
	l := message{
		summary: "Timeout Reached", attribute: m.timeout,
		problem: fmt.Sprintf("Working on %s was not complete when the operation's timeout was reached: %s",
			err.Path, err.Err),
		remedy: fmt.Sprintf("Nothing was replaced. Set %s.", timeoutArgument(m.timeout, "1h")),
	}
	switch {
	case errors.Is(err.Err, atomicfile.TargetLocked):
		l.summary = "Folder Locked"
		l.remedy = fmt.Sprintf("Nothing was replaced. Wait for the other process, or set %s. Remove the lock file only "+
			"if no process uses it.", timeoutArgument(m.timeout, "1h"))
	case errors.Is(err.Err, context.Canceled):
		l = message{
			summary: "Operation Canceled", problem: fmt.Sprintf("Working on %s was canceled", err.Path),
			remedy: "Nothing was replaced.",
		}
	}
	return l
}

// warning returns the message as a warning.
func (l message) warning() diag.Diagnostic {
	d := l.diagnostic(noRedaction)
	if len(l.attribute.Steps()) == 0 {
		return diag.NewWarningDiagnostic(l.summary, d.Detail())
	}
	return diag.NewAttributeWarningDiagnostic(l.attribute, l.summary, d.Detail())
}

// warnings returns the diagnostics for the warnings of a change.
func (m fileMessages) warnings(warnings []savedfile.Warning) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, w := range warnings {
		diags.Append(m.warningMessage(w).warning())
	}
	return diags
}

func (m fileMessages) warningMessage(w savedfile.Warning) message {
	switch w.Kind {
	case savedfile.Adopted:
		return message{
			summary: "Existing File Adopted", attribute: m.path,
			problem: fmt.Sprintf("%s existed before, with the content of the report. It was adopted as it is", w.Path),
			remedy: "Another state or another resource may manage it too: destroying that one, or changing its path, may " +
				"remove the file. If so, give each a path of its own, or set keep_files to true.",
		}
	case savedfile.Unsynced:
		return message{
			summary: "File Not Flushed", attribute: m.path,
			problem: fmt.Sprintf("The file is complete and in place, but may not survive a crash of this machine in the next "+
				"seconds: %s", w.Err),
		}
	case savedfile.TempLeft:
		return message{
			summary: "Temporary File Stays", attribute: m.path,
			problem: fmt.Sprintf("The report is complete and in place, but its folder lets nothing be removed, so the "+
				"temporary name %s stays as a second name of the same file", w.Other),
			remedy: "Remove it when the folder allows it.",
		}
	case savedfile.TempNotRemoved:
		return message{
			summary: "Temporary File Stays", attribute: m.path,
			problem: fmt.Sprintf("Removing a temporary file failed: %s", w.Err),
			remedy:  "Remove it when the folder allows it.",
		}
	case savedfile.ModeIgnored:
		return message{
			summary: "File Permission Has No Effect", attribute: path.Root("file_permission"),
			problem: fmt.Sprintf("The file system of %s does not keep modes, so file_permission is not watched for this file",
				w.Path),
		}
	case savedfile.OldKept:
		return message{
			summary: "Edited File Stays",
			problem: fmt.Sprintf("The report is saved at %s. The old file %s no longer has the recorded content, so it is not "+
				"removed. It is no longer managed", w.Path, w.Other),
		}
	case savedfile.OldShared:
		return sharedFileMessage(w.Other)
	case savedfile.OldNotRemoved:
	}
	return message{
		summary: "Old File Not Removed",
		problem: fmt.Sprintf("The report is saved at %s, but removing the old file %s failed: %s. It is no longer managed",
			w.Path, w.Other, w.Err),
		remedy: "Remove it by hand.",
	}
}

// notRemovedMessage explains a failed destroy.
func notRemovedMessage(file string, err error) message {
	switch {
	case errors.Is(err, context.Canceled):
		return message{
			summary: "Operation Canceled", problem: fmt.Sprintf("Removing %s was canceled", file),
			remedy: "The file is unchanged.",
		}
	case errors.Is(err, atomicfile.TargetLocked):
		return message{
			summary: "Folder Locked", problem: fmt.Sprintf("Removing %s failed: %s", file, err),
			remedy: "Wait for the other process. Remove the lock file only if no process uses it.",
		}
	}
	l := message{
		summary: "File Not Removed", problem: "Removing the saved report failed: " + err.Error(),
		remedy: otherRefusal.remedy,
	}
	switch atomicfile.RefusalOf(err) {
	case atomicfile.RefusalPermission:
		l.remedy, l.lines = "Let the user that runs Terraform remove files from the folder.", writerLines(file)
	case atomicfile.RefusalReadOnly:
		l.remedy, l.lines = "Mount the file system read-write.", folderLine(file)
	case atomicfile.RefusalBusy:
		l.remedy = "End the container that binds the file, or close the program that has it open."
	default:
	}
	l.remedy += " To keep the file, set keep_files = true and apply before you destroy."
	return l
}

// leftMessage explains a destroy that keeps the file. ok is false if the file was removed or missing.
func leftMessage(file string, outcome atomicfile.RemoveOutcome, state *reportFileModel) (message, bool) {
	switch outcome {
	case atomicfile.Shared:
		return sharedFileMessage(file), true
	case atomicfile.Changed:
		l := message{
			summary: "Edited File Stays",
			problem: fmt.Sprintf("%s no longer has the recorded content, so it is not removed. It is no longer managed", file),
			remedy:  "Remove it by hand if it is not needed.",
			lines:   []string{"Recorded: " + state.ContentSHA256.ValueString()},
		}
		if obstacle := savedfile.Obstacle(file); obstacle != "" {
			l.lines = append(l.lines, "Found: "+obstacle)
		}
		return l, true
	case atomicfile.Removed, atomicfile.AlreadyGone, atomicfile.TakenOver:
	}
	return message{}, false
}

// sharedFileMessage explains why a removal keeps a file.
func sharedFileMessage(path string) message {
	return message{
		summary: "Shared File Stays",
		problem: fmt.Sprintf("Another resource, in this or another state, has written or adopted %s too, so it stays for "+
			"that one",
			path),
		remedy: "Remove it by hand if nothing else records it.",
	}
}
