package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
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
	// stillMissing says that the file is missing after the change too, because missing files are ignored.
	stillMissing bool
	timeout      path.Path
	owner        string // identifies this resource among the owners of files
	reservation  *atomicfile.Reservation
	diags        diag.Diagnostics
}

// update brings the disk to what is planned, by the cheapest way that the disk allows.
func (c *fileChange) update(ctx context.Context) {
	c.found, c.diags = c.state.recorded().look(ctx, c.modeIgnored)
	if c.diags.HasError() {
		return
	}
	var action fileAction
	c.next, action = planFile(c.state, c.plan, c.found.Disk)
	if !c.plan.Present.IsUnknown() {
		// What has come or gone since the plan where a missing file is ignored, the next refresh tells.
		c.next.Present = c.plan.Present
	}
	if !c.next.Path.IsUnknown() && !c.take(c.next.target()) {
		return
	}
	moves := c.next.Path.IsUnknown() || !atomicfile.SamePath(c.state.target(), c.next.target())
	switch {
	case action == fileKeep || action == fileMove && !moves: // only its spelling changed
		c.keep(ctx)
	case action == fileRecord:
		c.recordMissing(ctx, moves)
	case action == fileMove:
		c.move(ctx)
	case action == fileRestore && moves && c.adoptMoved(ctx):
		// The file is at its new path already: the state that said so was lost.
	default:
		c.download(ctx, action == fileRestore)
	}
	if !c.diags.HasError() {
		c.removeOld(ctx)
	}
}

// end gives back what the change holds.
func (c *fileChange) end() { c.reservation.Release() }

// take reserves a path for this resource in this operation.
func (c *fileChange) take(target string) bool {
	if c.reservation != nil {
		return true
	}
	reservation, err := c.provider.registry.Reserve(target, c.owner)
	if err != nil {
		c.diags.Append(letter{
			summary: "Path Written Twice", blame: c.pathAttribute(),
			what:   fmt.Sprintf("Another resource writes %s in this run too", target),
			remedy: "Give every digicert_report_file a path of its own.",
			lines:  c.plan.context(),
		}.diagnostic(noRedaction))
		return false
	}
	c.reservation = reservation
	return true
}

// recordMissing records the path of a missing file. A file that is at a new path already must be the recorded one,
// because the next apply would replace it.
func (c *fileChange) recordMissing(ctx context.Context, moves bool) {
	target, found := c.next.target(), c.found.status
	if moves {
		if c.obstructed(target) || c.adoptMoved(ctx) {
			return
		}
		var err error
		found, err = atomicfile.Inspect(ctx, target)
		switch {
		case err != nil:
			c.fileError(err)
			return
		case found.Kind != atomicfile.Missing && !c.next.Overwrite.ValueBool():
			c.occupied(target, found)
			return
		}
	}
	c.stillMissing = true
	if err := c.reservation.Adopt(ctx, found); err != nil {
		c.fileError(err)
	}
}

// adoptMoved adopts the file at the new path if it has the recorded content. It is false if there is no such file.
func (c *fileChange) adoptMoved(ctx context.Context) bool {
	target := c.next.target()
	occupant, err := atomicfile.Inspect(ctx, target)
	if err != nil || occupant.Kind != atomicfile.Regular || !c.sameContent(ctx, target, occupant) {
		return false // a download finds out what to say about it
	}
	c.adopted(ctx, target, occupant, c.reservation.Adopt(ctx, occupant))
	return true
}

// obstructed reports whether anything but a regular file is at target, with an error that names it.
func (c *fileChange) obstructed(target string) bool {
	obstacle := obstacleAt(target)
	if obstacle == "" {
		return false
	}
	c.diags.Append(letter{
		summary: "Path Is Not A File", blame: c.pathAttribute(),
		what:   fmt.Sprintf("There is %s at %s. The provider neither follows nor replaces it", obstacle, target),
		remedy: "Move it away, or choose another path. No request was made, and nothing was changed.",
		lines:  c.plan.context(),
	}.diagnostic(noRedaction))
	return true
}

// keep leaves the content as it is, and sets its mode.
func (c *fileChange) keep(ctx context.Context) {
	target := c.next.target()
	if c.reservation != nil {
		if err := c.reservation.Adopt(ctx, c.found.status); err != nil {
			c.fileError(err)
			return
		}
	}
	if c.state.unidentified() {
		c.adopt(ctx, target)
	}
	if wanted, watched := c.next.watchedMode(); watched && c.found.status.Mode != wanted {
		c.setMode(target, wanted)
	}
}

// move copies the recorded file to its new path. If the old one was modified meanwhile, it downloads instead.
func (c *fileChange) move(ctx context.Context) {
	target := c.next.target()
	if c.obstructed(target) {
		return
	}
	pending, err := atomicfile.NewPending(atomicfile.Folder(target), atomicfile.PendingOptions{DirMode: c.next.directoryMode()})
	if err != nil {
		c.fileError(err)
		return
	}
	defer c.discard(pending)
	if err := copyFile(ctx, pending, c.state.target()); err != nil {
		c.fileError(err)
		return
	}
	if pending.Digests().SHA256Hex() != c.state.ContentSHA256.ValueString() {
		c.discard(pending)
		c.download(ctx, true)
		return
	}
	if c.state.unidentified() {
		if err := c.next.checkReport(ctx, pending, pending.Digests().Size); err != nil {
			c.diags.Append(notAdoptedDiagnostic(c.next.reportArguments, c.state.target(), err))
			return
		}
	}
	if c.place(ctx, pending, target) && c.state.unidentified() {
		c.adopt(ctx, target)
	}
}

// download fetches the run into the target's folder, verifies it against all that was planned, and puts it in place.
// restores says that the content is the recorded one.
func (c *fileChange) download(ctx context.Context, restores bool) {
	if !c.next.Path.IsUnknown() && c.obstructed(c.next.target()) {
		return
	}
	client, diags := c.provider.reportLibrary()
	c.diags.Append(diags...)
	if c.diags.HasError() || !c.next.Path.IsUnknown() && !c.take(c.next.target()) {
		return
	}
	dir := systemPath(c.next.Directory.ValueString())
	if !c.next.Path.IsUnknown() {
		dir = atomicfile.Folder(c.next.target())
	}
	pending, err := atomicfile.NewPending(dir, atomicfile.PendingOptions{DirMode: c.next.directoryMode()})
	if err != nil {
		c.fileError(err)
		return
	}
	defer c.discard(pending)
	request := c.plan.request()
	request.Spool = func() (reportlibrary.Spool, error) { return atomicfile.NewScratch(dir) }
	delivery, err := client.Download(ctx, request, pending)
	switch {
	case isFileError(err):
		c.fileError(err)
		return
	case err != nil:
		l := downloadLetter(ctx, err, c.plan.reportArguments, c.timeout).after(err)
		if restores {
			l = c.goneForGood(l, err)
		}
		l.lines = append(c.plan.context(), l.lines...)
		c.diags.Append(l.diagnostic(client.Redact))
		return
	}
	digests := pending.Digests()
	if !c.verify(digests, delivery) {
		return
	}
	if c.next.Path.IsUnknown() {
		c.next.Path = types.StringValue(c.next.pathInDirectory(delivery.SuggestedFilename))
		if !c.take(c.next.target()) || c.obstructed(c.next.target()) {
			return
		}
	}
	c.record(digests, delivery, !c.next.DownloadedAt.IsUnknown())
	c.place(ctx, pending, c.next.target())
}

// goneForGood completes the message of a restore that DigiCert has no run for any more by the ways out.
func (c *fileChange) goneForGood(l letter, err error) letter {
	var apiErr *reportlibrary.APIError
	if !errors.As(err, &apiErr) || apiErr.StatusCode != 404 || apiErr.Host != "" {
		return l
	}
	l.what = fmt.Sprintf("%s. The saved file %s is %s, and it can't be restored without the run",
		strings.TrimRight(l.what, "."), c.state.target(), c.found.Disk.adjective())
	l.remedy = "DigiCert keeps a run for 90 days. If the identifiers are right, put the file back from a backup: a file " +
		"with the recorded content needs no request. "
	if c.found.Disk == diskModified {
		l.remedy += "Or move the modified file away and set on_missing = \"ignore\", "
	} else {
		l.remedy += "Or set on_missing = \"ignore\", "
	}
	l.remedy += "which keeps the record without the file; or name another run."
	l.lines = append([]string{"File: " + c.state.target(), "Recorded: " + c.state.ContentSHA256.ValueString()}, l.lines...)
	return l
}

// verify compares a delivery with every digest that was promised at plan time. The disk is untouched so far.
func (c *fileChange) verify(digests atomicfile.Digests, delivery reportlibrary.Delivery) bool {
	got, promised := digests.SHA256Hex(), c.plan.ContentSHA256
	switch expected := c.plan.expected(); {
	case expected != "" && expected != got:
		c.diags.Append(unexpectedContentDiagnostic(c.plan.reportArguments, got))
		return false
	case !promised.IsUnknown() && !promised.IsNull() && promised.ValueString() != got:
		if delivery.MembersSHA256 != "" && delivery.MembersSHA256 == c.plan.MembersSHA256.ValueString() {
			c.archiveDiffers(promised.ValueString(), got)
			return false
		}
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

// archiveDiffers says that an archive has gone missing after it was planned to stay, and came with the same members in
// other bytes: core takes no other digest than the planned one.
func (c *fileChange) archiveDiffers(planned, got string) {
	c.diags.Append(letter{
		summary: "Archive Differs Since The Plan", blame: path.Root("content_sha256"),
		what:   "The saved archive has gone missing since the plan. DigiCert delivered the same members, in other bytes",
		remedy: "Nothing was replaced. Plan and apply again: a plan that sees the file missing takes these members.",
		lines:  append(c.plan.context(), "Planned: "+planned, "Delivered: "+got),
	}.diagnostic(noRedaction))
}

func (c *fileChange) contentChanged(which, recorded, got string) {
	remedy := fmt.Sprintf("Nothing was replaced, and the state is as it was. If the new content is right, accept it with "+
		"expected_sha256 = %q.", got)
	if which == "members_sha256" {
		remedy = "Nothing was replaced, and the state is as it was. If the new content is right, accept it by setting " +
			"expected_sha256 to the digest of the archive that the data source digicert_report_download shows."
	}
	c.diags.Append(letter{
		summary: "Content Changed At Its Source", blame: path.Root(which),
		what:   fmt.Sprintf("DigiCert delivered another content for this run than the one that was recorded in %s", which),
		remedy: remedy,
		lines:  append(c.plan.context(), "Recorded: "+recorded, "Delivered: "+got),
	}.diagnostic(noRedaction))
}

// record takes over the facts of a delivery. What a restored file was delivered as, and when, stays as it was.
func (c *fileChange) record(digests atomicfile.Digests, delivery reportlibrary.Delivery, restored bool) {
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

// store records what has come of the change, unless it failed: then state, identity and notes stay as they were. It
// returns all that there is to say about the change.
func (c *fileChange) store(
	ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, private noteWriter,
) diag.Diagnostics {
	diags := c.diags
	if diags.HasError() {
		return diags
	}
	diags.Append(writeNote(ctx, private, noteFound, foundFile{Disk: diskMissing}, !c.stillMissing)...)
	diags.Append(writeNote(ctx, private, noteModeIgnored, true, !c.modeIgnored)...)
	diags.Append(writeNote(ctx, private, noteOwner, c.owner, false)...)
	diags.Append(state.Set(ctx, &c.next)...)
	diags.Append(setFileIdentity(ctx, identity, state.Raw)...)
	return diags
}

func noRedaction(s string) string { return s }
