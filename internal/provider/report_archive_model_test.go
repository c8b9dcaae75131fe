package provider

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// archiveRecord returns a record whose newest manifest lists n files, with a time stamp or without.
func archiveRecord(t *testing.T, n int, token []byte) archive.Record {
	t.Helper()
	statement := archive.Statement{
		Type: archive.StatementType, PredicateType: archive.PredicateType, Subject: []archive.Descriptor{},
		Predicate: archive.Predicate{ReportIdentifier: exampleReport, Sequence: 2, Previous: []archive.Descriptor{}},
	}
	rows := int64(12)
	files := archive.Files{"0f000000-93c4-4d5e-a6f7-0b8c9dae1f20/1": {
		Name: "2026-01-01-0f000000-part1.csv", SHA256: strings.Repeat("1", 64), Size: 1, RowCount: &rows, Manifest: 1,
		ReportEndDate: "2026-01-01 02:00:00",
	}}
	for i := range n {
		run := archive.Run{
			ReportRunIdentifier: strings.Repeat("abcdef", 6)[:30] + string(rune('a'+i/26)) + string(rune('a'+i%26)),
			ReportStartDate:     "2026-02-01 02:00:00", ReportEndDate: "2026-02-01 02:00:11",
		}
		file := archive.File{
			Name: "2026-02-01-" + run.ReportRunIdentifier + ".csv", SHA256: strings.Repeat("2", 64), Size: 7,
			ReportStartDate: run.ReportStartDate, ReportEndDate: run.ReportEndDate, Manifest: 2,
		}
		files[archive.NewKey(run.ReportRunIdentifier, nil)] = file
		statement.Subject = append(statement.Subject, archive.Descriptor{Name: file.Name, Digest: archive.Digest{SHA256: file.SHA256}})
		statement.Predicate.Files = append(statement.Predicate.Files, archive.Fact{Name: file.Name, Run: run, ContentSize: 7})
	}
	manifest, err := statement.Encode()
	if err != nil {
		t.Fatal(err)
	}
	link, err := archive.NewLink(manifest, token)
	if err != nil {
		t.Fatal(err)
	}
	return archive.Record{ReportIdentifier: exampleReport, Files: files, Sequence: 2, Newest: link}
}

func TestReportArchiveModel_keepsARecord(t *testing.T) {
	t.Parallel()
	stamp := &archive.Stamp{
		Time: time.Date(2026, 11, 25, 14, 0, 0, 0, time.FixedZone("CET", 3600)), Signer: "TSA",
		Expires: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	tests := map[string]struct {
		files         int
		stamp         *archive.Stamp
		wantAttribute bool // manifest_json is in the state
	}{
		"one file":   {1, nil, true},
		"time stamp": {1, stamp, true},
		"many files": {100, stamp, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var token []byte
			if tt.stamp != nil {
				token = []byte("token")
			}
			record := archiveRecord(t, tt.files, token)
			model := reportArchiveModel{
				ReportIdentifier: types.StringValue(exampleReport), Directory: types.StringValue("evidence/orders"),
			}
			var stored archivePrivateState
			if diags := stored.keepManifest(record); diags.HasError() {
				t.Fatal(diags)
			}
			model.setRecord(record, tt.stamp)
			if got := !model.ManifestJSON.IsNull() && !model.SHA256Sums.IsNull(); got != tt.wantAttribute || got == (stored.Manifest != nil) {
				t.Errorf("manifest_json is in the state: %t, in private state: %t", got, stored.Manifest != nil)
			}
			private := privateState{}
			if diags := stored.write(t.Context(), private); diags.HasError() {
				t.Fatal(diags)
			}
			read, diags := readArchivePrivateState(t.Context(), private)
			if diags.HasError() {
				t.Fatal(diags)
			}
			got, diags := model.record(read)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if len(got.Files) != len(record.Files) || got.Newest.Head() != record.Newest.Head() ||
				string(got.Newest.Manifest) != string(record.Newest.Manifest) || string(got.Newest.Token) != string(token) {
				t.Errorf("got %d files and the head %s", len(got.Files), got.Newest.Head())
			}
			if part := got.Files["0f000000-93c4-4d5e-a6f7-0b8c9dae1f20/1"]; part.RowCount == nil || *part.RowCount != 12 || part.Manifest != 1 {
				t.Errorf("got %+v", part)
			}
			if want := "2026-02-01T02:00:11Z"; model.NewestRunEndTime.ValueString() != want {
				t.Errorf("got newest_run_end_time %s, want %s", model.NewestRunEndTime, want)
			}
			if tt.stamp != nil && (model.TimestampedAt.ValueString() != "2026-11-25T13:00:00Z" || model.TimestampSigner.ValueString() != "TSA" ||
				model.TimestampExpiresAt.ValueString() != "2036-01-01T00:00:00Z" ||
				model.TimestampBase64.ValueString() != base64.StdEncoding.EncodeToString(token)) {
				t.Errorf("got the time stamp %s %s %s", model.TimestampedAt, model.TimestampSigner, model.TimestampExpiresAt)
			}
			if want := "evidence/orders/0002.json"; model.ManifestPath.ValueString() != want {
				t.Errorf("got manifest_path %s, want %s", model.ManifestPath, want)
			}
		})
	}
}

func TestReportArchiveModel_emptyArchive(t *testing.T) {
	t.Parallel()
	var model reportArchiveModel
	model.setRecord(archive.Record{ReportIdentifier: exampleReport}, nil)
	for name, value := range map[string]types.String{
		"manifest_path": model.ManifestPath, "sha256": model.SHA256, "manifest_json": model.ManifestJSON,
		"newest_run_end_time": model.NewestRunEndTime, "timestamped_at": model.TimestampedAt,
	} {
		if !value.IsNull() {
			t.Errorf("%s: got %s, want null", name, value)
		}
	}
	if got, diags := model.record(archivePrivateState{}); diags.HasError() || got.Sequence != 0 || len(got.Files) != 0 {
		t.Errorf("got %+v %v", got, diags)
	}
}

func TestReportArchiveModel_damagedState(t *testing.T) {
	t.Parallel()
	model := reportArchiveModel{ReportIdentifier: types.StringValue(exampleReport), Directory: types.StringValue("evidence")}
	model.setRecord(archiveRecord(t, 1, nil), nil)
	model.SHA256 = types.StringValue(strings.Repeat("0", 64))
	if _, diags := model.record(archivePrivateState{}); !diags.HasError() || diags[0].Summary() != "State Not Readable" {
		t.Errorf("got %v", diags)
	}
}

// TestReportArchiveModel_fileFromWindows reads the name of a file from a path that was written on Windows.
func TestReportArchiveModel_fileFromWindows(t *testing.T) {
	t.Parallel()
	object, ok := archivedFileValue(types.StringValue(`C:\evidence\a.csv`), types.StringValue("1"), types.Int64Value(7),
		types.Int64Null(), "", "2026-01-01 02:00:00", 3).(types.Object)
	if !ok {
		t.Fatal("the value is not an object")
	}
	want := archive.File{Name: "a.csv", SHA256: "1", Size: 7, ReportEndDate: "2026-01-01 02:00:00", Manifest: 3}
	if got := archivedFile(object); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestReportArchiveModel_newToken records another time stamp whose details are not known.
func TestReportArchiveModel_newToken(t *testing.T) {
	t.Parallel()
	model := reportArchiveModel{Directory: types.StringValue("evidence")}
	stamp := archive.Stamp{Time: time.Unix(0, 0), Signer: "TSA", Expires: time.Unix(1, 0)}
	model.setRecord(archiveRecord(t, 1, []byte("first")), &stamp)
	model.setRecord(archiveRecord(t, 1, []byte("first")), nil)
	if got, want := model.TimestampSigner.ValueString(), "TSA"; got != want {
		t.Errorf("the same token: got the signer %q, want %q", got, want)
	}
	model.setRecord(archiveRecord(t, 1, []byte("second")), nil)
	if !model.TimestampSigner.IsNull() || !model.TimestampedAt.IsNull() || !model.TimestampExpiresAt.IsNull() {
		t.Errorf("another token: got the details %s %s %s of the first one, want null",
			model.TimestampSigner, model.TimestampedAt, model.TimestampExpiresAt)
	}
}

func TestReportArchiveModel_options(t *testing.T) {
	t.Parallel()
	model := reportArchiveModel{
		FilePermission: types.StringValue("0640"), DirectoryPermission: types.StringValue("0750"),
		MaxDownloadBytes: types.Int64Value(7), AllowEmpty: types.BoolValue(true),
	}
	want := archive.Options{FileMode: 0o640, DirMode: 0o750, MaxBytes: 7, AllowEmpty: true}
	if got := model.options(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestManifestFitsState has manifests around the limit of 8 KiB.
func TestManifestFitsState(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]bool{8 << 10: true, 8<<10 + 1: false} {
		link := archive.Link{Manifest: make([]byte, size-100), Sums: make([]byte, 100)}
		if got := manifestFitsState(link); got != want {
			t.Errorf("%d bytes: got %t, want %t", size, got, want)
		}
	}
}

// TestNewArchiveRun checks that every field of a run in the archive is set.
func TestNewArchiveRun(t *testing.T) {
	t.Parallel()
	parts, manual := int64(3), true
	record := reportlibrary.Record{
		ReportIdentifier: exampleReport, ReportDisplayName: "Orders", ReportType: "orders", ReportTypeDisplayName: "Orders report",
		ReportRunIdentifier: exampleRun, ReportStartDate: "start", ReportEndDate: "end", Schedule: "MONTHLY",
		ManuallyTriggered: &manual, CreatedByUserID: "12345", CreatedByUserName: "John Doe", CreatedDate: "created",
		Formats: []string{"CSV"}, Status: "READY", SplitReportCount: &parts,
	}
	run := newArchiveRun(record)
	if got := run.Parts; got != parts {
		t.Errorf("got %d parts, want %d", got, parts)
	}
	value := reflect.ValueOf(run)
	for i := range value.NumField() {
		if value.Field(i).IsZero() {
			t.Errorf("%s is not set", value.Type().Field(i).Name)
		}
	}
}

func TestReportArchiveModel_path(t *testing.T) {
	t.Parallel()
	for directory, want := range map[string]string{
		"evidence/orders": "evidence/orders/0001.json", "evidence/orders/": "evidence/orders/0001.json", ".": "./0001.json",
		"/": "/0001.json", `C:\evidence\`: `C:\evidence/0001.json`,
	} {
		model := reportArchiveModel{Directory: types.StringValue(directory)}
		if got := model.path("0001.json"); got != want {
			t.Errorf("%s: got %s, want %s", directory, got, want)
		}
	}
}

func TestCIJob(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		environment map[string]string
		want        string
	}{
		"none": {nil, ""},
		"GitHub Actions": {map[string]string{
			"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/evidence", "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "2",
		}, "https://github.com/acme/evidence/actions/runs/42/attempts/2"},
		"GitLab CI":     {map[string]string{"CI_JOB_URL": "https://gitlab.example/acme/-/jobs/7"}, "https://gitlab.example/acme/-/jobs/7"},
		"Jenkins":       {map[string]string{"BUILD_URL": "https://user:password@ci.example/job/1/?token=x"}, "https://ci.example/job/1/"},
		"HCP Terraform": {map[string]string{"TFC_RUN_ID": "run-1"}, "run-1"},
		"not a URL":     {map[string]string{"BUILD_URL": "http://a b:c"}, ""},
	}
	for name, tt := range tests {
		if got := ciJob(func(variable string) string { return tt.environment[variable] }); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestConfiguredProvider_draftKey(t *testing.T) {
	t.Parallel()
	const host = "https://one.digicert.com"
	key := func(secret, baseURL, report string) archive.DraftKey {
		p := &configuredProvider{apiKey: secret, baseURL: baseURL}
		return p.draftKey(&reportArchiveModel{ReportIdentifier: types.StringValue(report)})
	}
	tests := map[string]struct {
		got  archive.DraftKey
		same bool
	}{
		"same":                {key("a secret", host, exampleReport), true},
		"upper case and path": {key("a secret", "HTTPS://ONE.digicert.com/api", strings.ToUpper(exampleReport)), true},
		"other secret":        {key("another secret", host, exampleReport), false},
		"other report":        {key("a secret", host, exampleRun), false},
		"other host":          {key("a secret", "https://mock.example.com", exampleReport), false},
		"other port":          {key("a secret", host+":8443", exampleReport), false},
		"other scheme":        {key("a secret", "http://one.digicert.com", exampleReport), false},
	}
	want := key("a secret", host, exampleReport)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if same := bytes.Equal(tt.got, want); same != tt.same {
				t.Errorf("got the same key: %t, want %t", same, tt.same)
			}
		})
	}
}
