package provider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/artifact"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// fileChange is one create or update of a saved report: what was planned, and what has come of it so far.
type fileChange struct {
	provider    *configuredProvider
	plan        reportFileModel
	state       *reportFileModel // nil for a create
	next        reportFileModel  // the new state, complete when a method returns without an error in diags
	modeIgnored bool
	found       foundFile // what was on disk before
	timeout     path.Path
	claim       *artifact.Claim
	diags       diag.Diagnostics
}

// update brings the disk to what is planned, by the cheapest way that the disk allows.
func (c *fileChange) update(ctx context.Context) {
	c.found, c.diags = c.state.look(ctx, c.modeIgnored)
	if c.diags.HasError() {
		return
	}
	var action fileAction
	c.next, action = planFile(c.state, c.plan, c.found.Disk)
	if !c.next.Path.IsUnknown() && !c.take(c.next.Path.ValueString()) {
		return
	}
	if action == fileMove && artifact.SamePath(c.state.Path.ValueString(), c.next.Path.ValueString()) {
		action = fileKeep // only its spelling changed
	}
	switch action {
	case fileKeep:
		c.keep(ctx)
	case fileMove:
		c.move(ctx)
	case fileRestore, fileReplace:
		c.download(ctx)
	}
	if !c.diags.HasError() {
		c.removeOld(ctx)
	}
}

// end gives back what the change holds.
func (c *fileChange) end() {
	if c.claim != nil {
		c.claim.Release()
	}
}

// take claims a path for this resource in this run.
func (c *fileChange) take(target string) bool {
	if c.claim != nil {
		return true
	}
	claim, err := c.provider.ledger.Claim(target)
	if err != nil {
		c.diags.Append(letter{
			summary: "Path Written Twice", blame: c.pathAttribute(),
			what:   fmt.Sprintf("Another resource writes %s in this run too", target),
			remedy: "Give every digicert_report_file a path of its own.",
			lines:  c.plan.context(),
		}.diagnostic(noRedaction))
		return false
	}
	c.claim = claim
	return true
}

// keep leaves the content as it is, and sets its mode.
func (c *fileChange) keep(ctx context.Context) {
	target := c.next.Path.ValueString()
	if c.state.unidentified() {
		c.adopt(ctx, target)
	}
	if wanted, watched := c.next.watchedMode(); watched && c.found.Disk != diskMissing && c.found.status.Mode != wanted {
		c.setMode(target, wanted)
	}
	if c.claim != nil && !c.diags.HasError() {
		c.claim.Keep()
	}
}

// move copies the recorded file to its new path. Where the old one is not what it was by now, it downloads instead.
func (c *fileChange) move(ctx context.Context) {
	target := c.next.Path.ValueString()
	pending, err := artifact.NewPending(artifact.Folder(target), artifact.PendingOptions{DirMode: c.next.directoryMode()})
	if err != nil {
		c.fileError(err)
		return
	}
	defer func() { _ = pending.Discard() }()
	if err := copyFile(ctx, pending, c.state.Path.ValueString()); err != nil {
		c.fileError(err)
		return
	}
	if pending.Digests().SHA256Hex() != c.state.ContentSHA256.ValueString() {
		_ = pending.Discard()
		c.download(ctx)
		return
	}
	if c.place(ctx, pending, target) && c.state.unidentified() {
		c.adopt(ctx, target)
	}
}

// download fetches the run into the target's folder, verifies it against all that was planned, and puts it in place.
func (c *fileChange) download(ctx context.Context) {
	client, diags := c.provider.reportLibrary()
	c.diags.Append(diags...)
	if c.diags.HasError() || !c.next.Path.IsUnknown() && !c.take(c.next.Path.ValueString()) {
		return
	}
	dir := c.next.Directory.ValueString()
	if !c.next.Path.IsUnknown() {
		dir = artifact.Folder(c.next.Path.ValueString())
	}
	pending, err := artifact.NewPending(dir, artifact.PendingOptions{DirMode: c.next.directoryMode()})
	if err != nil {
		c.fileError(err)
		return
	}
	defer func() { _ = pending.Discard() }()
	request := c.plan.request()
	request.Spool = func() (reportlibrary.Spool, error) { return artifact.NewSpool(dir) }
	delivery, err := client.Download(ctx, request, pending)
	switch {
	case isFileError(err):
		c.fileError(err)
		return
	case err != nil:
		c.diags.Append(downloadDiagnostic(ctx, err, c.plan.reportArguments, c.timeout, client))
		return
	}
	digests := pending.Digests()
	if !c.verify(digests, delivery) {
		return
	}
	target := c.next.Path.ValueString()
	if c.next.Path.IsUnknown() {
		target = c.next.pathInDirectory(delivery.SuggestedFilename)
		if !c.take(target) {
			return
		}
	}
	restored := !c.next.DownloadedAt.IsUnknown()
	c.record(digests, delivery, restored)
	if c.place(ctx, pending, target) {
		c.next.Path = types.StringValue(target)
	}
}

// verify compares a delivery with every digest that was promised at plan time. The disk is untouched so far.
func (c *fileChange) verify(digests artifact.Digests, delivery reportlibrary.Delivery) bool {
	got, promised := digests.SHA256Hex(), c.plan.ContentSHA256
	switch expected := c.plan.expected(); {
	case expected != "" && expected != got:
		c.diags.Append(unexpectedContentDiagnostic(c.plan.reportArguments, got))
		return false
	case !promised.IsUnknown() && !promised.IsNull() && promised.ValueString() != got:
		c.contentChanged("content_sha256", promised.ValueString(), got)
		return false
	}
	if promised := c.plan.MembersSHA256; !promised.IsUnknown() && !promised.IsNull() &&
		promised.ValueString() != delivery.MembersSHA256 {
		c.contentChanged("members_sha256", promised.ValueString(), delivery.MembersSHA256)
		return false
	}
	return true
}

func (c *fileChange) contentChanged(which, recorded, got string) {
	remedy := fmt.Sprintf("Nothing was replaced, and the state is as it was. If the new content is right, accept it with "+
		"expected_sha256 = %q.", got)
	if which == "members_sha256" {
		remedy = "Nothing was replaced, and the state is as it was. If the new content is right, accept it by setting " +
			"expected_sha256 " +
			"to the digest of the archive that the data source digicert_report_download shows."
	}
	c.diags.Append(letter{
		summary: "Content Changed At Its Source", blame: path.Root(which),
		what:   fmt.Sprintf("DigiCert delivered another content for this run than the one that was recorded in %s", which),
		remedy: remedy,
		lines:  append(c.plan.context(), "Recorded: "+recorded, "Delivered: "+got),
	}.diagnostic(noRedaction))
}

// record takes over the facts of a delivery. What a restored file was delivered as, and when, stays as it was.
func (c *fileChange) record(digests artifact.Digests, delivery reportlibrary.Delivery, restored bool) {
	recorded := c.next
	c.next.observe(c.next.format(), digests, delivery)
	if !restored {
		c.next.DownloadedAt = types.StringValue(delivery.ReceivedAt.Format(time.RFC3339))
		return
	}
	c.next.DeliveredFormat, c.next.SuggestedFilename = recorded.DeliveredFormat, recorded.SuggestedFilename
	if !recorded.Members.IsUnknown() {
		c.next.Members = membersValue(inRecordedOrder(delivery.Members, recordedMembers(recorded.Members)))
	}
}

// inRecordedOrder sorts members as the recorded ones of the same size and digest were: the plan has promised that
// order.
func inRecordedOrder(members, recorded []reportlibrary.Member) []reportlibrary.Member {
	left := slices.Clone(members)
	ordered := make([]reportlibrary.Member, 0, len(members))
	for _, want := range recorded {
		i := slices.IndexFunc(left, func(m reportlibrary.Member) bool {
			return m.Size == want.Size && m.SHA256 == want.SHA256
		})
		if i < 0 {
			return members
		}
		ordered = append(ordered, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return append(ordered, left...)
}

// place puts a complete file at target, or adopts the one that is there and holds the same. It reports success.
func (c *fileChange) place(ctx context.Context, pending *artifact.Pending, target string) bool {
	replace := c.state != nil && artifact.SamePath(target, c.state.Path.ValueString())
	if !replace {
		occupant, err := artifact.Inspect(ctx, target)
		if err != nil {
			c.fileError(err)
			return false
		}
		if occupant.Kind == artifact.Regular {
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
	result, err := pending.Commit(ctx, target, artifact.CommitOptions{Mode: c.next.mode(), Replace: replace})
	switch {
	case errors.Is(err, artifact.TargetUnsynced):
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

// sameContent reports whether the file at target holds what next records: the same bytes or, of an archive whose
// bytes nobody pinned, the same members.
func (c *fileChange) sameContent(ctx context.Context, target string, occupant artifact.Status) bool {
	if occupant.SHA256 == c.next.ContentSHA256.ValueString() {
		return true
	}
	// A digest that the plan has promised can't be another one's in the end.
	if c.next.format() != reportlibrary.FormatZIP || !c.plan.ContentSHA256.IsUnknown() {
		return false
	}
	members, err := readMembers(ctx, target)
	return err == nil && reportlibrary.MembersSHA256(members) == c.next.MembersSHA256.ValueString()
}

// adopt records what the file at target tells about itself.
func (c *fileChange) adopt(ctx context.Context, target string) {
	c.diags.Append(c.next.setContentOf(ctx, target)...)
}

// setContentOf records the content of a file that is already on disk, if it is a report: what a generic downloader has saved
// may be a login page.
func (m *reportFileModel) setContentOf(ctx context.Context, target string) diag.Diagnostics {
	digests, err := artifact.DigestFile(ctx, target)
	var members []reportlibrary.Member
	if err == nil {
		err = readReport(target, func(file io.ReaderAt, size int64) error {
			return m.checkReport(ctx, file, size)
		})
	}
	if err == nil && m.format() == reportlibrary.FormatZIP {
		members, err = readMembers(ctx, target)
	}
	if err != nil {
		return diag.Diagnostics{letter{
			summary: "File Not Adopted",
			what:    fmt.Sprintf("The file that is already there can't be taken for the report: %s", err),
			remedy: "Check report_format: a file that DigiCert has wrapped is a ZIP. If the file is not the report, move it away and let " +
				"the provider download it.",
			lines: append(m.context(), "Path: "+target),
		}.diagnostic(noRedaction)}
	}
	m.setContent(m.format(), digests, members)
	return nil
}

// checkReport reports whether a content looks like a report of the format that is recorded.
func (m *reportFileModel) checkReport(ctx context.Context, file io.ReaderAt, size int64) error {
	err := reportlibrary.CheckContent(ctx, file, size, m.format())
	var contentErr *reportlibrary.ContentError
	if errors.As(err, &contentErr) && contentErr.Problem == reportlibrary.ContentEmpty && m.AllowEmpty.ValueBool() {
		return nil
	}
	return err
}

func readMembers(ctx context.Context, target string) (members []reportlibrary.Member, err error) {
	err = readReport(target, func(file io.ReaderAt, size int64) error {
		members, err = reportlibrary.ReadMembers(ctx, file, size)
		return err
	})
	return members, err
}

// readReport opens the file at target for read.
func readReport(target string, read func(file io.ReaderAt, size int64) error) error {
	file, err := os.Open(target)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return read(file, info.Size())
}

func (c *fileChange) occupied(target string, occupant artifact.Status) {
	c.diags.Append(letter{
		summary: "File Already Exists", blame: c.pathAttribute(),
		what: fmt.Sprintf("%s is already there with other content, and this resource has not written it", target),
		remedy: "Choose another path, move the file away, or set overwrite to true to replace it. A file with the same " +
			"content " +
			"would be adopted.",
		lines: append(c.plan.context(), "Downloaded: "+c.next.ContentSHA256.ValueString(), "Found: "+occupant.SHA256),
	}.diagnostic(noRedaction))
}

func (c *fileChange) setMode(target string, mode os.FileMode) {
	ignored, err := artifact.SetMode(target, mode)
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
	if artifact.SamePath(old, c.next.Path.ValueString()) || c.next.KeepFiles.ValueBool() || c.provider.ledger.Wrote(old) {
		return
	}
	outcome, err := artifact.RemoveIfUnchanged(ctx, old, c.state.ContentSHA256.ValueString())
	switch {
	case err != nil:
		c.diags.AddWarning("Old File Not Removed", fmt.Sprintf("The report is saved at %s, but removing the old file "+
			"failed: %s. "+
			"It is no longer managed; remove it by hand.", c.next.Path.ValueString(), err))
	case outcome == artifact.Changed:
		c.diags.AddWarning("Edited File Stays", fmt.Sprintf("The report is saved at %s. The old file %s no longer holds "+
			"the content that "+
			"was recorded, so it is not removed. It is no longer managed.", c.next.Path.ValueString(), old))
	}
}

// saveNotes stores what later runs need to know beside the state.
func (c *fileChange) saveNotes(ctx context.Context, private noteWriter) diag.Diagnostics {
	diags := writeNote(ctx, private, noteFound, c.found, c.next.Present.ValueBool())
	diags.Append(writeNote(ctx, private, noteModeIgnored, true, !c.modeIgnored)...)
	return diags
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

func noRedaction(s string) string { return s }

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
