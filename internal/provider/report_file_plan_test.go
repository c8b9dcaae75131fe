package provider

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// savedModel is a saved report as a state records it.
func savedModel() reportFileModel {
	m := adoptedFile(context.Background(), "out/orders.csv")
	m.ReportIdentifier = types.StringValue(strings.Repeat("a", 32))
	m.ReportRunIdentifier = types.StringValue("01234567-" + strings.Repeat("b", 27))
	m.ReportFormat = types.StringValue("CSV")
	m.ContentSHA256 = types.StringValue(sha256Of(january))
	m.ContentBase64SHA256 = types.StringValue(base64SHA256Of(january))
	m.ContentSHA512, m.ContentMD5 = types.StringValue("recorded sha512"), types.StringValue("recorded md5")
	m.ContentSize = types.Int64Value(20)
	m.DeliveredFormat = types.StringValue("CSV")
	m.SuggestedFilename = types.StringValue("Monthly orders-2026-11-01.csv")
	m.DownloadedAt = types.StringValue("2026-11-01T00:00:00Z")
	m.setFormat(reportlibrary.FormatCSV)
	return m
}

// recordedArchive is the same as a ZIP with two files.
func recordedArchive() reportFileModel {
	m := savedModel()
	m.ReportFormat = types.StringValue("ZIP")
	m.setFormat(reportlibrary.FormatZIP)
	members := []reportlibrary.Member{{Name: "b.csv", Size: 2, SHA256: sha256Of("b")}, {Name: "a.csv", Size: 1, SHA256: sha256Of("a")}}
	m.Members, m.MembersSHA256 = membersValue(members), types.StringValue(reportlibrary.MembersSHA256(members))
	return m
}

// TestPlanFile goes through the event table of the resource, row by row.
func TestPlanFile(t *testing.T) {
	t.Parallel()
	other := types.StringValue(strings.Repeat("c", 32))
	expect := func(content string) func(*reportFileModel) {
		return func(m *reportFileModel) { m.ExpectedSHA256 = types.StringValue(strings.ToUpper(sha256Of(content))) }
	}
	contentFactNames := []string{"content_sha256", "content_base64sha256", "content_sha512", "content_md5", "content_size"}
	delivery := []string{"delivered_format", "suggested_filename", "downloaded_at"}
	all := append(append([]string{}, contentFactNames...), delivery...)
	allBut := func(known ...string) []string {
		var unknown []string
		for _, name := range all {
			if !strings.Contains(strings.Join(known, " "), name) {
				unknown = append(unknown, name)
			}
		}
		return unknown
	}
	for name, tc := range map[string]struct {
		state       reportFileModel
		change      func(*reportFileModel)
		disk        diskState
		want        fileAction
		wantPath    string // "" for unknown
		wantUnknown []string
		wantPresent types.Bool // null for true
	}{
		"nothing changed":        {state: savedModel(), want: fileKeep, wantPath: "out/orders.csv"},
		"deleted":                {state: savedModel(), disk: diskMissing, want: fileRestore, wantPath: "out/orders.csv"},
		"edited":                 {state: savedModel(), disk: diskModified, want: fileRestore, wantPath: "out/orders.csv"},
		"another mode":           {state: savedModel(), disk: diskOtherMode, want: fileKeep, wantPath: "out/orders.csv"},
		"a link":                 {state: savedModel(), disk: diskObstructed, want: fileRestore, wantPath: "out/orders.csv", wantPresent: types.BoolUnknown()},
		"a link, another run":    {state: savedModel(), change: func(m *reportFileModel) { m.ReportRunIdentifier = other }, disk: diskObstructed, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all, wantPresent: types.BoolUnknown()},
		"a link, another path":   {state: savedModel(), change: moveTo("new.csv"), disk: diskObstructed, want: fileRestore, wantPath: "new.csv"},
		"deleted and ignored":    {state: savedModel(), change: ignoreMissing, disk: diskMissing, want: fileRecord, wantPath: "out/orders.csv"},
		"deleted, then ignored":  {state: absent(savedModel()), change: ignoreMissing, disk: diskMissing, want: fileRecord, wantPath: "out/orders.csv", wantPresent: types.BoolValue(false)},
		"edited under ignore":    {state: savedModel(), change: ignoreMissing, disk: diskModified, want: fileRestore, wantPath: "out/orders.csv"},
		"moved under ignore":     {state: savedModel(), change: both(ignoreMissing, moveTo("new.csv")), disk: diskMissing, want: fileRecord, wantPath: "new.csv"},
		"another report":         {state: savedModel(), change: func(m *reportFileModel) { m.ReportIdentifier = other }, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all},
		"another run":            {state: savedModel(), change: func(m *reportFileModel) { m.ReportRunIdentifier = other }, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all},
		"another part":           {state: savedModel(), change: func(m *reportFileModel) { m.SplitReportSequence = types.Int64Value(1) }, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all},
		"another format":         {state: savedModel(), change: func(m *reportFileModel) { m.ReportFormat = types.StringValue("JSON") }, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all},
		"unknown run":            {state: savedModel(), change: func(m *reportFileModel) { m.ReportRunIdentifier = types.StringUnknown() }, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all, wantPresent: types.BoolUnknown()},
		"another run, promised":  {state: savedModel(), change: both(func(m *reportFileModel) { m.ReportRunIdentifier = other }, expect(february)), want: fileReplace, wantPath: "out/orders.csv", wantUnknown: allBut("content_sha256", "content_base64sha256")},
		"recorded digest":        {state: savedModel(), change: expect(january), want: fileKeep, wantPath: "out/orders.csv"},
		"another digest":         {state: savedModel(), change: expect(february), want: fileReplace, wantPath: "out/orders.csv", wantUnknown: allBut("content_sha256", "content_base64sha256")},
		"unknown digest":         {state: savedModel(), change: func(m *reportFileModel) { m.ExpectedSHA256 = types.StringUnknown() }, want: fileReplace, wantPath: "out/orders.csv", wantUnknown: all, wantPresent: types.BoolUnknown()},
		"another path":           {state: savedModel(), change: moveTo("new.csv"), want: fileMove, wantPath: "new.csv"},
		"another path, deleted":  {state: savedModel(), change: moveTo("new.csv"), disk: diskMissing, want: fileRestore, wantPath: "new.csv"},
		"unknown path":           {state: savedModel(), change: func(m *reportFileModel) { m.Filename = types.StringUnknown() }, want: fileMove, wantPresent: types.BoolUnknown()},
		"unknown on_missing":     {state: savedModel(), change: func(m *reportFileModel) { m.OnMissing = types.StringUnknown() }, disk: diskMissing, want: fileRestore, wantPath: "out/orders.csv", wantPresent: types.BoolUnknown()},
		"other case":             {state: savedModel(), change: upperCase, want: fileKeep, wantPath: "out/orders.csv"},
		"other case, folder":     {state: inDirectory("out"), change: upperCase, want: fileKeep, wantPath: "out/orders.csv"},
		"same folder":            {state: savedModel(), change: intoDirectory("./out/"), want: fileKeep, wantPath: "out/orders.csv"},
		"another folder":         {state: savedModel(), change: intoDirectory("new"), want: fileMove, wantPath: "new/Monthly orders-2026-11-01-01234567.csv"},
		"folder to folder":       {state: inDirectory("out"), change: intoDirectory("new"), want: fileMove, wantPath: "new/orders.csv"},
		"folder, another run":    {state: inDirectory("out"), change: func(m *reportFileModel) { m.ReportRunIdentifier = other }, want: fileReplace, wantUnknown: all},
		"folder, another digest": {state: inDirectory("out"), change: expect(february), want: fileReplace, wantPath: "out/orders.csv", wantUnknown: allBut("content_sha256", "content_base64sha256")},
		"settings": {state: savedModel(), change: func(m *reportFileModel) {
			m.Overwrite, m.KeepFiles, m.FilePermission = types.BoolValue(true), types.BoolValue(true), types.StringValue("0644")
		}, want: fileKeep, wantPath: "out/orders.csv"},
		"archive deleted":            {state: recordedArchive(), disk: diskMissing, want: fileRestore, wantPath: "out/orders.csv", wantUnknown: contentFactNames},
		"archive deleted, pinned":    {state: recordedArchive(), change: expect(january), disk: diskMissing, want: fileRestore, wantPath: "out/orders.csv"},
		"from another type":          {state: fromLocalFile(), change: identify, want: fileKeep, wantPath: "out/orders.csv", wantUnknown: []string{"content_size"}},
		"from another type, ignored": {state: fromLocalFile(), change: both(identify, ignoreMissing), disk: diskMissing, want: fileRestore, wantPath: "out/orders.csv", wantUnknown: []string{"content_size"}},
		"other side of a link":       {state: inDirectory("link/.."), change: intoDirectory("."), want: fileMove, wantPath: "./orders.csv"},
		"from another type, edited":  {state: fromLocalFile(), change: identify, disk: diskModified, want: fileRestore, wantPath: "out/orders.csv", wantUnknown: []string{"content_size"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, plan := tc.state, tc.state
			if tc.change != nil {
				tc.change(&plan)
			}
			next, action := planFile(&state, plan, tc.disk)
			if action != tc.want {
				t.Errorf("action %d instead of %d", action, tc.want)
			}
			if filepath.ToSlash(next.Path.ValueString()) != tc.wantPath || next.Path.IsUnknown() != (tc.wantPath == "") {
				t.Errorf("path %s instead of %q", next.Path, tc.wantPath)
			}
			wantPresent := tc.wantPresent
			if wantPresent.IsNull() {
				wantPresent = types.BoolValue(true)
			}
			if !next.Present.Equal(wantPresent) {
				t.Errorf("present is %s instead of %s", next.Present, wantPresent)
			}
			var unknown []string
			for _, name := range all {
				if factOf(next, name).IsUnknown() {
					unknown = append(unknown, name)
				}
			}
			if strings.Join(unknown, " ") != strings.Join(tc.wantUnknown, " ") {
				t.Errorf("unknown are %v instead of %v", unknown, tc.wantUnknown)
			}
			if want := next.format().MediaType(); !plan.ReportFormat.IsUnknown() && next.ContentType.ValueString() != want {
				t.Errorf("content_type is %s instead of %s", next.ContentType, want)
			}
		})
	}
}

func TestPlanFile_new(t *testing.T) {
	t.Parallel()
	plan := savedModel()
	plan.forget()
	next, action := planFile(nil, plan, diskUnchanged)
	if action != fileReplace || next.Path.ValueString() != "out/orders.csv" || !next.Present.ValueBool() {
		t.Errorf("action %d, path %s, present %s", action, next.Path, next.Present)
	}
	intoDirectory("out")(&plan)
	if next, _ = planFile(nil, plan, diskUnchanged); !next.Path.IsUnknown() {
		t.Errorf("path %s before the download has told a name", next.Path)
	}
}

func TestPlanFile_archiveKeepsWhatItsMembersAre(t *testing.T) {
	t.Parallel()
	state := recordedArchive()
	next, _ := planFile(&state, state, diskMissing)
	if !next.MembersSHA256.Equal(state.MembersSHA256) {
		t.Errorf("members_sha256 is %s", next.MembersSHA256)
	}
	members := recordedMembers(next.Members)
	recorded := recordedMembers(state.Members)
	for i := range recorded {
		recorded[i].Name = ""
	}
	if len(members) != 2 || members[0] != recorded[0] || members[1] != recorded[1] {
		t.Errorf("members are %v instead of %v", members, recorded)
	}
	for _, element := range next.Members.Elements() {
		if object, ok := element.(types.Object); !ok || !object.Attributes()["name"].IsUnknown() {
			t.Errorf("the name in %s is known", element)
		}
	}
}

func TestInRecordedOrder(t *testing.T) {
	t.Parallel()
	a, b := reportlibrary.Member{Name: "a", Size: 1, SHA256: "1"}, reportlibrary.Member{Name: "b", Size: 2, SHA256: "2"}
	twin := reportlibrary.Member{Name: "twin", Size: 1, SHA256: "1"}
	got := inRecordedOrder([]reportlibrary.Member{b, a, twin}, []reportlibrary.Member{{Size: 1, SHA256: "1"}, {Size: 1, SHA256: "1"}, {Size: 2, SHA256: "2"}})
	if want := []reportlibrary.Member{a, twin, b}; got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%v instead of %v", got, want)
	}
}

func ignoreMissing(m *reportFileModel) { m.OnMissing = types.StringValue(onMissingIgnore) }

func upperCase(m *reportFileModel) {
	m.ReportIdentifier = types.StringValue(strings.ToUpper(m.ReportIdentifier.ValueString()))
	m.ReportRunIdentifier = types.StringValue(strings.ToUpper(m.ReportRunIdentifier.ValueString()))
}

func absent(m reportFileModel) reportFileModel {
	m.Present = types.BoolValue(false)
	return m
}

func moveTo(filename string) func(*reportFileModel) {
	return func(m *reportFileModel) { m.Filename = types.StringValue(filename) }
}

func intoDirectory(directory string) func(*reportFileModel) {
	return func(m *reportFileModel) { m.Filename, m.Directory = types.StringNull(), types.StringValue(directory) }
}

func inDirectory(directory string) reportFileModel {
	m := savedModel()
	intoDirectory(directory)(&m)
	m.Path = types.StringValue(directory + "/orders.csv")
	return m
}

func both(first, second func(*reportFileModel)) func(*reportFileModel) {
	return func(m *reportFileModel) { first(m); second(m) }
}

// fromLocalFile is the state that a moved local_file leaves, identify what the configuration adds to it.
func fromLocalFile() reportFileModel {
	m := adoptedFile(context.Background(), "out/orders.csv")
	recorded := savedModel()
	m.ContentSHA256, m.ContentBase64SHA256 = recorded.ContentSHA256, recorded.ContentBase64SHA256
	m.ContentSHA512, m.ContentMD5 = recorded.ContentSHA512, recorded.ContentMD5
	return m
}

func identify(m *reportFileModel) {
	recorded := savedModel()
	m.ReportIdentifier, m.ReportRunIdentifier, m.ReportFormat = recorded.ReportIdentifier, recorded.ReportRunIdentifier, recorded.ReportFormat
}

func factOf(m reportFileModel, name string) attr.Value {
	return map[string]attr.Value{
		"content_sha256": m.ContentSHA256, "content_base64sha256": m.ContentBase64SHA256, "content_sha512": m.ContentSHA512,
		"content_md5": m.ContentMD5, "content_size": m.ContentSize, "delivered_format": m.DeliveredFormat,
		"suggested_filename": m.SuggestedFilename, "downloaded_at": m.DownloadedAt,
	}[name]
}
