package provider

import (
	"fmt"
	"os"
	"path"
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
	diskUnchanged  diskState = ""           // the recorded content, and the mode if it is watched
	diskMissing    diskState = "missing"    // no file
	diskModified   diskState = "modified"   // a file with other content
	diskOtherMode  diskState = "mode"       // the recorded content, but not the watched mode
	diskObstructed diskState = "obstructed" // a link, a folder, or anything else that is not a regular file
)

// adjective returns the state as it stands in a sentence about the file.
func (d diskState) adjective() string {
	switch d {
	case diskMissing:
		return "missing"
	case diskModified:
		return "modified"
	case diskUnchanged, diskOtherMode, diskObstructed:
	}
	return "not usable"
}

// fileAction is what an apply does to the disk.
type fileAction int

const (
	// fileKeep leaves the file alone, but for a mode that is set anew.
	fileKeep fileAction = iota
	// fileRecord only records the path of a missing file.
	fileRecord
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
	if state == nil {
		next.expectNewContent()
		return next, fileReplace
	}
	moves := !next.Path.Equal(state.Path)
	if plan.undecided() || disk == diskObstructed && !moves {
		next.Present = types.BoolUnknown()
	}
	if !state.satisfies(plan) {
		next.expectNewContent()
		return next, fileReplace
	}

	next.contentFacts, next.DownloadedAt = state.contentFacts, state.DownloadedAt
	if state.unidentified() {
		next.completeFacts()
	}
	switch {
	case disk == diskMissing && next.ignoresMissing() && !state.unidentified():
		if !plan.undecided() {
			next.Present = state.Present
		}
		return next, fileRecord
	case disk == diskMissing || disk == diskModified || disk == diskObstructed:
		next.expectSameMembers()
		return next, fileRestore
	case moves:
		return next, fileMove
	default:
		return next, fileKeep
	}
}

// satisfies reports whether the recorded content is the one that plan asks for. It is false while plan leaves the run or
// the expected digest unknown.
func (m *reportFileModel) satisfies(plan reportFileModel) bool {
	if plan.ExpectedSHA256.IsUnknown() || !m.unidentified() && !plan.sameRun(m.reportArguments) {
		return false
	}
	return plan.ExpectedSHA256.IsNull() || plan.expected() == m.ContentSHA256.ValueString()
}

// ignoresMissing reports whether a missing file is not a change.
func (m *reportFileModel) ignoresMissing() bool { return m.OnMissing.ValueString() == onMissingIgnore }

// undecided reports whether only apply will know an argument that decides what becomes of the file.
func (m *reportFileModel) undecided() bool {
	return m.ExpectedSHA256.IsUnknown() || m.runUnknown() || m.Filename.IsUnknown() || m.Directory.IsUnknown() ||
		m.OnMissing.IsUnknown()
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
	recorded := state.target()
	if sameFolder(atomicfile.Folder(recorded), plan.Directory.ValueString()) {
		return state.Path // whatever its name: an artifact keeps it
	}
	if !state.Directory.IsNull() {
		return types.StringValue(inFolder(plan.Directory.ValueString(), path.Base(recorded)))
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
		stem = strings.ToLower(m.ReportIdentifier.ValueString())
	}
	run := strings.ToLower(m.ReportRunIdentifier.ValueString()) // one run, one name
	name := stem + "-" + run[:min(8, len(run))]
	if !m.SplitReportSequence.IsNull() {
		name += fmt.Sprintf("-part%d", m.SplitReportSequence.ValueInt64())
	}
	return inFolder(m.Directory.ValueString(), name+"."+m.format().Extension())
}

// systemPath returns a path as this system reads it. A backslash separates folders on every system, so that one state
// and one configuration serve Windows and the others.
func systemPath(recorded string) string {
	if os.PathSeparator == '\\' {
		return recorded
	}
	return strings.ReplaceAll(recorded, `\`, "/")
}

// target returns the path of the file on this system.
func (m *reportFileModel) target() string { return systemPath(m.Path.ValueString()) }

// sameFolder reports whether two spellings name one folder on every machine: what is before a ".." may be a link.
func sameFolder(a, b string) bool {
	a, b = strings.ReplaceAll(a, `\`, "/"), strings.ReplaceAll(b, `\`, "/")
	if strings.Contains(a, "..") || strings.Contains(b, "..") {
		return strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
	}
	return path.Clean(a) == path.Clean(b)
}

// inFolder joins as path.Join does, but leaves the folder as it is written: what is before a ".." may be a link.
func inFolder(folder, name string) string {
	if folder != "" && !strings.HasSuffix(folder, "/") && !strings.HasSuffix(folder, `\`) {
		folder += "/"
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
