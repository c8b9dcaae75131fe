package provider

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// archiveWork is the work of an update.
type archiveWork struct {
	// items are the files to download for the first time, and restore the archived files to restore.
	items   []archive.Item
	restore []archive.Key
	// repair is set if files of the newest manifest differ or an interrupted apply left its marker, and chmod if archived
	// files have another mode.
	repair, chmod bool
	stamp         bool // set if the newest manifest needs a time stamp and no manifest is written
	moves         bool // set if the folder changes
}

func (w archiveWork) upToDate() bool {
	return len(w.items)+len(w.restore) == 0 && !w.repair && !w.chmod
}

// work derives the work from the results of the last Read. It is a pure function, so that a plan, the plan in its
// apply, and the apply come to the same result.
func (n *archivePrivateState) work(files archive.Files, plan *reportArchiveModel) archiveWork {
	work := archiveWork{
		items: n.Discovery.Items(files, plan.selection()), repair: len(n.Inspection.Newest) > 0 || n.Inspection.Pending,
	}
	for _, finding := range n.Inspection.Files {
		switch {
		case finding.Condition == archive.WrongMode:
			work.chmod = true
		case finding.Condition == archive.Modified || plan.OnMissing.ValueString() == onMissingRestore:
			work.restore = append(work.restore, finding.Key)
		}
	}
	return work
}

// workOf adds the work that follows from changes of the configuration.
func (n *archivePrivateState) workOf(state, plan *reportArchiveModel, files archive.Files) archiveWork {
	work := n.work(files, plan)
	work.moves = state.Directory.ValueString() != plan.Directory.ValueString()
	work.chmod = work.chmod || plan.watch().Mode != 0 && plan.watch() != state.watch()
	work.stamp = plan.Timestamp.ValueBool() && len(work.items) == 0 && state.Sequence.ValueInt64() > 0 &&
		state.TimestampBase64.IsNull()
	if work.moves {
		work.restore = n.present(files, plan)
	}
	return work
}

// present returns the archived files that a new folder must contain: all except ignored missing files.
func (n *archivePrivateState) present(files archive.Files, plan *reportArchiveModel) []archive.Key {
	left := maps.Clone(files)
	if plan.OnMissing.ValueString() == onMissingIgnore {
		for _, finding := range n.Inspection.Files {
			if finding.Condition == archive.Missing {
				delete(left, finding.Key)
			}
		}
	}
	return left.Keys()
}

// unrestored returns the findings of the archived files that are still missing or modified after an attempt to restore
// files.
func (n *archivePrivateState) unrestored(tried []archive.Key, failures []archive.Failure) []archive.Finding {
	found := map[archive.Key]archive.Finding{}
	for _, finding := range n.Inspection.Files {
		if finding.Condition != archive.WrongMode {
			found[finding.Key] = finding
		}
	}
	left := maps.Clone(found)
	for _, key := range tried {
		delete(left, key)
	}
	for _, failure := range failures {
		if !failure.Restore {
			continue
		}
		finding, ok := found[failure.Key]
		if !ok { // a copy in a new folder
			finding = archive.Finding{Key: failure.Key, Name: failure.Name, Condition: archive.Missing}
		}
		left[failure.Key] = finding
	}
	return slices.SortedFunc(maps.Values(left), func(a, b archive.Finding) int { return cmp.Compare(a.Key, b.Key) })
}

func (r *reportArchiveResource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if req.Plan.Raw.IsNull() {
		var state reportArchiveModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(state.destroyWarning()...)
		}
		return
	}
	var plan reportArchiveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.provider.checkTimestamp(&plan)...)
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(plan.checkFolder(true)...)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.provider.checkReport(ctx, &plan)...)
		}
		plan.archiveFacts = unknownArchiveFacts()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	var state reportArchiveModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	stored, diags := readArchivePrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.ReportIdentifier.IsUnknown() || !sameIdentifier(plan.ReportIdentifier, state.ReportIdentifier) {
		plan.archiveFacts = unknownArchiveFacts()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	if ahead := stored.Inspection.Ahead; ahead != nil {
		resp.Diagnostics.Append(plan.chainDiagnostic(ahead))
	}
	if !plan.Directory.Equal(state.Directory) {
		resp.Diagnostics.Append(plan.checkFolder(false)...)
	}
	plan.plan(&state, &stored)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// plan sets all computed attributes: known if they can be known before the apply, else unknown.
func (m *reportArchiveModel) plan(state *reportArchiveModel, stored *archivePrivateState) {
	for _, unknown := range []bool{
		m.ReportFormat.IsUnknown(), m.Directory.IsUnknown(), m.StartedAfter.IsUnknown(), m.OnMissing.IsUnknown(),
		m.Timestamp.IsUnknown(), m.FilePermission.IsUnknown(),
	} {
		if unknown {
			m.archiveFacts = unknownArchiveFacts()
			return
		}
	}
	m.archiveFacts = state.archiveFacts
	files := archive.Files{}
	runs := map[string]attr.Value{}
	for key, value := range state.Runs.Elements() {
		object, ok := value.(types.Object)
		if !ok {
			continue
		}
		file := archivedFile(object)
		files[archive.Key(key)] = file
		if m.Directory.ValueString() != state.Directory.ValueString() {
			value = archivedFileValue(types.StringValue(m.path(file.Name)), types.StringValue(file.SHA256),
				types.Int64Value(file.Size), types.Int64PointerValue(file.RowCount), file.ReportStartDate,
				file.ReportEndDate, file.Manifest)
		}
		runs[key] = value
	}
	work := stored.workOf(state, m, files)
	sequence := state.Sequence.ValueInt64()
	m.setPaths(sequence, !state.TimestampBase64.IsNull())
	m.Complete = types.BoolValue(len(stored.Discovery.Unusable) == 0)
	if len(work.items) > 0 {
		sequence++
		for _, item := range work.items {
			files[item.Key] = archive.File{ReportEndDate: item.Run.ReportEndDate}
			runs[string(item.Key)] = archivedFileValue(types.StringValue(m.path(item.Name)), types.StringUnknown(),
				types.Int64Unknown(), types.Int64Unknown(), item.Run.ReportStartDate, item.Run.ReportEndDate, sequence)
		}
		m.planManifest(sequence, files)
	}
	m.Runs = types.MapValueMust(archivedFileType, runs)
	if work.stamp {
		m.planStamp()
	}
}

// planManifest sets the attributes of the next manifest unknown.
func (m *reportArchiveModel) planManifest(sequence int64, files archive.Files) {
	m.Sequence = types.Int64Value(sequence)
	m.setPaths(sequence, false)
	m.SHA256, m.ManifestJSON, m.SHA256Sums = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.NewestRunEndTime = types.StringNull()
	if end, ok := files.NewestEnd(); ok {
		m.NewestRunEndTime = types.StringValue(end.Format(rfc3339))
	}
	m.setStamp(nil)
	m.TimestampBase64 = types.StringNull()
	if m.Timestamp.ValueBool() {
		m.planStamp()
	}
}

// planStamp sets the attributes of a time stamp unknown.
func (m *reportArchiveModel) planStamp() {
	for _, value := range []*types.String{
		&m.TimestampPath, &m.TimestampedAt, &m.TimestampSigner, &m.TimestampExpiresAt, &m.TimestampBase64,
	} {
		*value = types.StringUnknown()
	}
}

func unknownArchiveFacts() archiveFacts {
	text := types.StringUnknown()
	return archiveFacts{
		Runs: types.MapUnknown(archivedFileType), Complete: types.BoolUnknown(), NewestRunEndTime: text,
		Sequence: types.Int64Unknown(), ManifestPath: text, SHA256SumsPath: text, TimestampPath: text, SHA256: text,
		TimestampedAt: text, TimestampSigner: text, TimestampExpiresAt: text, ManifestJSON: text, SHA256Sums: text,
		TimestampBase64: text,
	}
}

// checkFolder returns an error if the folder can't be the archive's. The folder of a new archive may only contain the
// archive of an interrupted apply.
func (m *reportArchiveModel) checkFolder(created bool) diag.Diagnostics {
	var diags diag.Diagnostics
	if m.Directory.IsUnknown() || m.ReportIdentifier.IsUnknown() {
		return diags
	}
	err := archive.CheckFolder(m.folder(), m.ReportIdentifier.ValueString())
	var (
		chain  *archive.ChainError
		system *fs.PathError
	)
	switch {
	case errors.As(err, &chain):
		diags.Append(m.chainDiagnostic(chain))
	case errors.As(err, &system):
		diags.AddAttributeError(path.Root("directory"), "Directory Not Usable", "The archive can't be kept in "+
			system.Path+": "+system.Err.Error()+".\n\nChoose a folder, or a path where nothing is yet.")
	case err != nil:
		diags.AddAttributeError(path.Root("directory"), "Directory Not Usable", "The archive can't be kept in "+
			m.Directory.ValueString()+": "+err.Error()+".\n\nChoose a folder, or a path where nothing is yet.")
	case created:
		sequence, interrupted, err := archive.HoldsArchive(m.folder())
		if err == nil && sequence > 0 && !interrupted {
			diags.Append(m.existingArchive(sequence))
		}
	}
	return diags
}
