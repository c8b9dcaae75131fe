package provider

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// place puts a complete file at target, or adopts the one that is there and holds the same. It reports success.
func (c *fileChange) place(ctx context.Context, pending *atomicfile.Pending, target string) bool {
	replace := c.state != nil && atomicfile.SamePath(target, c.state.target())
	var result atomicfile.CommitResult
	err := error(atomicfile.TargetBusy)
	for range placeAttempts {
		if !replace {
			occupant, err := atomicfile.Inspect(ctx, target)
			if err != nil {
				c.fileError(err)
				return false
			}
			if occupant.Kind == atomicfile.Regular && c.sameContent(ctx, target, occupant) {
				err := c.reservation.Adopt(ctx, occupant)
				if errors.Is(err, atomicfile.TargetBusy) {
					continue
				}
				return c.adopted(ctx, target, occupant, err)
			}
			if occupant.Kind == atomicfile.Regular && !c.next.Overwrite.ValueBool() {
				c.occupied(target, occupant)
				return false
			}
		}
		result, err = pending.Commit(ctx, target, atomicfile.CommitOptions{
			Mode: c.next.mode(), Replace: replace || c.next.Overwrite.ValueBool(), Reservation: c.reservation,
		})
		if !errors.Is(err, atomicfile.TargetOccupied) {
			break
		}
	}
	switch {
	case errors.Is(err, atomicfile.TargetUnsynced):
		c.diags.AddAttributeWarning(c.pathAttribute(), "File Not Flushed", fmt.Sprintf(
			"The file is complete and in place, but may not survive a crash of this machine in the next seconds: %s.", err))
	case err != nil:
		c.fileError(err)
		return false
	}
	if result.TempLeft != "" {
		c.temporaryStays(fmt.Sprintf("The report is complete and in place, but its folder lets nothing be removed, so the "+
			"temporary name %s stays as a second name of the same file", result.TempLeft))
	}
	c.noteMode(target, result.ModeIgnored)
	return !c.diags.HasError()
}

// discard ends a pending file. It does nothing after a commit.
func (c *fileChange) discard(pending *atomicfile.Pending) {
	if err := pending.Discard(); err != nil {
		c.temporaryStays(fmt.Sprintf("Removing a temporary file failed: %s", err))
	}
}

func (c *fileChange) temporaryStays(what string) {
	c.diags.AddAttributeWarning(c.pathAttribute(), "Temporary File Stays", what+". Remove it when the folder allows it.")
}

// placeAttempts limits how often another process can come between a look at the target and what is done about it.
const placeAttempts = 10

// adopted records a file of the same content that was found at target. err is why it could not be adopted.
func (c *fileChange) adopted(ctx context.Context, target string, occupant atomicfile.Status, err error) bool {
	if err != nil {
		c.fileError(err)
		return false
	}
	// An archive of the same members has bytes of its own, and a moved resource has facts to complete.
	if occupant.SHA256 != c.next.ContentSHA256.ValueString() || c.next.ContentSize.IsUnknown() {
		c.adopt(ctx, target)
	}
	if wanted, watched := c.next.watchedMode(); watched && occupant.Mode != wanted {
		c.setMode(target, wanted)
	}
	c.diags.AddAttributeWarning(c.pathAttribute(), "Existing File Adopted", fmt.Sprintf("%s was there already, with the "+
		"content of the report. It was adopted as it is. Another state or another resource may manage it too: whichever is "+
		"destroyed first, or moves to another path, removes the file. If so, give each a path of its own, or set keep_files "+
		"to true.\n\nContent: %s", target, c.next.ContentSHA256.ValueString()))
	return !c.diags.HasError()
}

func (c *fileChange) occupied(target string, occupant atomicfile.Status) {
	c.diags.Append(letter{
		summary: "File Already Exists", blame: c.pathAttribute(),
		what: fmt.Sprintf("%s is already there with other content, and this resource has not written it", target),
		remedy: "Choose another path, move the file away, or set overwrite to true to replace it. A file with the same " +
			"content would be adopted.",
		lines: append(c.plan.context(), "Wanted: "+c.next.ContentSHA256.ValueString(), "Found: "+occupant.SHA256),
	}.diagnostic(noRedaction))
}

func (c *fileChange) setMode(target string, mode os.FileMode) {
	ignored, err := atomicfile.SetMode(target, mode)
	if err != nil {
		c.fileError(err)
		return
	}
	c.noteMode(target, ignored)
}

// noteMode warns once where the file system does not take modes: they are no longer watched then.
func (c *fileChange) noteMode(target string, ignored bool) {
	_, watched := c.next.watchedMode()
	if ignored && watched && !c.modeIgnored {
		c.diags.AddAttributeWarning(path.Root("file_permission"), "File Permission Has No Effect", fmt.Sprintf(
			"The file system of %s does not take modes, so file_permission is not watched for this file.", target))
	}
	c.modeIgnored = ignored && watched
}

// removeOld removes the recorded file after its content, or another one, came to another path.
func (c *fileChange) removeOld(ctx context.Context) {
	old, path := c.state.target(), c.next.target()
	if atomicfile.SamePath(old, path) {
		if err := atomicfile.Respell(ctx, old, path); err != nil {
			c.fileError(err)
		}
		return
	}
	if c.next.KeepFiles.ValueBool() {
		return
	}
	outcome, err := c.provider.removeFile(ctx, *c.state, c.owner)
	switch {
	case err != nil:
		c.diags.AddWarning("Old File Not Removed", fmt.Sprintf("The report is saved at %s, but removing the old file "+
			"failed: %s. It is no longer managed; remove it by hand.", path, err))
	case outcome == atomicfile.Shared:
		c.diags.Append(sharedFileWarning(old))
	case outcome == atomicfile.Changed:
		c.diags.AddWarning("Edited File Stays", fmt.Sprintf("The report is saved at %s. The old file %s no longer "+
			"holds the content that was recorded, so it is not removed. It is no longer managed.", path, old))
	}
}

// sharedFileWarning says why a removal leaves a file.
func sharedFileWarning(path string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Shared File Stays", fmt.Sprintf("Another resource, in this or another state, has "+
		"written or adopted %s too, so it stays for that one. Remove it by hand if nothing else records it.", path))
}

// removeFile removes a recorded file, if it still is what is recorded and no other resource has taken it over.
func (p *configuredProvider) removeFile(
	ctx context.Context, m reportFileModel, owner string,
) (atomicfile.RemoveOutcome, error) {
	return p.registry.Remove(ctx, m.target(), m.ContentSHA256.ValueString(), owner)
}

func (c *fileChange) fileError(err error) {
	l := fileLetter(err)
	l.blame, l.lines = c.pathAttribute(), c.plan.context()
	if target := c.next.target(); target != "" {
		l.lines = append(l.lines, "Path: "+target)
	}
	c.diags.Append(l.diagnostic(noRedaction))
}

func (c *fileChange) pathAttribute() path.Path {
	if c.plan.Filename.IsNull() {
		return path.Root("directory")
	}
	return path.Root("filename")
}

// copyFile appends the regular file at source to pending.
func copyFile(ctx context.Context, pending *atomicfile.Pending, source string) error {
	file, err := atomicfile.Open(source)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return file.CopyTo(ctx, pending)
}
