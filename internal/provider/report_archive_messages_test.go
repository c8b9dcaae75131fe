package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// TestReportArchiveMessages covers each message about an archive.
func TestReportArchiveMessages(t *testing.T) {
	t.Parallel()
	model := &reportArchiveModel{
		ReportIdentifier: types.StringValue(exampleReport), ReportFormat: types.StringValue("CSV"),
		Directory: types.StringValue("evidence"), OnMissing: types.StringValue(onMissingRestore),
		FilePermission: types.StringValue("0640"), KeepFiles: types.BoolValue(true),
	}
	model.setRecord(archiveRecord(t, 1, nil), nil)
	change := &archiveChange{provider: &configuredProvider{}, plan: *model, timeout: "update"}
	const recorded = archive.Key("0f000000-93c4-4d5e-a6f7-0b8c9dae1f20/1")
	full := &atomicfile.SpaceError{Path: "evidence/0002.json", Err: errors.New("no space left on device")}
	failures := func(restore bool, errs ...error) archive.Outcome {
		outcome := archive.Outcome{}
		for i, err := range errs {
			outcome.Failures = append(outcome.Failures, archive.Failure{
				Key: recorded, Name: fmt.Sprintf("%d.csv", i), EndDate: "2026-01-01 02:00:00", Restore: restore, Err: err,
			})
		}
		return outcome
	}
	finding := func(condition archive.Condition, found string) archive.Inspection {
		return archive.Inspection{Files: []archive.Finding{{Key: recorded, Name: "a.csv", Condition: condition, Found: found}}}
	}
	chain := func(problem archive.Problem) diag.Diagnostics {
		return diag.Diagnostics{model.chainDiagnostic(&archive.ChainError{Problem: problem, Name: "0002.json", Detail: "the detail"})}
	}
	many := make([]error, 60)
	for i := range many {
		many[i] = full
	}
	tests := map[string]struct {
		diags diag.Diagnostics
		want  []string // the title, and parts of the text
	}{
		"missing":           {model.inspectionWarnings(finding(archive.Missing, "")), []string{"Archived Files Missing", "1 file", "\nevidence/a.csv"}},
		"modified":          {model.inspectionWarnings(finding(archive.Modified, "abc")), []string{"Archived Files Modified", "Recorded: " + strings.Repeat("1", 64), "Found: abc"}},
		"another mode":      {model.inspectionWarnings(finding(archive.WrongMode, "0604")), []string{"Archived Files Have Another Mode", "0640", "0604"}},
		"newest manifest":   {model.inspectionWarnings(archive.Inspection{Newest: []archive.Finding{{Name: "0002.json", Condition: archive.Missing}}}), []string{"Newest Manifest Modified", "evidence/0002.json: missing"}},
		"earlier manifest":  {model.inspectionWarnings(archive.Inspection{Earlier: []archive.Finding{{Name: "0001.json", Condition: archive.Modified}}}), []string{"Earlier Manifest Modified", "evidence/0001.json: modified", "backup"}},
		"not archived":      {change.failureDiagnostics(failures(false, full, archive.ErrNotTried)), []string{"Report Runs Not Archived", "2 files", "\nevidence/0.csv (run " + string(recorded) + ", ended 2026-01-01 02:00:00)", "no space left", "\nNot tried after the other failures: 1 file"}},
		"interrupted apply": {change.failureDiagnostics(failures(false, context.Canceled, fmt.Errorf("writing: %w", context.Canceled))), []string{"Not archived: 2 files", "\n\nNot done when the operation was canceled: 2 files"}},
		"continued":         {change.outcomeWarnings(archive.Outcome{Taken: 3}), []string{"Interrupted Apply Continued", "3 files in evidence"}},
		"many not archived": {change.failureDiagnostics(failures(false, many...)), []string{"60 files", "… and "}},
		"not restored":      {change.failureDiagnostics(failures(true, full)), []string{"Archived Files Not Restored", "2026-01-01", "backup", "on_missing"}},
		"a ZIP":             {change.failureDiagnostics(failures(true, &archive.ContentChangedError{Recorded: "r", Delivered: "d", Archive: true})), []string{"byte for byte", "recorded r"}},
		"manifest":          {change.failureDiagnostics(archive.Outcome{ManifestErr: full}), []string{"Manifest Not Written", "no space left", "state contains it"}},
		"set aside":         {change.outcomeWarnings(archive.Outcome{SetAside: []string{"a.csv.modified-1"}}), []string{"Modified Files Set Aside", "evidence/a.csv.modified-1"}},
		"definition":        {change.outcomeWarnings(archive.Outcome{DefinitionErr: errors.New("status 500")}), []string{"Report Definition Not Recorded", "status 500"}},
		"time stamp":        {change.outcomeWarnings(archive.Outcome{StampErr: errors.New("status 503")}), []string{"Manifest Without Time Stamp", "status 503", "requests one"}},
		"destroy":           {model.destroyWarning(), []string{"Archive No Longer Verified", "2 archived files", "import"}},
		"kept":              {removalDiagnostics(*model, []string{"a.csv"}, nil), []string{"Edited File Stays", "evidence/a.csv"}},
		"not removed":       {removalDiagnostics(*model, nil, full), []string{"File Not Removed", "no space left", "keep_files"}},
		"existing":          {diag.Diagnostics{model.existingArchive(2)}, []string{"Archive Already Exists", "2 manifests", "'" + exampleReport + ",CSV,evidence'"}},
		"reserved":          {diag.Diagnostics{model.reservedDiagnostic()}, []string{"Path Written Twice", "evidence"}},
		"not readable":      {diag.Diagnostics{model.readDiagnostic(full)}, []string{"Archive Not Readable", "no space left"}},
		"unusable runs": {model.historyWarnings(archive.Discovery{Unusable: []archive.Run{{ReportRunIdentifier: "../x\x1b", Parts: 7}}}, nil, change.provider),
			[]string{"Report Runs Not Usable", `../x\x1b, 7 parts`}},
		"failed run": {model.historyWarnings(archive.Discovery{}, []archive.Run{{ReportRunIdentifier: exampleRun, Status: "FAILED", ReportStartDate: "2026-03-01 02:00:00"}}, change.provider),
			[]string{"Newest Report Run Failed", exampleRun, "2026-03-01"}},
		"foreign":     {chain(archive.Foreign), []string{"Directory Of Another Archive", "evidence/0002.json", "the detail"}},
		"taken":       {chain(archive.Taken), []string{"Archive Forked", "import"}},
		"interrupted": {chain(archive.Interrupted), []string{"Apply Was Interrupted", "Plan again"}},
		"unverified":  {chain(archive.Unverified), []string{"Interrupted Apply Not Taken Over", "earlier API key", "import"}},
		"edited":      {chain(archive.LinkModified), []string{"Manifest Edited", "backup"}},
		"gone":        {chain(archive.LinkMissing), []string{"Manifest Missing", "backup"}},
		"broken":      {chain(archive.Broken), []string{"Manifest Chain Broken", "backup"}},
		"absent":      {chain(archive.Absent), []string{"No Archive To Import"}},
		"unreadable":  {chain(archive.Unreadable), []string{"Manifest Not Readable"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(tt.diags) != 1 {
				t.Fatalf("got %d diagnostics, want 1: %v", len(tt.diags), tt.diags)
			}
			text := tt.diags[0].Summary() + "\n" + tt.diags[0].Detail()
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("there is no %q in\n%s", want, text)
				}
			}
		})
	}
}
