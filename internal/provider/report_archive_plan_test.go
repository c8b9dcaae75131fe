package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// archivePlanState returns the state of an archive with two manifests.
func archivePlanState(t *testing.T, token []byte) *reportArchiveModel {
	t.Helper()
	state := &reportArchiveModel{
		ReportIdentifier: types.StringValue(exampleReport), ReportFormat: types.StringValue("CSV"),
		Directory: types.StringValue("evidence"), Timestamp: types.BoolValue(token != nil),
		OnMissing: types.StringValue(onMissingRestore), KeepFiles: types.BoolValue(true),
	}
	state.setRecord(archiveRecord(t, 1, token), nil)
	state.Complete = types.BoolValue(true)
	return state
}

// TestReportArchivePlan goes through the event table as far as a plan decides.
func TestReportArchivePlan(t *testing.T) {
	t.Parallel()
	const recorded = archive.Key("0f000000-93c4-4d5e-a6f7-0b8c9dae1f20/1")
	march := archive.Run{
		ReportRunIdentifier: exampleRun, ReportStartDate: "2026-03-01 02:00:00", ReportEndDate: "2026-03-01 02:00:11",
		Status: "READY", Parts: 2,
	}
	newRun := archivePrivateState{Discovery: archive.Discovery{Runs: []archive.Run{march}}}
	finding := func(condition archive.Condition) archivePrivateState {
		return archivePrivateState{Inspection: archive.Inspection{Files: []archive.Finding{{
			Key: recorded, Name: "2026-01-01-0f000000-part1.csv", Condition: condition,
		}}}}
	}
	tests := map[string]struct {
		stored      archivePrivateState
		token       []byte
		change      func(state, plan *reportArchiveModel)
		wantChanged []string // attributes that differ from the state
		wantUnknown []string
		wantWork    archiveWork
	}{
		"nothing new":          {},
		"nothing new, stamped": {token: []byte("token")},
		"a new run": {
			stored: newRun, change: incomplete,
			wantChanged: []string{"complete", "runs", "sequence", "manifest_path", "sha256sums_path", "newest_run_end_time", "sha256", "manifest_json", "sha256sums"},
			wantUnknown: []string{"sha256", "manifest_json", "sha256sums"},
			wantWork:    archiveWork{items: make([]archive.Item, 2)},
		},
		"a new run, stamped": {
			stored: newRun, token: []byte("token"), change: incomplete,
			wantChanged: []string{"complete", "runs", "sequence", "manifest_path", "sha256sums_path", "newest_run_end_time", "sha256", "manifest_json", "sha256sums", "timestamp_path", "timestamp_base64", "timestamped_at", "timestamp_signer", "timestamp_expires_at"},
			wantUnknown: []string{"sha256", "manifest_json", "sha256sums", "timestamp_path", "timestamp_base64", "timestamped_at", "timestamp_signer", "timestamp_expires_at"},
			wantWork:    archiveWork{items: make([]archive.Item, 2)},
		},
		"a new run that started_after leaves out": {
			stored: newRun,
			change: func(_, plan *reportArchiveModel) { plan.StartedAfter = types.StringValue("2026-03-02") },
		},
		"missing, restore": {
			stored: finding(archive.Missing), change: incomplete, wantChanged: []string{"complete"},
			wantWork: archiveWork{restore: []archive.Key{recorded}},
		},
		"missing, ignore": {
			stored: finding(archive.Missing),
			change: func(_, plan *reportArchiveModel) { plan.OnMissing = types.StringValue(onMissingIgnore) },
		},
		"modified, ignore": {
			stored: finding(archive.Modified),
			change: func(state, plan *reportArchiveModel) {
				incomplete(state, plan)
				plan.OnMissing = types.StringValue(onMissingIgnore)
			},
			wantChanged: []string{"complete"}, wantWork: archiveWork{restore: []archive.Key{recorded}},
		},
		"another mode": {
			stored: finding(archive.WrongMode), change: incomplete, wantChanged: []string{"complete"}, wantWork: archiveWork{chmod: true},
		},
		"newest manifest modified": {
			stored: archivePrivateState{Inspection: archive.Inspection{Newest: []archive.Finding{{Name: "0002.json", Condition: archive.Missing}}}},
			change: incomplete, wantChanged: []string{"complete"}, wantWork: archiveWork{repair: true},
		},
		"earlier manifest modified": {
			stored: archivePrivateState{Inspection: archive.Inspection{Earlier: []archive.Finding{{Name: "0001.json", Condition: archive.Missing}}}},
		},
		"time stamp switched on": {
			change:      func(_, plan *reportArchiveModel) { plan.Timestamp = types.BoolValue(true) },
			wantChanged: []string{"timestamp_path", "timestamp_base64", "timestamped_at", "timestamp_signer", "timestamp_expires_at"},
			wantUnknown: []string{"timestamp_path", "timestamp_base64", "timestamped_at", "timestamp_signer", "timestamp_expires_at"},
			wantWork:    archiveWork{stamp: true},
		},
		"time stamp switched off": {
			token: []byte("token"), change: func(_, plan *reportArchiveModel) { plan.Timestamp = types.BoolValue(false) },
		},
		"another directory": {
			change:      func(_, plan *reportArchiveModel) { plan.Directory = types.StringValue("elsewhere") },
			wantChanged: []string{"runs", "manifest_path", "sha256sums_path"},
			wantWork:    archiveWork{moves: true, restore: make([]archive.Key, 2)},
		},
		"another directory, missing and ignored": {
			stored: finding(archive.Missing),
			change: func(_, plan *reportArchiveModel) {
				plan.Directory, plan.OnMissing = types.StringValue("elsewhere"), types.StringValue(onMissingIgnore)
			},
			wantChanged: []string{"runs", "manifest_path", "sha256sums_path"},
			wantWork:    archiveWork{moves: true, restore: make([]archive.Key, 1)},
		},
		"another format": {change: func(_, plan *reportArchiveModel) { plan.ReportFormat = types.StringValue("JSON") }},
		"runs that are not usable": {
			stored:      archivePrivateState{Discovery: archive.Discovery{Unusable: []archive.Run{{ReportRunIdentifier: "x"}}}},
			wantChanged: []string{"complete"},
		},
		"unknown directory": {
			change:      func(_, plan *reportArchiveModel) { plan.Directory = types.StringUnknown() },
			wantChanged: allArchiveFacts(), wantUnknown: allArchiveFacts(),
		},
		"unknown started_after": {
			change:      func(_, plan *reportArchiveModel) { plan.StartedAfter = types.StringUnknown() },
			wantChanged: allArchiveFacts(), wantUnknown: allArchiveFacts(),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := archivePlanState(t, tt.token)
			plan := *state
			if tt.change != nil {
				tt.change(state, &plan)
			}
			plan.archiveFacts = unknownArchiveFacts() // as the framework proposes them
			plan.plan(state, &tt.stored)
			var changed, unknown []string
			before := state.facts()
			for attribute, value := range plan.facts() {
				if !value.Equal(before[attribute]) {
					changed = append(changed, attribute)
				}
				if value.IsUnknown() {
					unknown = append(unknown, attribute)
				}
			}
			wantAttributes(t, "changed", changed, tt.wantChanged)
			wantAttributes(t, "unknown", unknown, tt.wantUnknown)
			if plan.Directory.IsUnknown() || plan.StartedAfter.IsUnknown() {
				return
			}
			record, diags := state.record(archivePrivateState{})
			if diags.HasError() {
				t.Fatal(diags)
			}
			work := tt.stored.workOf(state, &plan, record.Files)
			if len(work.items) != len(tt.wantWork.items) || len(work.restore) != len(tt.wantWork.restore) ||
				work.repair != tt.wantWork.repair || work.chmod != tt.wantWork.chmod || work.stamp != tt.wantWork.stamp || work.moves != tt.wantWork.moves {
				t.Errorf("got the work %+v, want %+v", work, tt.wantWork)
			}
		})
	}
}

func incomplete(state, _ *reportArchiveModel) { state.Complete = types.BoolValue(false) }

func wantAttributes(t *testing.T, which string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", which, got, want)
	}
}

// facts returns the computed attributes by their names.
func (f *archiveFacts) facts() map[string]attr.Value {
	return map[string]attr.Value{
		"runs": f.Runs, "complete": f.Complete, "newest_run_end_time": f.NewestRunEndTime, "sequence": f.Sequence,
		"manifest_path": f.ManifestPath, "sha256sums_path": f.SHA256SumsPath, "timestamp_path": f.TimestampPath,
		"sha256": f.SHA256, "timestamped_at": f.TimestampedAt, "timestamp_signer": f.TimestampSigner,
		"timestamp_expires_at": f.TimestampExpiresAt, "manifest_json": f.ManifestJSON, "sha256sums": f.SHA256Sums,
		"timestamp_base64": f.TimestampBase64,
	}
}

func allArchiveFacts() []string {
	var names []string
	for name := range new(archiveFacts).facts() {
		names = append(names, name)
	}
	return names
}

func TestArchivePrivateState_unrestored(t *testing.T) {
	t.Parallel()
	stored := archivePrivateState{Inspection: archive.Inspection{Files: []archive.Finding{
		{Key: "a", Name: "a.csv", Condition: archive.Missing},
		{Key: "b", Name: "b.csv", Condition: archive.Modified, Found: "1"},
		{Key: "c", Name: "c.csv", Condition: archive.WrongMode, Found: "0644"},
	}}}
	failed := func(key archive.Key, restore bool) archive.Failure {
		return archive.Failure{Key: key, Name: string(key) + ".csv", Restore: restore}
	}
	tests := map[string]struct {
		tried    []archive.Key
		failures []archive.Failure
		want     []archive.Finding
	}{
		"all restored":            {[]archive.Key{"a", "b"}, nil, nil},
		"one failed":              {[]archive.Key{"a", "b"}, []archive.Failure{failed("b", true)}, stored.Inspection.Files[1:2]},
		"missing one ignored":     {[]archive.Key{"b"}, nil, stored.Inspection.Files[:1]},
		"another file's download": {[]archive.Key{"a", "b"}, []archive.Failure{failed("d", false)}, nil},
		"copy into a new folder": {[]archive.Key{"a", "b", "c"}, []archive.Failure{failed("c", true)}, []archive.Finding{
			{Key: "c", Name: "c.csv", Condition: archive.Missing},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := stored.unrestored(tt.tried, tt.failures); !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestReportArchivePlan_newRun(t *testing.T) {
	t.Parallel()
	state := archivePlanState(t, nil)
	stored := archivePrivateState{Discovery: archive.Discovery{Runs: []archive.Run{{
		ReportRunIdentifier: exampleRun, ReportEndDate: "2026-03-01 02:00:11", Status: "READY",
	}}}}
	plan := *state
	plan.plan(state, &stored)
	planned, ok := plan.Runs.Elements()[exampleRun].(types.Object)
	if !ok {
		t.Fatalf("got the runs %s", plan.Runs)
	}
	for attribute, want := range map[string]attr.Value{
		"path":     types.StringValue("evidence/2026-03-01-" + exampleRun[:8] + ".csv"),
		"manifest": types.Int64Value(3), "report_end_date": types.StringValue("2026-03-01 02:00:11"),
		"content_sha256": types.StringUnknown(), "content_size": types.Int64Unknown(), "row_count": types.Int64Unknown(),
	} {
		if got := planned.Attributes()[attribute]; !got.Equal(want) {
			t.Errorf("%s is planned as %s, want %s", attribute, got, want)
		}
	}
	if plan.Sequence.ValueInt64() != 3 || plan.NewestRunEndTime.ValueString() != "2026-03-01T02:00:11Z" ||
		!strings.HasSuffix(plan.ManifestPath.ValueString(), "/0003.json") || !plan.TimestampPath.IsNull() {
		t.Errorf("got %+v", plan.archiveFacts)
	}
	again := *state
	again.plan(state, &stored)
	if !again.Runs.Equal(plan.Runs) {
		t.Error("the same stored gave another plan")
	}
}
