package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/filename"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// diskState is how a file on disk compares with what is recorded of it.
type diskState string

const (
	diskTrue      diskState = ""        // the recorded content, and the mode if it is watched
	diskMissing   diskState = "missing" // nothing there
	diskEdited    diskState = "edited"  // another content, or something that is no file
	diskOtherMode diskState = "mode"    // the recorded content under another mode than the watched one
)

// fileAction is what an apply does to the disk.
type fileAction int

const (
	// fileKeep leaves the file alone, but for a mode that is set anew.
	fileKeep fileAction = iota
	// fileMove brings the recorded file to another path.
	fileMove
	// fileRestore downloads the run again and takes nothing but the recorded content.
	fileRestore
	// fileReplace downloads a content that is not the recorded one.
	fileReplace
)

// planFile decides what becomes of a file: it returns plan with every computed attribute set, known where it can be
// known before apply, and what apply has to do. It is the one place of this decision, for ModifyPlan with what Read
// found and for Update with what is on disk by then. state is nil for a new resource.
func planFile(state *reportFileModel, plan reportFileModel, disk diskState) (reportFileModel, fileAction) {
	next := plan
	next.Path = plannedPath(state, plan)
	next.Present = types.BoolValue(true)
	if state == nil || !state.holds(plan) {
		next.expectNewContent()
		if disk == diskMissing && next.ignoresMissing() && plan.undecided() {
			next.Present = types.BoolUnknown() // it may turn out that nothing new was asked for
		}
		return next, fileReplace
	}

	next.contentFacts, next.DownloadedAt = state.contentFacts, state.DownloadedAt
	if state.unidentified() {
		next.completeFacts()
	}
	moves := !next.Path.Equal(state.Path)
	// A file that was never looked at has to be there once.
	ignored := disk == diskMissing && next.ignoresMissing() && !moves && !state.unidentified()
	switch {
	case ignored:
		next.Present = types.BoolValue(false)
		return next, fileKeep
	case disk == diskMissing || disk == diskEdited:
		next.expectSameMembers()
		return next, fileRestore
	case moves:
		return next, fileMove
	default:
		return next, fileKeep
	}
}

// holds reports whether the recorded content is the one that plan asks for. What plan doesn't know yet, it is not.
func (m *reportFileModel) holds(plan reportFileModel) bool {
	if plan.ExpectedSHA256.IsUnknown() || !m.unidentified() && !plan.sameRun(m.reportArguments) {
		return false
	}
	return plan.ExpectedSHA256.IsNull() || plan.expected() == m.ContentSHA256.ValueString()
}

// ignoresMissing reports whether a file gone from disk means nothing.
func (m *reportFileModel) ignoresMissing() bool { return m.OnMissing.ValueString() == onMissingIgnore }

// undecided reports whether only apply will know which run or which content is asked for.
func (m *reportFileModel) undecided() bool {
	return m.ExpectedSHA256.IsUnknown() || m.runUnknown()
}

// unidentified reports whether nobody knows yet which run the file is from: it came from another resource type.
func (m *reportFileModel) unidentified() bool { return m.ReportIdentifier.IsNull() }

// expectNewContent marks what a download will tell as unknown, but for what the configuration promises.
func (m *reportFileModel) expectNewContent() {
	m.forget()
	m.DownloadedAt = types.StringUnknown()
	if !m.ReportFormat.IsUnknown() {
		m.setFormat(m.format())
	}
	if !m.ExpectedSHA256.IsNull() && !m.ExpectedSHA256.IsUnknown() {
		m.promise(m.expected())
	}
}

// expectSameMembers loosens what is known of an archive before it is downloaded again: what it holds stays, but its
// own bytes may differ from day to day, and with them its digests, its size and the names. A pinned digest rules
// that out.
func (m *reportFileModel) expectSameMembers() {
	if m.format() != reportlibrary.FormatZIP || !m.ExpectedSHA256.IsNull() || m.MembersSHA256.ValueString() == "" {
		return
	}
	members, membersSHA256 := m.Members, m.MembersSHA256
	delivered, suggested := m.DeliveredFormat, m.SuggestedFilename
	m.forget()
	m.setFormat(m.format())
	m.DeliveredFormat, m.SuggestedFilename, m.MembersSHA256 = delivered, suggested, membersSHA256
	values := make([]attr.Value, 0, len(members.Elements()))
	for _, member := range recordedMembers(members) {
		values = append(values, memberValue(types.StringUnknown(), member))
	}
	m.Members = types.ListValueMust(memberType, values)
}

// completeFacts marks what the previous resource type did not record, but the file itself can tell, as unknown.
func (m *reportFileModel) completeFacts() {
	for _, value := range []*types.String{&m.ContentBase64SHA256, &m.ContentSHA512, &m.ContentMD5} {
		if value.IsNull() {
			*value = types.StringUnknown()
		}
	}
	m.ContentSize = types.Int64Unknown()
	m.ContentType = types.StringUnknown()
	m.Members, m.MembersSHA256 = types.ListUnknown(memberType), types.StringUnknown()
	if !m.ReportFormat.IsUnknown() {
		m.setFormat(m.format())
	}
}

// plannedPath returns where the file will be, unknown if only the download can tell.
func plannedPath(state *reportFileModel, plan reportFileModel) types.String {
	switch {
	case plan.Filename.IsUnknown() || plan.Directory.IsUnknown():
		return types.StringUnknown()
	case !plan.Filename.IsNull():
		return plan.Filename
	case state == nil || !state.unidentified() && !plan.sameRun(state.reportArguments):
		return types.StringUnknown()
	}
	recorded := state.Path.ValueString()
	if sameFolder(atomicfile.Folder(recorded), plan.Directory.ValueString()) {
		return state.Path // whatever its name: an artifact keeps it
	}
	if !state.Directory.IsNull() {
		return types.StringValue(inFolder(plan.Directory.ValueString(), filepath.Base(recorded)))
	}
	if plan.runUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(plan.pathInDirectory(state.SuggestedFilename.ValueString()))
}

// pathInDirectory returns the path of a file that is named after the report.
func (m *reportFileModel) pathInDirectory(suggestedFilename string) string {
	stem := filename.Stem(suggestedFilename)
	if stem == "" {
		stem = m.ReportIdentifier.ValueString()
	}
	run := m.ReportRunIdentifier.ValueString()
	name := stem + "-" + run[:min(8, len(run))]
	if !m.SplitReportSequence.IsNull() {
		name += fmt.Sprintf("-part%d", m.SplitReportSequence.ValueInt64())
	}
	return inFolder(m.Directory.ValueString(), name+"."+m.format().Extension())
}

// sameFolder reports whether two spellings name one folder on every machine: what is before a ".." may be a link.
func sameFolder(a, b string) bool {
	if strings.Contains(a, "..") || strings.Contains(b, "..") {
		return strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

// inFolder joins as filepath.Join does, but leaves the folder as it is written: what is before a ".." may be a link.
func inFolder(folder, name string) string {
	if folder != "" && !os.IsPathSeparator(folder[len(folder)-1]) {
		folder += string(filepath.Separator)
	}
	return folder + name
}

// recordedMembers reads a list of members back; unknown names come back empty.
func recordedMembers(list types.List) []reportlibrary.Member {
	members := make([]reportlibrary.Member, 0, len(list.Elements()))
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok {
			continue
		}
		var member reportlibrary.Member
		if value, ok := object.Attributes()["name"].(types.String); ok {
			member.Name = value.ValueString()
		}
		if value, ok := object.Attributes()["size"].(types.Int64); ok {
			member.Size = value.ValueInt64()
		}
		if value, ok := object.Attributes()["sha256"].(types.String); ok {
			member.SHA256 = value.ValueString()
		}
		members = append(members, member)
	}
	return members
}
