package provider

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// verifyStamps checks the time stamp of every manifest with OpenSSL, where it is installed.
func (w *workFolder) verifyStamps(srv *timestamptest.Server, manifests int) error {
	w.t.Helper()
	root := filepath.Join(w.t.TempDir(), "root.pem")
	if err := os.WriteFile(root, []byte(srv.CACertPEM()), 0o600); err != nil {
		return err
	}
	for number := int64(1); number <= int64(manifests); number++ {
		if err := verifyStamp(w.t, w.File("evidence"), root, archive.SumsName(number), archive.TokenName(number)); err != nil {
			return err
		}
	}
	return nil
}

// TestReportArchive_stampedMonths keeps four months with time stamps on runners that get nothing but the folder, and
// then attacks the time stamps, and the folder of a lost state.
func TestReportArchive_stampedMonths(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	srv := newTimestampServer(t)
	var (
		runs   []reportlibrarytest.Run
		runner *workFolder
	)
	for month := 1; month <= 4; month++ {
		runs = append(runs, s.monthly(month))
		next := s.workFolder(t, cli)
		next.Write("main.tf", archiveSourceOf(runs[0].ReportIdentifier, "timestamp = true"))
		next.Write("provider.tf", "provider \"digicert\" {\n"+timestampBlock(srv)+"\n}\n")
		if runner != nil {
			runner.moveEvidence(next)
			next.Run(0, "import", "digicert_report_archive.this", runs[0].ReportIdentifier+",CSV,evidence")
		}
		next.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
		runner = next
	}
	runner.Run(0, "apply", "-auto-approve")
	runner.Run(0, "plan", "-detailed-exitcode")
	if err := runner.verifyEvidence(4); err != nil {
		t.Error(err)
	}
	if err := runner.verifyStamps(srv, 4); err != nil {
		t.Error(err)
	}
	if got := len(srv.Requests()); got != 4 {
		t.Errorf("got %d requests for time stamps, want 4", got)
	}

	february := archiveName(runs[1], "")
	for name, tt := range map[string]struct {
		tamper     func(w *workFolder)
		lost       bool // the state is lost too, and the archive imported
		wantPlan   int  // exit status of a plan
		want       string
		wantImport string // in the error of the import
	}{
		"untouched":           {func(*workFolder) {}, true, 0, "No changes", ""},
		"a token is removed":  {func(w *workFolder) { w.removeEvidence("0002.sha256.tsr") }, false, 0, "Earlier Manifest Modified", ""},
		"a token is edited":   {func(w *workFolder) { w.Write("evidence/0002.sha256.tsr", "edited") }, false, 0, "Earlier Manifest Modified", ""},
		"tokens are swapped":  {func(w *workFolder) { w.swapEvidence("0001.sha256.tsr", "0002.sha256.tsr") }, false, 0, "Earlier Manifest Modified", ""},
		"the newest is gone":  {func(w *workFolder) { w.removeEvidence("0004.sha256.tsr") }, false, 2, "Newest Manifest Modified", ""},
		"the newest is older": {func(w *workFolder) { w.copyEvidence("0003.sha256.tsr", "0004.sha256.tsr") }, false, 2, "Newest Manifest Modified", ""},
		"state lost, a token is removed": {
			func(w *workFolder) { w.removeEvidence("0002.sha256.tsr") }, true, 0, "", "Manifest Missing",
		},
		"state lost, tokens are swapped": {
			func(w *workFolder) { w.swapEvidence("0001.sha256.tsr", "0002.sha256.tsr") }, true, 0, "", "evidence/0001.sha256.tsr",
		},
		"state lost, the newest token is another's": {
			func(w *workFolder) { w.copyEvidence("0003.sha256.tsr", "0004.sha256.tsr") }, true, 0, "", "Time Stamp Damaged",
		},
		"state lost, a file is edited":   {func(w *workFolder) { w.Write("evidence/"+february, "edited") }, true, 2, "Archived Files Modified", ""},
		"state lost, a file is replaced": {func(w *workFolder) { w.copyEvidence(archiveName(runs[0], ""), february) }, true, 2, "Archived Files Modified", ""},
		"state lost, a file is a link": {func(w *workFolder) {
			w.copyEvidence(february, "copy")
			w.removeEvidence(february)
			w.linkEvidence("copy", february)
		}, true, 2, "not a regular file", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := runner.copyTo(s.workFolder(t, cli))
			tt.tamper(w)
			if tt.lost {
				w.removeFile("terraform.tfstate")
				status := 0
				if tt.wantImport != "" {
					status = 1
				}
				out := w.Run(status, "import", "digicert_report_archive.this", runs[0].ReportIdentifier+",CSV,evidence")
				if !strings.Contains(out, tt.wantImport) {
					t.Errorf("there is no %q in\n%s", tt.wantImport, out)
				}
				if tt.wantImport != "" {
					return
				}
			}
			out := w.Run(tt.wantPlan, "plan", "-detailed-exitcode", "-target=digicert_report_archive.this")
			if !strings.Contains(unwrapped(out), tt.want) {
				t.Errorf("there is no %q in\n%s", tt.want, out)
			}
		})
	}
}

func (w *workFolder) copyEvidence(from, to string) {
	w.t.Helper()
	content, err := os.ReadFile(w.File("evidence/" + from))
	if err != nil {
		w.t.Fatal(err)
	}
	w.Write("evidence/"+to, string(content))
}

// linkEvidence makes a symbolic link, or a folder where links need a privilege.
func (w *workFolder) linkEvidence(to, name string) {
	w.t.Helper()
	if os.Symlink(to, w.File("evidence/"+name)) == nil {
		return
	}
	if err := os.Mkdir(w.File("evidence/"+name), 0o700); err != nil {
		w.t.Fatal(err)
	}
}

// TestReportArchive_modifiedFileIsKept checks the warning about a modified file, and the files after the apply.
func TestReportArchive_modifiedFileIsKept(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	w := s.workFolder(t, tftest.Shared(t))
	w.applyArchive(run.ReportIdentifier)
	name := archiveName(run, "")
	w.Write("evidence/"+name, "edited")
	out := unwrapped(w.Run(0, "apply", "-auto-approve"))
	for _, want := range []string{
		"Recorded: " + sha256Of(contentOf(1)), "Found: " + sha256Of("edited"), "0 to add, 1 to change, 0 to destroy", "Modified Files Set Aside",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in\n%s", want, out)
		}
	}
	names := w.evidenceNames()
	aside := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, name+".modified-") })
	if aside < 0 || w.readFile("evidence/"+names[aside]) != "edited" || w.readFile("evidence/"+name) != contentOf(1) {
		t.Errorf("got the files %q", names)
	}
	w.Run(0, "plan", "-detailed-exitcode")
}

// TestReportArchive_serviceDown refreshes an archive while the service fails, and while its history is empty.
func TestReportArchive_serviceDown(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	w := s.workFolder(t, tftest.Shared(t))
	w.Write("provider.tf", "provider \"digicert\" {\n  retry = { min_wait = \"1ms\", max_wait = \"5ms\" }\n}\n")
	w.applyArchive(run.ReportIdentifier)
	plan := func(status int, want string) {
		t.Helper()
		if out := unwrapped(w.Run(status, "plan", "-detailed-exitcode")); !strings.Contains(out, want) {
			t.Errorf("there is no %q in\n%s", want, out)
		}
	}
	s.Script(nil, reportlibrarytest.Status(503, "").Forever())
	plan(0, "New Runs Not Visible")
	w.removeEvidence(archiveName(run, ""))
	plan(2, "Archived Files Missing")
	w.Write("evidence/"+archiveName(run, ""), contentOf(1))
	s.ClearScript()
	s.monthly(2)
	w.Run(0, "apply", "-refresh-only", "-auto-approve") // discovers the new run
	s.Script(nil, reportlibrarytest.Status(503, "").Forever())
	plan(2, "New Runs Not Visible") // discovered runs stay
	s.ClearScript()
	w.Run(0, "apply", "-auto-approve")
	s.RemoveRun(run.RunIdentifier)
	for _, request := range s.Requests() {
		if parts := strings.Split(request.Path, "/"); parts[len(parts)-1] == "download" {
			s.RemoveRun(parts[len(parts)-2])
		}
	}
	plan(0, "No changes")
}

// TestReportArchive_failedRestore applies a change without a refresh after a file could not be restored.
func TestReportArchive_failedRestore(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	w := s.workFolder(t, tftest.Shared(t))
	w.Write("main.tf", archiveSourceOf(run.ReportIdentifier))
	w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
	s.RemoveRun(run.RunIdentifier)
	w.removeEvidence(archiveName(run, ""))
	w.Write("main.tf", archiveSourceOf(run.ReportIdentifier, "keep_files = false"))
	for _, args := range [][]string{{}, {"-refresh=false"}, {"-refresh=false"}} {
		args = append([]string{"apply", "-auto-approve", "-target=digicert_report_archive.this"}, args...)
		if out := w.Run(1, args...); !strings.Contains(out, "Archived Files Not Restored") {
			t.Errorf("%q: got\n%s", args, out)
		}
	}
}

// TestReportArchive_takenUpAgain destroys an archive, whose files stay, and imports it.
func TestReportArchive_takenUpAgain(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	w := s.workFolder(t, tftest.Shared(t))
	w.Write("main.tf", archiveSourceOf(run.ReportIdentifier))
	w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
	before := w.evidenceNames()
	out := unwrapped(w.Run(0, "destroy", "-auto-approve"))
	for _, want := range []string{"Archive No Longer Verified", "1 archived file", "'<report>,<format>,<directory>'"} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in\n%s", want, out)
		}
	}
	s.monthly(2)
	if out := w.Run(1, "plan", "-target=digicert_report_archive.this"); !strings.Contains(out, "Archive Already Exists") {
		t.Errorf("got\n%s", out)
	}
	if got := w.evidenceNames(); !slices.Equal(got, before) {
		t.Errorf("got the files %q, want %q", got, before)
	}
	w.Run(0, "import", "digicert_report_archive.this", run.ReportIdentifier+",CSV,evidence")
	w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
	w.Run(0, "apply", "-auto-approve")
	w.Run(0, "plan", "-detailed-exitcode")
	if err := w.verifyEvidence(2); err != nil {
		t.Error(err)
	}
}
