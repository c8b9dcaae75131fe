package provider

import (
	"errors"
	"io/fs"
	"runtime"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

type reportFileModel struct {
	reportArguments
	contentFacts
	Filename            types.String   `tfsdk:"filename"`
	Directory           types.String   `tfsdk:"directory"`
	FilePermission      types.String   `tfsdk:"file_permission"`
	DirectoryPermission types.String   `tfsdk:"directory_permission"`
	Overwrite           types.Bool     `tfsdk:"overwrite"`
	OnMissing           types.String   `tfsdk:"on_missing"`
	KeepFiles           types.Bool     `tfsdk:"keep_files"`
	Path                types.String   `tfsdk:"path"`
	Present             types.Bool     `tfsdk:"present"`
	DownloadedAt        types.String   `tfsdk:"downloaded_at"`
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
}

// spec returns the configuration.
func (m *reportFileModel) spec() savedfile.Spec {
	mode, _ := watchedMode(m.FilePermission.ValueString())
	directoryMode, _ := parseMode(m.DirectoryPermission.ValueString())
	expected := stringValue(m.ExpectedSHA256)
	if !m.ExpectedSHA256.IsNull() && !m.ExpectedSHA256.IsUnknown() {
		expected = savedfile.Known(m.expected())
	}
	return savedfile.Spec{
		Run: m.run(), Filename: stringValue(m.Filename), Directory: stringValue(m.Directory), ExpectedSHA256: expected,
		OnMissing: stringValue(m.OnMissing), Overwrite: m.Overwrite.ValueBool(), KeepFiles: m.KeepFiles.ValueBool(),
		Mode: mode, DirMode: directoryMode,
	}
}

// record returns the state.
func (m *reportFileModel) record() savedfile.Record {
	mode, _ := watchedMode(m.FilePermission.ValueString())
	return savedfile.Record{
		Run: m.run(), Path: m.Path.ValueString(), InDirectory: !m.Directory.IsNull(), SHA256: m.ContentSHA256.ValueString(),
		MembersSHA256: m.MembersSHA256.ValueString(), SuggestedFilename: m.SuggestedFilename.ValueString(),
		Present: m.Present.ValueBool(), IgnoresMissing: m.OnMissing.ValueString() == savedfile.OnMissingIgnore, Mode: mode,
	}
}

// rawRecord reads the fields for [savedfile.Inspect] from the attributes of a state, because decoding all of it takes
// longer than hashing a small file.
func rawRecord(attributes map[string]tftypes.Value) (savedfile.Record, diag.Diagnostics) {
	var (
		diags                 diag.Diagnostics
		record                savedfile.Record
		permission, onMissing string
	)
	err := errors.Join(
		readRaw(attributes["path"], &record.Path), readRaw(attributes["content_sha256"], &record.SHA256),
		readRaw(attributes["file_permission"], &permission), readRaw(attributes["present"], &record.Present),
		readRaw(attributes["on_missing"], &onMissing),
	)
	if err != nil {
		diags.Append(rawDiagnostic(err))
	}
	record.Mode, _ = watchedMode(permission)
	record.IgnoresMissing = onMissing == savedfile.OnMissingIgnore
	return record, diags
}

func (m *reportFileModel) plannedContent() savedfile.Planned {
	planned := savedfile.Planned{SHA256: m.ContentSHA256.ValueString(), MembersSHA256: m.MembersSHA256.ValueString()}
	if !m.Members.IsNull() && !m.Members.IsUnknown() {
		planned.Members = recordedMembers(m.Members)
	}
	return planned
}

func (a reportArguments) run() savedfile.Run {
	run := savedfile.Run{Report: stringValue(a.ReportIdentifier), Run: stringValue(a.ReportRunIdentifier)}
	switch {
	case a.ReportFormat.IsUnknown():
		run.Format = savedfile.Unknown[content.Format]()
	case !a.ReportFormat.IsNull():
		run.Format = savedfile.Known(a.format())
	}
	switch {
	case a.SplitReportSequence.IsUnknown():
		run.Sequence = savedfile.Unknown[int64]()
	case !a.SplitReportSequence.IsNull():
		run.Sequence = savedfile.Known(a.SplitReportSequence.ValueInt64())
	}
	return run
}

func stringValue(s types.String) savedfile.Value[string] {
	switch {
	case s.IsUnknown():
		return savedfile.Unknown[string]()
	case s.IsNull():
		return savedfile.Value[string]{}
	}
	return savedfile.Known(s.ValueString())
}

// planned returns the configuration with all computed attributes: known if decision and state determine them, else
// unknown. state is nil for a new file.
func (m *reportFileModel) planned(state *reportFileModel, decision savedfile.Decision) reportFileModel {
	next := *m
	next.Path, next.Present = types.StringUnknown(), types.BoolUnknown()
	if !decision.Path.IsUnknown() {
		next.Path = types.StringValue(decision.Path.Get())
	}
	if !decision.Present.IsUnknown() {
		next.Present = types.BoolValue(decision.Present.Get())
	}
	next.setFacts(state, decision.Facts)
	return next
}

// setFacts sets the facts of the content that are known before an apply.
func (m *reportFileModel) setFacts(state *reportFileModel, facts savedfile.Facts) {
	if facts == savedfile.FactsNew {
		m.setUnknown()
		m.DownloadedAt = types.StringUnknown()
		if !m.ReportFormat.IsUnknown() {
			m.setFormat(m.format())
			if m.format() == content.ZIP {
				m.DeliveredFormat = types.StringValue(string(content.ZIP)) // every archive is delivered as it was requested
			}
		}
		if expected := m.expected(); expected != "" {
			m.setSHA256(expected)
		}
		return
	}
	m.contentFacts, m.DownloadedAt = state.contentFacts, state.DownloadedAt
	switch facts {
	case savedfile.FactsCompleted:
		m.completeFacts()
	case savedfile.FactsOfMembers:
		m.keepMembers()
	case savedfile.FactsRecorded, savedfile.FactsNew:
	}
}

// completeFacts sets facts unknown that the source type of a moved resource did not record.
func (m *reportFileModel) completeFacts() {
	for _, value := range []*types.String{&m.ContentBase64SHA256, &m.ContentSHA512, &m.ContentMD5} {
		if value.IsNull() {
			*value = types.StringUnknown()
		}
	}
	m.ContentSize = types.Int64Unknown()
	m.RowCount, m.Columns = types.Int64Unknown(), types.ListUnknown(types.StringType)
	m.ContentType = types.StringUnknown()
	m.Members, m.MembersSHA256 = types.ListUnknown(memberType), types.StringUnknown()
	if !m.ReportFormat.IsUnknown() {
		m.setFormat(m.format())
	}
}

// keepMembers sets facts unknown that may differ between downloads of an archive with the same members.
func (m *reportFileModel) keepMembers() {
	recorded := m.contentFacts
	m.setUnknown()
	m.setFormat(m.format())
	m.DeliveredFormat, m.SuggestedFilename = recorded.DeliveredFormat, recorded.SuggestedFilename
	m.MembersSHA256 = recorded.MembersSHA256
	values := make([]attr.Value, 0, len(recorded.Members.Elements()))
	for _, member := range recordedMembers(recorded.Members) {
		values = append(values, memberValue(types.StringUnknown(), member))
	}
	m.Members = types.ListValueMust(memberType, values)
}

// applied returns the plan with the result of its apply. state is nil for a new file.
func (m *reportFileModel) applied(state *reportFileModel, result savedfile.Result) reportFileModel {
	next := *m
	next.Path = types.StringValue(result.Path)
	if next.Present.IsUnknown() {
		next.Present = types.BoolValue(result.Present)
	}
	next.setFacts(state, result.Facts)
	if result.Content != nil {
		planned := next.contentFacts
		next.setContent(next.format(), *result.Content)
		if !planned.RowCount.IsUnknown() { // earlier versions did not record it
			next.RowCount, next.Columns = planned.RowCount, planned.Columns
		}
	}
	if result.Delivery != nil {
		next.setDelivery(*result.Delivery)
		next.DownloadedAt = types.StringValue(result.Delivery.ReceivedAt.Format(time.RFC3339))
	}
	return next
}

// watchedMode returns the mode in file_permission, and whether it is watched.
func watchedMode(permission string) (fs.FileMode, bool) {
	mode, ok := parseMode(permission)
	if !ok || runtime.GOOS == "windows" {
		return 0, false
	}
	return mode, true
}

func parseMode(octal string) (fs.FileMode, bool) {
	mode, err := strconv.ParseUint(octal, 8, 32)
	return fs.FileMode(mode).Perm(), err == nil
}

// recordedMembers converts a list of members. Unknown names become empty.
func recordedMembers(list types.List) []content.Member {
	members := make([]content.Member, 0, len(list.Elements()))
	for _, element := range list.Elements() {
		object, ok := element.(types.Object)
		if !ok {
			continue
		}
		var member content.Member
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
