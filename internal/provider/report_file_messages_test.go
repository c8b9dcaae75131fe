package provider

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// TestFileMessages_failure words every kind of error of package savedfile.
func TestFileMessages_failure(t *testing.T) {
	t.Parallel()
	refused := &atomicfile.TargetError{Path: "orders.csv", Problem: atomicfile.TargetRefused, Err: errors.New("no such device")}
	expired := &reportlibrary.Error{Kind: reportlibrary.KindNotFound, Status: 404}
	filename, timeout := path.Root("filename"), path.Root("timeouts").AtName("update")
	tests := []struct {
		name    string
		err     savedfile.Error
		summary string
		blame   path.Path
		detail  []string
	}{
		{
			"not permitted", savedfile.Error{Kind: savedfile.Unreadable, Err: &atomicfile.TargetError{Err: errPermission}},
			"File Not Readable", path.Empty(), []string{"the user that runs Terraform", "Folder: . (d"},
		},
		{"unreadable", savedfile.Error{Kind: savedfile.Unreadable, Err: refused}, "File Not Readable", path.Empty(), []string{"no such device"}},
		{"missing", savedfile.Error{Kind: savedfile.FileMissing}, "File Not Found", filename, []string{"orders.csv", "import"}},
		{"unwritable", savedfile.Error{Kind: savedfile.Unwritable, Err: refused}, "Target Refused", filename, []string{"no such device"}},
		{"no space", savedfile.Error{Kind: savedfile.Unwritable, Err: &atomicfile.SpaceError{Need: 5}}, "No Space Left", filename, []string{"5 bytes"}},
		{"taken", savedfile.Error{Kind: savedfile.PathTaken}, "Path Written Twice", filename, []string{"orders.csv"}},
		{
			"taken for another run", savedfile.Error{Kind: savedfile.PathTaken, Err: &atomicfile.TargetError{Other: "Report: a\nRun: b"}},
			"Path Written Twice", filename, []string{"Other resource: Report: a\nOther resource: Run: b"},
		},
		{
			"taken for the same run", savedfile.Error{Kind: savedfile.PathTaken, Err: &atomicfile.TargetError{
				Other: strings.Join(new(savedModel(t)).context(), "\n"),
			}}, "Path Written Twice", filename, []string{"the same run", "each.key"},
		},
		{"obstructed", savedfile.Error{Kind: savedfile.PathObstructed, Obstacle: "a folder"}, "Path Is Not A File", filename, []string{"a folder at orders.csv", "Move it away"}},
		{"occupied", savedfile.Error{Kind: savedfile.PathOccupied, Want: "1a", Got: "2b"}, "File Already Exists", filename, []string{"overwrite", "Wanted: 1a", "Found: 2b"}},
		{"not adopted", savedfile.Error{Kind: savedfile.NotAdopted, Err: errors.New("it is HTML")}, "File Not Adopted", filename, []string{"it is HTML", "report_format"}},
		{"unexpected", savedfile.Error{Kind: savedfile.Unexpected, Want: "1a", Got: "2b"}, "Unexpected Content", path.Root("expected_sha256"), []string{"Expected: 1a", "Delivered: 2b"}},
		{"changed", savedfile.Error{Kind: savedfile.ContentChanged, Want: "1a", Got: "2b"}, "Content Changed At Its Source", path.Root("content_sha256"), []string{"Recorded: 1a", `expected_sha256 = "2b"`}},
		{"members", savedfile.Error{Kind: savedfile.MembersChanged, Want: "1a", Got: "2b"}, "Content Changed At Its Source", path.Root("members_sha256"), []string{"Recorded: 1a", "digicert_report_download"}},
		{"archive", savedfile.Error{Kind: savedfile.ArchiveDiffers, Want: "1a", Got: "2b"}, "Archive Differs Since The Plan", path.Root("content_sha256"), []string{"Planned: 1a", "again"}},
		{
			"missing for good", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Missing, Want: "1a", Err: expired},
			"Report Run Not Found", path.Root("report_run_identifier"), []string{"orders.csv is missing", `on_missing = "ignore"`, "backup", "Recorded: 1a"},
		},
		{
			"modified for good", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Modified, Err: expired},
			"Report Run Not Found", path.Root("report_run_identifier"), []string{"orders.csv is modified", "move the modified file away"},
		},
		{
			"expired for good", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Missing, Err: &reportlibrary.Error{Kind: reportlibrary.KindRunExpired}},
			"Report Run Expired", path.Root("report_run_identifier"), []string{"orders.csv is missing", `on_missing = "ignore"`, "backup"},
		},
		{
			"report gone", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Missing, Err: &reportlibrary.Error{Kind: reportlibrary.KindReportUnknown}},
			"Report Run Not Found", path.Root("report_run_identifier"), []string{"orders.csv is missing", `on_missing = "ignore"`},
		},
		{
			"nothing there", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Missing, Err: &reportlibrary.Error{Kind: reportlibrary.KindNoService, Code: "not_found"}},
			"Report Run Not Found", path.Root("report_run_identifier"), []string{"orders.csv is missing", `on_missing = "ignore"`},
		},
		{
			"a page in its place", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Missing, Err: &reportlibrary.Error{Kind: reportlibrary.KindNoService}},
			"Report Library Not Found", path.Empty(), []string{"base_url", "proxy"},
		},
		{
			"not ready", savedfile.Error{Kind: savedfile.NotDownloaded, Restores: savedfile.Missing, Err: &reportlibrary.Error{Kind: reportlibrary.KindGenerating}},
			"Report Run Not Ready", path.Root("report_run_identifier"), []string{"wait_for_ready"},
		},
		{
			"split", savedfile.Error{Kind: savedfile.NotDownloaded, Err: &reportlibrary.Error{Kind: reportlibrary.KindSplit, Err: &reportlibrary.Cause{Parts: 2}}},
			"Report Run Is Split", path.Root("split_report_sequence"), []string{"\n\nEvery part:\n", "range(2)", `filename              = "orders-part${each.key}.csv"`},
		},
		{"not restored", savedfile.Error{Kind: savedfile.NotDownloaded, Err: expired}, "Report Run Not Found", path.Root("report_run_identifier"), nil},
		{"disk full during the download", savedfile.Error{Kind: savedfile.NotDownloaded, Err: &atomicfile.SpaceError{Need: 5}}, "No Space Left", filename, nil},

		{"canceled", savedfile.Error{Kind: savedfile.Unwritable, Err: context.Canceled}, "Operation Canceled", path.Empty(), []string{"orders.csv"}},
		{"canceled while reading", savedfile.Error{Kind: savedfile.Unreadable, Err: context.Canceled}, "Operation Canceled", path.Empty(), nil},
		{"canceled download", savedfile.Error{Kind: savedfile.NotDownloaded, Err: context.Canceled}, "Operation Canceled", path.Empty(), nil},
		{"timeout", savedfile.Error{Kind: savedfile.Unwritable, Err: context.DeadlineExceeded}, "Timeout Reached", timeout, []string{"timeout"}},
		{"timeout of a download", savedfile.Error{Kind: savedfile.NotDownloaded, Err: context.DeadlineExceeded}, "Timeout Reached", timeout, nil},
		{
			"folder locked", savedfile.Error{Kind: savedfile.Unwritable, Err: &atomicfile.TargetError{Problem: atomicfile.TargetLocked}},
			"Folder Locked", timeout, []string{"timeouts"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.err.Path = "orders.csv"
			messages := messagesFor(new(savedModel(t)), "update")
			got := messages.failure(&tt.err)
			if len(got) != 1 || got[0].Summary() != tt.summary || got[0].Severity() != diag.SeverityError {
				t.Fatalf("got %v, want one error %q", got, tt.summary)
			}
			if at := blameOf(got[0]); !at.Equal(tt.blame) {
				t.Errorf("got %s on %s, want %s", tt.summary, at, tt.blame)
			}
			for _, want := range append(tt.detail, "Report: ", "Run: ") {
				if !strings.Contains(got[0].Detail(), want) {
					t.Errorf("there is no %q in %q", want, got[0].Detail())
				}
			}
		})
	}
}

func TestFileMessages_withoutClient(t *testing.T) {
	t.Parallel()
	want := missingKeyDiagnostics()
	err := &savedfile.Error{Kind: savedfile.NotDownloaded, Err: &configError{want}}
	if got := (fileMessages{}).failure(err); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// blameOf returns the attribute of a diagnostic.
func blameOf(d diag.Diagnostic) path.Path {
	if withPath, ok := d.(diag.DiagnosticWithPath); ok {
		return withPath.Path()
	}
	return path.Empty()
}

// TestFileMessages_warnings words every kind of warning of package savedfile.
func TestFileMessages_warnings(t *testing.T) {
	t.Parallel()
	failed := errors.New("read-only file system")
	titles := map[savedfile.WarningKind]string{
		savedfile.Adopted: "Existing File Adopted", savedfile.Unsynced: "File Not Flushed", savedfile.TempLeft: "Temporary File Stays",
		savedfile.TempNotRemoved: "Temporary File Stays", savedfile.ModeIgnored: "File Permission Has No Effect",
		savedfile.OldKept: "Edited File Stays", savedfile.OldShared: "Shared File Stays", savedfile.OldNotRemoved: "Old File Not Removed",
	}
	withCause := []savedfile.WarningKind{savedfile.Unsynced, savedfile.TempNotRemoved, savedfile.OldNotRemoved}
	for kind, title := range titles {
		warnings := []savedfile.Warning{{Kind: kind, Path: "new.csv", Other: "old.csv", Err: failed}}
		got := messagesFor(new(savedModel(t)), "update").warnings(warnings)
		if len(got) != 1 || got[0].Summary() != title || got[0].Severity() != diag.SeverityWarning {
			t.Errorf("got %v, want one warning %q", got, title)
			continue
		}
		if strings.Contains(got[0].Detail(), failed.Error()) != slices.Contains(withCause, kind) {
			t.Errorf("%s: the cause is missing, or in excess: %q", title, got[0].Detail())
		}
	}
}

func TestDestroyMessages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err             error
		summary, remedy string
	}{
		{context.Canceled, "Operation Canceled", "unchanged"},
		{&atomicfile.TargetError{Problem: atomicfile.TargetLocked}, "Folder Locked", "Wait"},
		{errors.New("input/output error"), "File Not Removed", "error of the operating system"},
		{errPermission, "File Not Removed", "user that runs Terraform"},
		{errReadOnly, "File Not Removed", "read-write"},
		{errBusy, "File Not Removed", "container"},
	}
	for _, tt := range tests {
		got := notRemovedMessage("orders.csv", tt.err)
		if got.summary != tt.summary || !strings.Contains(got.remedy, tt.remedy) {
			t.Errorf("got %q, %q, want %q, %q", got.summary, got.remedy, tt.summary, tt.remedy)
		}
	}
	for outcome, summary := range map[atomicfile.RemoveOutcome]string{
		atomicfile.Removed: "", atomicfile.AlreadyGone: "", atomicfile.TakenOver: "",
		atomicfile.Shared: "Shared File Stays", atomicfile.Changed: "Edited File Stays",
	} {
		got, ok := leftMessage("orders.csv", outcome, new(savedModel(t)))
		if got.summary != summary || ok != (summary != "") {
			t.Errorf("outcome %d: got %q, want %q", outcome, got.summary, summary)
		}
	}
}

// TestReportArguments_context checks that a file without a run, which was moved from another resource type, has no lines.
func TestReportArguments_context(t *testing.T) {
	t.Parallel()
	arguments := savedModel(t).reportArguments
	if got := arguments.context(); len(got) < 3 {
		t.Errorf("got %q, want report, run and format", got)
	}
	arguments.ReportIdentifier = types.StringNull()
	if got := arguments.context(); len(got) > 0 {
		t.Errorf("got %q of a file without a run, want nothing", got)
	}
}
