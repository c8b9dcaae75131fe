package provider

import (
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// maxManifestInState is the maximum length in bytes of a manifest with its list that are attributes. A longer manifest
// is compressed in private state, because it needs twice the 0.6 KB that a state has per file.
const maxManifestInState = 8 << 10

// otherIdentifier requires a replacement if an identifier changes by more than its case.
func otherIdentifier(
	_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse,
) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() ||
		!strings.EqualFold(req.PlanValue.ValueString(), req.StateValue.ValueString())
}

// localPath converts a path to this system's notation. A backslash separates folders on every system, so that a state
// works on Windows and elsewhere.
func localPath(path string) string { return filepath.FromSlash(strings.ReplaceAll(path, `\`, "/")) }

// folder returns the archive's folder in this system's notation.
func (m *reportArchiveModel) folder() string { return localPath(m.Directory.ValueString()) }

// path returns the path of a file in the folder as recorded in the state.
func (m *reportArchiveModel) path(name string) string {
	directory := m.Directory.ValueString()
	if trimmed := strings.TrimRight(directory, `/\`); trimmed != "" {
		directory = trimmed + "/"
	}
	return directory + name
}

// options returns the user's options for written files.
func (m *reportArchiveModel) options() archive.Options {
	mode, _ := parseMode(m.FilePermission.ValueString())
	directoryMode, _ := parseMode(m.DirectoryPermission.ValueString())
	return archive.Options{
		FileMode: mode, DirMode: directoryMode, MaxBytes: m.MaxDownloadBytes.ValueInt64(),
		AllowEmpty: m.AllowEmpty.ValueBool(),
	}
}

func (m *reportArchiveModel) watch() archive.Watch {
	mode, watched := watchedMode(m.FilePermission.ValueString())
	if !watched {
		mode = 0
	}
	return archive.Watch{Mode: mode}
}

func (m *reportArchiveModel) format() reportlibrary.Format {
	return reportlibrary.Format(m.ReportFormat.ValueString())
}

func (m *reportArchiveModel) selection() archive.Selection {
	return archive.Selection{StartedAfter: m.StartedAfter.ValueString(), Extension: m.format().Extension()}
}

// record returns the archive's record from the state.
func (m *reportArchiveModel) record(stored archivePrivateState) (archive.Record, diag.Diagnostics) {
	record := archive.Record{
		ReportIdentifier: m.ReportIdentifier.ValueString(), Files: archive.Files{}, Sequence: m.Sequence.ValueInt64(),
	}
	for key, value := range m.Runs.Elements() {
		if object, ok := value.(types.Object); ok {
			record.Files[archive.Key(key)] = archivedFile(object)
		}
	}
	if record.Sequence == 0 {
		return record, nil
	}
	var diags diag.Diagnostics
	link, err := m.newest(record, stored)
	if err != nil {
		diags.AddError("State Not Readable", fmt.Sprintf("The state of the archive in %s does not have its newest "+
			"manifest: %s.\n\nRemove the resource from the state, and import it from its folder: %s.",
			m.Directory.ValueString(), err, archiveImportFormat))
	}
	record.Newest = link
	return record, diags
}

func (m *reportArchiveModel) newest(record archive.Record, stored archivePrivateState) (archive.Link, error) {
	var token []byte
	if !m.TimestampBase64.IsNull() {
		token, _ = base64.StdEncoding.DecodeString(m.TimestampBase64.ValueString())
	}
	manifest := []byte(m.ManifestJSON.ValueString())
	if m.ManifestJSON.IsNull() {
		var err error
		if manifest, err = archive.Expand(stored.Manifest, record.Files, record.Sequence); err != nil {
			return archive.Link{}, err
		}
	}
	link, err := archive.NewLink(manifest, token)
	if err == nil && link.Head() != m.SHA256.ValueString() {
		err = fmt.Errorf("the recorded manifest does not fit the recorded digest %s", m.SHA256.ValueString())
	}
	return link, err
}

func archivedFile(object types.Object) archive.File {
	attributes := object.Attributes()
	text := func(name string) string {
		value, _ := attributes[name].(types.String)
		return value.ValueString()
	}
	number := func(name string) *int64 {
		value, _ := attributes[name].(types.Int64)
		return value.ValueInt64Pointer()
	}
	name := text("path")
	file := archive.File{
		Name: name[strings.LastIndexAny(name, `/\`)+1:], SHA256: text("content_sha256"), RowCount: number("row_count"),
		ReportStartDate: text("report_start_date"), ReportEndDate: text("report_end_date"),
	}
	if size := number("content_size"); size != nil {
		file.Size = *size
	}
	if manifest := number("manifest"); manifest != nil {
		file.Manifest = *manifest
	}
	return file
}

// setRecord sets all computed attributes except complete, and the details of the time stamp if it differs.
func (m *reportArchiveModel) setRecord(record archive.Record, stamp *archive.Stamp) {
	runs := make(map[string]attr.Value, len(record.Files))
	for key, file := range record.Files {
		runs[string(key)] = archivedFileValue(types.StringValue(m.path(file.Name)), types.StringValue(file.SHA256),
			types.Int64Value(file.Size), types.Int64PointerValue(file.RowCount), file.ReportStartDate, file.ReportEndDate,
			file.Manifest)
	}
	m.Runs = types.MapValueMust(archivedFileType, runs)
	m.NewestRunEndTime = types.StringNull()
	if end, ok := record.Files.NewestEnd(); ok {
		m.NewestRunEndTime = types.StringValue(end.Format(time.RFC3339))
	}
	m.Sequence = types.Int64Value(record.Sequence)
	m.setPaths(record.Sequence, len(record.Newest.Token) > 0)
	m.SHA256, m.ManifestJSON, m.SHA256Sums = types.StringNull(), types.StringNull(), types.StringNull()
	if record.Sequence > 0 {
		m.SHA256 = types.StringValue(record.Newest.Head())
		if manifestFitsState(record.Newest) {
			m.ManifestJSON = types.StringValue(string(record.Newest.Manifest))
			m.SHA256Sums = types.StringValue(string(record.Newest.Sums))
		}
	}
	token := types.StringNull()
	if len(record.Newest.Token) > 0 {
		token = types.StringValue(base64.StdEncoding.EncodeToString(record.Newest.Token))
	}
	if stamp != nil || !token.Equal(m.TimestampBase64) {
		m.setStamp(stamp)
	}
	m.TimestampBase64 = token
}

func manifestFitsState(link archive.Link) bool {
	return len(link.Manifest)+len(link.Sums) <= maxManifestInState
}

func (m *reportArchiveModel) setStamp(stamp *archive.Stamp) {
	m.TimestampedAt, m.TimestampSigner, m.TimestampExpiresAt = types.StringNull(), types.StringNull(), types.StringNull()
	if stamp != nil {
		m.TimestampedAt = types.StringValue(stamp.Time.UTC().Format(time.RFC3339))
		m.TimestampSigner = textValue(stamp.Signer)
		m.TimestampExpiresAt = types.StringValue(stamp.Expires.UTC().Format(time.RFC3339))
	}
}

// setPaths sets the paths of the newest manifest.
func (m *reportArchiveModel) setPaths(sequence int64, stamped bool) {
	m.ManifestPath, m.SHA256SumsPath, m.TimestampPath = types.StringNull(), types.StringNull(), types.StringNull()
	if sequence == 0 {
		return
	}
	m.ManifestPath = types.StringValue(m.path(archive.ManifestName(sequence)))
	m.SHA256SumsPath = types.StringValue(m.path(archive.SumsName(sequence)))
	if stamped {
		m.TimestampPath = types.StringValue(m.path(archive.TokenName(sequence)))
	}
}

func archivedFileValue(
	path, sha256 types.String, size, rows types.Int64, startDate, endDate string, manifest int64,
) attr.Value {
	return types.ObjectValueMust(archivedFileType.AttrTypes, map[string]attr.Value{
		"path": path, "content_sha256": sha256, "content_size": size, "row_count": rows,
		"report_start_date": textValue(startDate), "report_end_date": textValue(endDate),
		"manifest": types.Int64Value(manifest),
	})
}

// newArchiveRun converts a record of the history.
func newArchiveRun(r reportlibrary.Record) archive.Run {
	run := archive.Run{
		ReportIdentifier: r.ReportIdentifier, ReportDisplayName: r.ReportDisplayName, ReportType: r.ReportType,
		ReportTypeDisplayName: r.ReportTypeDisplayName, ReportRunIdentifier: r.ReportRunIdentifier,
		ReportStartDate: r.ReportStartDate, ReportEndDate: r.ReportEndDate, Schedule: r.Schedule,
		ManuallyTriggered: r.ManuallyTriggered, CreatedByUserID: r.CreatedByUserID,
		CreatedByUserName: r.CreatedByUserName, CreatedDate: r.CreatedDate, ReportFormats: r.Formats, Status: r.Status,
	}
	if r.SplitReportCount != nil {
		run.Parts = *r.SplitReportCount
	}
	return run
}
