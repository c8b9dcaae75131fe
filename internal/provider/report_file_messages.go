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

// fileMessages words the errors and warnings of one saved file.
type fileMessages struct {
	args reportArguments
	// path is the attribute that names the file, timeout the one that limits the operation; empty if there is none.
	path, timeout path.Path
}

// messagesFor returns the messages of a change of the planned file.
func messagesFor(plan *reportFileModel, timeout string) fileMessages {
	m := fileMessages{
		args: plan.reportArguments, path: path.Root("filename"), timeout: path.Root("timeouts").AtName(timeout),
	}
	if plan.Filename.IsNull() {
		m.path = path.Root("directory")
	}
	return m
}

// failure words an error of package savedfile.
func (m fileMessages) failure(err error) diag.Diagnostics {
	if unready, ok := errors.AsType[*configError](err); ok {
		return unready.diags
	}
	failed, ok := errors.AsType[*savedfile.Error](err)
	if !ok {
		failed = &savedfile.Error{Kind: savedfile.Unwritable, Err: err}
	}
	l := m.letter(failed)
	l.lines = append(m.args.context(), l.lines...)
	return diag.Diagnostics{l.diagnostic(noRedaction)}
}

func (m fileMessages) letter(err *savedfile.Error) letter {
	if _, ok := errors.AsType[*reportlibrary.Error](err.Err); !ok && interrupted(err.Err) {
		return m.interruption(err)
	}
	switch err.Kind {
	case savedfile.Unreadable:
		l := letter{
			summary: "File Not Readable", what: "Reading the saved report failed: " + err.Err.Error(),
			remedy: "Make the file and its folder readable for the user that runs Terraform.",
		}
		if atomicfile.RefusalOf(err.Err) == atomicfile.RefusalPermission {
			l.lines = writerLines(err.Path)
		}
		return l
	case savedfile.FileMissing:
		return letter{
			summary: "File Not Found", blame: m.path, what: fmt.Sprintf("There is no file at %s to import", err.Path),
			remedy: "An import reads the file from disk and makes no request. Check the path: a relative one starts at the " +
				"root " +
				"module's folder. Without a file there is nothing to import: apply the resource, and it downloads the run.",
		}
	case savedfile.PathTaken:
		return m.taken(err)
	case savedfile.PathObstructed:
		return letter{
			summary: "Path Is Not A File", blame: m.path,
			what:   fmt.Sprintf("There is %s at %s. The provider neither follows nor replaces it", err.Obstacle, err.Path),
			remedy: "Move it away, or choose another path. Nothing was changed.",
		}
	case savedfile.PathOccupied:
		return letter{
			summary: "File Already Exists", blame: m.path,
			what: fmt.Sprintf("%s already exists with other content, and this resource has not written it", err.Path),
			remedy: "Choose another path, move the file away, or set overwrite to true to replace it. A file with the same " +
				"content would be adopted.",
			lines: []string{"Wanted: " + err.Want, "Found: " + err.Got},
		}
	case savedfile.NotAdopted:
		return letter{
			summary: "File Not Adopted", blame: m.path,
			what: fmt.Sprintf("%s does not look like the report: %s", err.Path, err.Err),
			remedy: "Check report_format: a file that DigiCert has wrapped is a ZIP. If the file is not the report, move it " +
				"away and let the provider download it.",
		}
	case savedfile.NotDownloaded:
		return m.notDownloaded(err)
	case savedfile.Unexpected:
		return unexpectedContentLetter(err.Want, err.Got)
	case savedfile.ContentChanged:
		return contentChangedLetter("content_sha256", err, fmt.Sprintf("accept it with expected_sha256 = %q.", err.Got))
	case savedfile.MembersChanged:
		return contentChangedLetter("members_sha256", err, "accept it by setting expected_sha256 to the digest of the "+
			"archive "+
			"that the data source digicert_report_download shows.")
	case savedfile.ArchiveDiffers:
		return letter{
			summary: "Archive Differs Since The Plan", blame: path.Root("content_sha256"),
			what:   "The saved archive has gone missing since the plan. DigiCert delivered the same members in other bytes",
			remedy: "Nothing was replaced. Plan and apply again: a plan that sees the missing file accepts these members.",
			lines:  []string{"Planned: " + err.Want, "Delivered: " + err.Got},
		}
	case savedfile.Unwritable:
	}
	l := fileLetter(err.Err)
	l.blame = m.path
	if err.Path != "" {
		l.lines = append(l.lines, "Path: "+err.Path)
	}
	return l
}

// contentChangedLetter says that a restored content differs from the recorded one. which is the attribute that tells.
func contentChangedLetter(which string, err *savedfile.Error, accept string) letter {
	return letter{
		summary: "Content Changed At Its Source", blame: path.Root(which),
		what:   fmt.Sprintf("DigiCert delivered a content for this run that differs from the one recorded in %s", which),
		remedy: "Nothing was replaced, and the state is as it was. If the new content is right, " + accept,
		lines:  []string{"Recorded: " + err.Want, "Delivered: " + err.Got},
	}
}

// notDownloaded words a download that failed. A restore that finds no run any more is told its ways out.
func (m fileMessages) notDownloaded(err *savedfile.Error) letter {
	if isFileError(err.Err) {
		return m.letter(&savedfile.Error{Kind: savedfile.Unwritable, Path: err.Path, Err: err.Err})
	}
	l := downloadLetter(err.Err, m.timeout)
	failed, ok := errors.AsType[*reportlibrary.Error](err.Err)
	if ok && splitKind(failed.Kind) && err.Path != "" {
		l.lines = append(l.lines, "  filename              = "+partFilename(err.Path))
	}
	if !ok || !isGone(failed) || err.Restores == savedfile.Unchanged {
		return l
	}
	if failed.Kind != reportlibrary.KindRunExpired { // the identifiers were right when the run was saved
		l.summary, l.blame = requestMessages[reportlibrary.KindRunUnknown].summary, path.Root("report_run_identifier")
	}
	l.what = fmt.Sprintf("%s. The saved file %s is %s, and can't be restored without the run",
		strings.TrimRight(l.what, "."), err.Path, err.Restores)
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

// interrupted reports whether err is the end of an operation's context.
func interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, atomicfile.TargetLocked)
}

// interruption words the end of an operation's context before the change was complete.
func (m fileMessages) interruption(err *savedfile.Error) letter {
	l := letter{
		summary: "Timeout Reached", blame: m.timeout,
		what:   fmt.Sprintf("Working on %s was not complete when the operation's timeout was reached: %s", err.Path, err.Err),
		remedy: fmt.Sprintf("Nothing was replaced. Set %s.", timeoutArgument(m.timeout, "1h")),
	}
	switch {
	case errors.Is(err.Err, atomicfile.TargetLocked):
		l.summary = "Folder Locked"
		l.remedy = fmt.Sprintf("Nothing was replaced. Wait for the other process, or set %s. Remove the lock file only if no "+
			"process uses it.", timeoutArgument(m.timeout, "1h"))
	case errors.Is(err.Err, context.Canceled):
		l = letter{
			summary: "Operation Canceled", what: fmt.Sprintf("Working on %s was canceled", err.Path),
			remedy: "Nothing was replaced.",
		}
	}
	return l
}

// warning returns a letter as a warning.
func (l letter) warning() diag.Diagnostic {
	d := l.diagnostic(noRedaction)
	if len(l.blame.Steps()) == 0 {
		return diag.NewWarningDiagnostic(l.summary, d.Detail())
	}
	return diag.NewAttributeWarningDiagnostic(l.blame, l.summary, d.Detail())
}

// warnings words the warnings of a change.
func (m fileMessages) warnings(warnings []savedfile.Warning) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, w := range warnings {
		diags.Append(m.warningLetter(w).warning())
	}
	return diags
}

func (m fileMessages) warningLetter(w savedfile.Warning) letter {
	switch w.Kind {
	case savedfile.Adopted:
		return letter{
			summary: "Existing File Adopted", blame: m.path,
			what: fmt.Sprintf("%s existed before, with the content of the report. It was adopted as it is", w.Path),
			remedy: "Another state or another resource may manage it too: destroying that one, or changing its path, may " +
				"remove the file. If so, give each a path of its own, or set keep_files to true.",
		}
	case savedfile.Unsynced:
		return letter{
			summary: "File Not Flushed", blame: m.path,
			what: fmt.Sprintf("The file is complete and in place, but may not survive a crash of this machine in the next "+
				"seconds: %s", w.Err),
		}
	case savedfile.TempLeft:
		return letter{
			summary: "Temporary File Stays", blame: m.path,
			what: fmt.Sprintf("The report is complete and in place, but its folder lets nothing be removed, so the temporary "+
				"name %s stays as a second name of the same file", w.Other),
			remedy: "Remove it when the folder allows it.",
		}
	case savedfile.TempNotRemoved:
		return letter{
			summary: "Temporary File Stays", blame: m.path, what: fmt.Sprintf("Removing a temporary file failed: %s", w.Err),
			remedy: "Remove it when the folder allows it.",
		}
	case savedfile.ModeIgnored:
		return letter{
			summary: "File Permission Has No Effect", blame: path.Root("file_permission"),
			what: fmt.Sprintf("The file system of %s does not keep modes, so file_permission is not watched for this file",
				w.Path),
		}
	case savedfile.OldKept:
		return letter{
			summary: "Edited File Stays",
			what: fmt.Sprintf("The report is saved at %s. The old file %s no longer has the recorded content, so it is not "+
				"removed. It is no longer managed", w.Path, w.Other),
		}
	case savedfile.OldShared:
		return sharedFileLetter(w.Other)
	case savedfile.OldNotRemoved:
	}
	return letter{
		summary: "Old File Not Removed",
		what: fmt.Sprintf("The report is saved at %s, but removing the old file %s failed: %s. It is no longer managed",
			w.Path, w.Other, w.Err),
		remedy: "Remove it by hand.",
	}
}

// notRemovedLetter words a destroy that failed.
func notRemovedLetter(file string, err error) letter {
	switch {
	case errors.Is(err, context.Canceled):
		return letter{
			summary: "Operation Canceled", what: fmt.Sprintf("Removing %s was canceled", file), remedy: "The file is as it was.",
		}
	case errors.Is(err, atomicfile.TargetLocked):
		return letter{
			summary: "Folder Locked", what: fmt.Sprintf("Removing %s failed: %s", file, err),
			remedy: "Wait for the other process. Remove the lock file only if no process uses it.",
		}
	}
	l := letter{
		summary: "File Not Removed", what: "Removing the saved report failed: " + err.Error(),
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

// leftLetter words a destroy that leaves the file; not ok if it left none.
func leftLetter(file string, outcome atomicfile.RemoveOutcome, state *reportFileModel) (letter, bool) {
	switch outcome {
	case atomicfile.Shared:
		return sharedFileLetter(file), true
	case atomicfile.Changed:
		l := letter{
			summary: "Edited File Stays",
			what:    fmt.Sprintf("%s no longer has the recorded content, so it is not removed. It is no longer managed", file),
			remedy:  "Remove it by hand if it is not needed.",
			lines:   []string{"Recorded: " + state.ContentSHA256.ValueString()},
		}
		if obstacle := savedfile.Obstacle(file); obstacle != "" {
			l.lines = append(l.lines, "Found: "+obstacle)
		}
		return l, true
	case atomicfile.Removed, atomicfile.AlreadyGone, atomicfile.TakenOver:
	}
	return letter{}, false
}

// sharedFileLetter says why a removal leaves a file.
func sharedFileLetter(path string) letter {
	return letter{
		summary: "Shared File Stays",
		what: fmt.Sprintf("Another resource, in this or another state, has written or adopted %s too, so it stays for "+
			"that one",
			path),
		remedy: "Remove it by hand if nothing else records it.",
	}
}
