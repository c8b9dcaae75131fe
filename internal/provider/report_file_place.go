package provider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// place puts a complete file at target, or adopts the one that is there and holds the same. It reports success.
func (c *fileChange) place(ctx context.Context, pending *atomicfile.Pending, target string) bool {
	defer c.provider.ledger.Lock(target)()
	replace := c.state != nil && atomicfile.SamePath(target, c.state.Path.ValueString())
	if !replace {
		occupant, err := atomicfile.Inspect(ctx, target)
		if err != nil {
			c.fileError(err)
			return false
		}
		if occupant.Kind == atomicfile.Regular {
			if c.sameContent(ctx, target, occupant) {
				if occupant.SHA256 != c.next.ContentSHA256.ValueString() {
					c.adopt(ctx, target) // an archive of the same members has bytes of its own
				}
				c.setMode(target, c.next.mode())
				return c.placed()
			}
			if replace = c.next.Overwrite.ValueBool(); !replace {
				c.occupied(target, occupant)
				return false
			}
		}
	}
	result, err := pending.Commit(ctx, target, atomicfile.CommitOptions{Mode: c.next.mode(), Replace: replace})
	switch {
	case errors.Is(err, atomicfile.TargetUnsynced):
		c.diags.AddAttributeWarning(c.pathAttribute(), "File Not Flushed", fmt.Sprintf(
			"The file is complete and in place, but may not survive a crash of this machine in the next seconds: %s.", err))
	case err != nil:
		c.fileError(err)
		return false
	}
	c.noteMode(target, result.ModeIgnored)
	return c.placed()
}

func (c *fileChange) placed() bool {
	if c.diags.HasError() {
		return false
	}
	c.claim.Keep()
	return true
}

func (c *fileChange) occupied(target string, occupant atomicfile.Status) {
	c.diags.Append(letter{
		summary: "File Already Exists", blame: c.pathAttribute(),
		what: fmt.Sprintf("%s is already there with other content, and this resource has not written it", target),
		remedy: "Choose another path, move the file away, or set overwrite to true to replace it. A file with the same " +
			"content would be adopted.",
		lines: append(c.plan.context(), "Downloaded: "+c.next.ContentSHA256.ValueString(), "Found: "+occupant.SHA256),
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

// removeOld takes the recorded file away after its content went, or another came, to another path.
func (c *fileChange) removeOld(ctx context.Context) {
	old := c.state.Path.ValueString()
	if atomicfile.SamePath(old, c.next.Path.ValueString()) || c.next.KeepFiles.ValueBool() {
		return
	}
	outcome, err := c.provider.removeFile(ctx, *c.state)
	switch {
	case err != nil:
		c.diags.AddWarning("Old File Not Removed", fmt.Sprintf("The report is saved at %s, but removing the old file "+
			"failed: %s. It is no longer managed; remove it by hand.", c.next.Path.ValueString(), err))
	case outcome == atomicfile.Changed:
		c.diags.AddWarning("Edited File Stays", fmt.Sprintf("The report is saved at %s. The old file %s no longer "+
			"holds the content that was recorded, so it is not removed. It is no longer managed.",
			c.next.Path.ValueString(), old))
	}
}

// removeFile takes a recorded file away, if it still is what is recorded. A path that another resource has taken over
// in this run holds nothing of ours any more.
func (p *configuredProvider) removeFile(ctx context.Context, m reportFileModel) (atomicfile.RemoveOutcome, error) {
	target := m.Path.ValueString()
	defer p.ledger.Lock(target)()
	if p.ledger.Wrote(target) {
		return atomicfile.AlreadyGone, nil
	}
	return atomicfile.RemoveIfUnchanged(ctx, target, m.ContentSHA256.ValueString())
}

func (c *fileChange) fileError(err error) {
	l := fileLetter(err)
	l.blame, l.lines = c.pathAttribute(), c.plan.context()
	if target := c.next.Path.ValueString(); target != "" {
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

// copyFile streams the file at source to w until ctx ends.
func copyFile(ctx context.Context, w io.Writer, source string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = io.Copy(w, readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return file.Read(p)
	}))
	return err
}

type readerFunc func(p []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
