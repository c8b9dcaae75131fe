package provider

import (
	"io/fs"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// savedModel is a saved report as a state records it.
func savedModel(t *testing.T) reportFileModel {
	t.Helper()
	m := importedFile(t.Context(), "out/orders.csv")
	m.ReportIdentifier = types.StringValue(strings.Repeat("a", 32))
	m.ReportRunIdentifier = types.StringValue("01234567-" + strings.Repeat("b", 27))
	m.ReportFormat = types.StringValue("CSV")
	m.setContent(content.CSV, savedfile.Content{Digests: digestsOf(january)})
	m.DeliveredFormat = types.StringValue("CSV")
	m.SuggestedFilename = types.StringValue("Monthly orders-2026-11-01.csv")
	m.DownloadedAt = types.StringValue("2026-11-01T00:00:00Z")
	return m
}

// archiveModel is the same as a ZIP with two files.
func archiveModel(t *testing.T) reportFileModel {
	t.Helper()
	m := savedModel(t)
	m.ReportFormat = types.StringValue("ZIP")
	m.setContent(content.ZIP, archiveContent("zip"))
	return m
}

func archiveContent(text string) savedfile.Content {
	members := []content.Member{{Name: "b.csv", Size: 2, SHA256: sha256Of("b")}, {Name: "a.csv", Size: 1, SHA256: sha256Of("a")}}
	return savedfile.Content{Digests: digestsOf(text), Members: members, MembersSHA256: content.MembersSHA256(members)}
}

func digestsOf(text string) atomicfile.Digests {
	digester := atomicfile.NewDigester()
	_, _ = digester.Write([]byte(text))
	return digester.Sum()
}

// TestReportFileModel_spec changes one argument after the other and compares the specification.
func TestReportFileModel_spec(t *testing.T) {
	t.Parallel()
	type spec = savedfile.Spec
	watched := fs.FileMode(0o640)
	if runtime.GOOS == "windows" {
		watched = 0
	}
	tests := []struct {
		name   string
		change func(*reportFileModel)
		want   func(*spec)
	}{
		{"as it is", func(*reportFileModel) {}, func(*spec) {}},
		{"report", func(m *reportFileModel) { m.ReportIdentifier = types.StringValue("x") }, func(s *spec) { s.Run.Report = savedfile.Known("x") }},
		{"report unknown", func(m *reportFileModel) { m.ReportIdentifier = types.StringUnknown() }, func(s *spec) { s.Run.Report = savedfile.Unknown[string]() }},
		{"run", func(m *reportFileModel) { m.ReportRunIdentifier = types.StringValue("x") }, func(s *spec) { s.Run.Run = savedfile.Known("x") }},
		{"run null", func(m *reportFileModel) { m.ReportRunIdentifier = types.StringNull() }, func(s *spec) { s.Run.Run = savedfile.Value[string]{} }},
		{"format", func(m *reportFileModel) { m.ReportFormat = types.StringValue("ZIP") }, func(s *spec) { s.Run.Format = savedfile.Known(content.ZIP) }},
		{"format unknown", func(m *reportFileModel) { m.ReportFormat = types.StringUnknown() }, func(s *spec) { s.Run.Format = savedfile.Unknown[content.Format]() }},
		{"format null", func(m *reportFileModel) { m.ReportFormat = types.StringNull() }, func(s *spec) { s.Run.Format = savedfile.Value[content.Format]{} }},
		{"part", func(m *reportFileModel) { m.SplitReportSequence = types.Int64Value(0) }, func(s *spec) { s.Run.Sequence = savedfile.Known(int64(0)) }},
		{"part unknown", func(m *reportFileModel) { m.SplitReportSequence = types.Int64Unknown() }, func(s *spec) { s.Run.Sequence = savedfile.Unknown[int64]() }},
		{"filename", func(m *reportFileModel) { m.Filename = types.StringValue(`a\b`) }, func(s *spec) { s.Filename = savedfile.Known(`a\b`) }},
		{"directory", func(m *reportFileModel) { m.Filename, m.Directory = types.StringNull(), types.StringValue("d") }, func(s *spec) { s.Filename, s.Directory = savedfile.Value[string]{}, savedfile.Known("d") }},
		{"digest", func(m *reportFileModel) { m.ExpectedSHA256 = types.StringValue("ABC") }, func(s *spec) { s.ExpectedSHA256 = savedfile.Known("abc") }},
		{"digest unknown", func(m *reportFileModel) { m.ExpectedSHA256 = types.StringUnknown() }, func(s *spec) { s.ExpectedSHA256 = savedfile.Unknown[string]() }},
		{"on_missing", func(m *reportFileModel) { m.OnMissing = types.StringValue("ignore") }, func(s *spec) { s.OnMissing = savedfile.Known("ignore") }},
		{"overwrite", func(m *reportFileModel) { m.Overwrite = types.BoolValue(true) }, func(s *spec) { s.Overwrite = true }},
		{"keep_files", func(m *reportFileModel) { m.KeepFiles = types.BoolValue(true) }, func(s *spec) { s.KeepFiles = true }},
		{"file_permission", func(m *reportFileModel) { m.FilePermission = types.StringValue("0640") }, func(s *spec) { s.Mode = watched }},
		{"directory_permission", func(m *reportFileModel) { m.DirectoryPermission = types.StringValue("0750") }, func(s *spec) { s.DirMode = 0o750 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := savedModel(t)
			want := savedfile.Spec{
				Run: savedfile.Run{
					Report: savedfile.Known(m.ReportIdentifier.ValueString()), Run: savedfile.Known(m.ReportRunIdentifier.ValueString()),
					Format: savedfile.Known(content.CSV),
				},
				Filename: savedfile.Known("out/orders.csv"), OnMissing: savedfile.Known("restore"), DirMode: 0o700,
			}
			tt.change(&m)
			tt.want(&want)
			if got := m.spec(); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestReportFileModel_record(t *testing.T) {
	t.Parallel()
	m := archiveModel(t)
	m.Directory, m.Filename, m.OnMissing = types.StringValue("out"), types.StringNull(), types.StringValue("ignore")
	want := savedfile.Record{
		Run: m.run(), Path: "out/orders.csv", InDirectory: true, SHA256: sha256Of("zip"),
		MembersSHA256: archiveContent("").MembersSHA256, SuggestedFilename: "Monthly orders-2026-11-01.csv", Present: true,
		IgnoresMissing: true,
	}
	if got := m.record(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestReportFileModel_planned checks which values a plan leaves unknown.
func TestReportFileModel_planned(t *testing.T) {
	t.Parallel()
	digests := []string{"content_sha256", "content_base64sha256", "content_sha512", "content_md5", "content_size"}
	table := []string{"row_count", "columns"}
	delivery := []string{"delivered_format", "suggested_filename", "downloaded_at"}
	path, present := savedfile.Known("new.csv"), savedfile.Known(true)
	moved := savedModel(t)
	moved.ReportIdentifier, moved.ContentSHA512 = types.StringNull(), types.StringNull()
	tests := []struct {
		name     string
		state    *reportFileModel
		change   func(*reportFileModel)
		decision savedfile.Decision
		unknown  []string
	}{
		{"new", nil, nil, savedfile.Decision{Path: path, Present: present, Facts: savedfile.FactsNew}, slices.Concat(digests, table, delivery)},
		{"unknown path", new(savedModel(t)), nil, savedfile.Decision{Path: savedfile.Unknown[string](), Present: present}, []string{"path"}},
		{"unknown presence", new(savedModel(t)), nil, savedfile.Decision{Path: path, Present: savedfile.Unknown[bool]()}, []string{"present"}},
		{"recorded", new(savedModel(t)), nil, savedfile.Decision{Path: path, Present: present}, nil},
		{
			"expected digest", new(savedModel(t)), func(m *reportFileModel) { m.ExpectedSHA256 = types.StringValue(sha256Of(february)) },
			savedfile.Decision{Path: path, Present: present, Facts: savedfile.FactsNew}, slices.Concat(digests[2:], table, delivery),
		},
		{
			"new archive", nil, func(m *reportFileModel) { m.ReportFormat = types.StringValue("ZIP") },
			savedfile.Decision{Path: path, Present: present, Facts: savedfile.FactsNew},
			slices.Concat(digests, []string{"members", "members_sha256", "suggested_filename", "downloaded_at"}),
		},
		{
			"format unknown", new(savedModel(t)), func(m *reportFileModel) { m.ReportFormat = types.StringUnknown() },
			savedfile.Decision{Path: path, Present: present, Facts: savedfile.FactsNew},
			slices.Concat(digests, table, delivery, []string{"content_type", "members", "members_sha256"}),
		},
		{"completed", &moved, nil, savedfile.Decision{Path: path, Present: present, Facts: savedfile.FactsCompleted}, []string{"columns", "content_sha512", "content_size", "row_count"}},
		{"members", new(archiveModel(t)), nil, savedfile.Decision{Path: path, Present: present, Facts: savedfile.FactsOfMembers}, digests},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan := savedModel(t)
			if tt.state != nil {
				plan.ReportFormat = tt.state.ReportFormat
			}
			if tt.change != nil {
				tt.change(&plan)
			}
			got := plan.planned(tt.state, tt.decision)
			var unknown []string
			for name, value := range computedOf(got) {
				if value.IsUnknown() {
					unknown = append(unknown, name)
				}
			}
			slices.Sort(unknown)
			slices.Sort(tt.unknown)
			if !slices.Equal(unknown, tt.unknown) {
				t.Errorf("got unknown %v, want %v", unknown, tt.unknown)
			}
			if expected := plan.expected(); expected != "" && got.ContentSHA256.ValueString() != expected {
				t.Errorf("content_sha256: got %s, want %s", got.ContentSHA256, expected)
			}
		})
	}
}

// computedOf returns the computed attributes of a model by name.
func computedOf(m reportFileModel) map[string]attr.Value {
	values := map[string]attr.Value{"path": m.Path, "present": m.Present, "downloaded_at": m.DownloadedAt}
	facts := reflect.ValueOf(m.contentFacts)
	for i := range facts.NumField() {
		if value, ok := facts.Field(i).Interface().(attr.Value); ok {
			values[facts.Type().Field(i).Tag.Get("tfsdk")] = value
		}
	}
	return values
}

func TestReportFileModel_archiveKeepsItsMembers(t *testing.T) {
	t.Parallel()
	state := archiveModel(t)
	next := state.planned(&state, savedfile.Decision{Path: savedfile.Known("x"), Present: savedfile.Known(true), Facts: savedfile.FactsOfMembers})
	if !next.MembersSHA256.Equal(state.MembersSHA256) {
		t.Errorf("members_sha256 is %s", next.MembersSHA256)
	}
	want := recordedMembers(state.Members)
	for i := range want {
		want[i].Name = ""
	}
	if got := recordedMembers(next.Members); !slices.Equal(got, want) {
		t.Errorf("got members %v, want %v", got, want)
	}
	for _, element := range next.Members.Elements() {
		if object, ok := element.(types.Object); !ok || !object.Attributes()["name"].IsUnknown() {
			t.Errorf("the name in %s is known", element)
		}
	}
}

func TestReportFileModel_applied(t *testing.T) {
	t.Parallel()
	state := savedModel(t)
	at := time.Date(2026, 12, 1, 1, 2, 3, 0, time.UTC)
	delivered := savedfile.Content{Digests: digestsOf(february)}
	tests := []struct {
		name   string
		plan   func(*reportFileModel)
		result savedfile.Result
		want   func(*reportFileModel)
	}{
		{"kept", nil, savedfile.Result{Path: "out/orders.csv", Present: true}, func(*reportFileModel) {}},
		{"moved", nil, savedfile.Result{Path: "new.csv", Present: true}, func(m *reportFileModel) { m.Path = types.StringValue("new.csv") }},
		{"planned presence", nil, savedfile.Result{Path: "out/orders.csv", Present: false}, func(*reportFileModel) {}},
		{
			"unknown presence", func(m *reportFileModel) { m.Present = types.BoolUnknown() }, savedfile.Result{Path: "out/orders.csv", Present: false},
			func(m *reportFileModel) { m.Present = types.BoolValue(false) },
		},
		{
			"replaced", nil,
			savedfile.Result{
				Path: "out/orders.csv", Present: true, Facts: savedfile.FactsNew, Content: &delivered,
				Delivery: &savedfile.Delivery{Format: content.ZIP, SuggestedFilename: "February.csv", ReceivedAt: at},
			},
			func(m *reportFileModel) {
				m.setContent(content.CSV, delivered)
				m.DeliveredFormat, m.SuggestedFilename = types.StringValue("ZIP"), types.StringValue("February.csv")
				m.DownloadedAt = types.StringValue("2026-12-01T01:02:03Z")
			},
		},
		{
			"restored", nil, savedfile.Result{Path: "out/orders.csv", Present: true, Content: new(savedfile.Content{Digests: digestsOf(january)})},
			func(*reportFileModel) {},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plan, want := state, state
			if tt.plan != nil {
				tt.plan(&plan)
			}
			tt.want(&want)
			if got := plan.applied(&state, tt.result); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestReportFileModel_appliedKeepsRecordedRows checks that a restored file keeps its recorded row count, which is null in
// a state that was written before rows were counted.
func TestReportFileModel_appliedKeepsRecordedRows(t *testing.T) {
	t.Parallel()
	state, count := savedModel(t), int64(2)
	got := state.applied(&state, savedfile.Result{
		Path: "out/orders.csv", Facts: savedfile.FactsRecorded,
		Content: &savedfile.Content{Digests: digestsOf(january), RowCount: &count, Columns: []string{"order", "amount"}},
	})
	if !got.RowCount.IsNull() || !got.Columns.IsNull() {
		t.Errorf("got %s rows and the columns %s, want null", got.RowCount, got.Columns)
	}
	got = state.applied(nil, savedfile.Result{
		Path: "out/orders.csv", Facts: savedfile.FactsNew,
		Content: &savedfile.Content{Digests: digestsOf(january), RowCount: &count, Columns: []string{"order", "amount"}},
	})
	if got.RowCount.ValueInt64() != count || len(got.Columns.Elements()) != 2 {
		t.Errorf("got %s rows and the columns %s, want 2 of each", got.RowCount, got.Columns)
	}
}
