package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// archiveSource is a configuration with an archive "this" in the folder "evidence", and something for each of its files.
func archiveSourceOf(report string, lines ...string) string {
	return tftest.Source + fmt.Sprintf(`
resource "digicert_report_archive" "this" {
  report_identifier = %q
  report_format     = "CSV"
  directory         = "evidence"
  %s
}

resource "terraform_data" "upload" {
  for_each = digicert_report_archive.this.runs
  input    = each.value.path
}

output "head" {
  value = digicert_report_archive.this.sha256
}
`, report, strings.Join(lines, "\n  "))
}

// move moves the folder of evidence to another runner.
func (w *workFolder) moveEvidence(to *workFolder) {
	w.t.Helper()
	if err := os.Rename(w.File("evidence"), to.File("evidence")); err != nil {
		w.t.Fatal(err)
	}
}

// evidenceNames returns the names in the folder of evidence.
func (w *workFolder) evidenceNames() []string {
	w.t.Helper()
	entries, err := os.ReadDir(w.File("evidence"))
	if err != nil {
		w.t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names
}

// verifyEvidence checks every list as an auditor does, and again with sha256sum where it is installed.
func (w *workFolder) verifyEvidence(manifests int) error {
	for number := int64(1); number <= int64(manifests); number++ {
		text, err := os.ReadFile(w.File("evidence/" + archive.SumsName(number)))
		if err != nil {
			return err
		}
		sums, err := archive.ParseSums(string(text))
		if err != nil {
			return err
		}
		for _, sum := range sums {
			content, err := os.ReadFile(w.File("evidence/" + sum.Name))
			if err != nil {
				return err
			}
			if got := sha256Of(string(content)); got != sum.SHA256 {
				return fmt.Errorf("%s lists %s with %s, got %s", archive.SumsName(number), sum.Name, sum.SHA256, got)
			}
		}
	}
	lists, _ := filepath.Glob(w.File("evidence/*.sha256"))
	if len(lists) != manifests {
		return fmt.Errorf("got %d lists, want %d", len(lists), manifests)
	}
	if sha256sum, err := exec.LookPath("sha256sum"); err == nil {
		check := exec.CommandContext(w.t.Context(), sha256sum, append([]string{"--check", "--strict", "--quiet"}, lists...)...)
		check.Dir = w.File("evidence")
		if out, err := check.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	return nil
}

// TestReportArchive_twelveMonths is the story of a year on runners that get nothing but the folder of evidence: each
// month they import the archive from it and archive one run more, while DigiCert forgets the runs of three months ago.
func TestReportArchive_twelveMonths(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	var (
		runs   []reportlibrarytest.Run
		runner *workFolder
		names  []string
	)
	for month := 1; month <= 12; month++ {
		runs = append(runs, s.monthly(month))
		if month > 3 {
			s.RemoveRun(runs[month-4].RunIdentifier)
		}
		next := s.workFolder(t, cli)
		report := runs[0].ReportIdentifier
		next.Write("main.tf", archiveSourceOf(report))
		if runner != nil {
			runner.moveEvidence(next)
			next.Write("import.tf", fmt.Sprintf("import {\n  to = digicert_report_archive.this\n  id = \"%s,CSV,evidence\"\n}\n", report))
		}
		next.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
		runner = next
		names = append(names, archiveName(runs[month-1], ""), archive.ManifestName(int64(month)), archive.SumsName(int64(month)))
	}
	got := runner.evidenceNames()
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Fatalf("got %q, want %q", got, names)
	}
	if err := runner.verifyEvidence(12); err != nil {
		t.Error(err)
	}
	runner.removeFile("import.tf")
	runner.Run(0, "apply", "-auto-approve")
	runner.Run(0, "plan", "-detailed-exitcode")
	head := runner.head()

	march, june := archiveName(runs[2], ""), archiveName(runs[5], "")
	tests := map[string]struct {
		tamper     func(w *workFolder)
		wantPlan   int    // exit status of a plan
		want       string // in the plan's output
		wantImport string // in the error of an import; empty if that is not tried
	}{
		"untouched":             {func(*workFolder) {}, 0, "No changes", ""},
		"a file is edited":      {func(w *workFolder) { w.Write("evidence/"+march, "edited") }, 2, "Archived Files Modified", ""},
		"a file is removed":     {func(w *workFolder) { w.removeEvidence(march) }, 2, "Archived Files Missing", ""},
		"two files are swapped": {func(w *workFolder) { w.swapEvidence(march, june) }, 2, "Modified in the archive: 2 files", ""},
		"a manifest is edited":  {func(w *workFolder) { w.editEvidence("0003.json", "MONTHLY", "WEEKLY") }, 0, "Earlier Manifest Modified", "Manifest Edited"},
		"a manifest is removed": {func(w *workFolder) { w.removeEvidence("0003.json") }, 0, "Earlier Manifest Modified", "Manifest Missing"},
		"two months are swapped": {func(w *workFolder) {
			w.swapEvidence("0003.json", "0006.json")
			w.swapEvidence("0003.sha256", "0006.sha256")
		}, 0, "Earlier Manifest Modified", "Manifest Chain Broken"},
		"the newest is edited": {func(w *workFolder) { w.editEvidence("0012.json", "MONTHLY", "WEEKLY") }, 2, "Newest Manifest Modified", "Manifest Edited"},
		"the newest is removed": {func(w *workFolder) {
			w.removeEvidence("0012.json")
			w.removeEvidence("0012.sha256")
		}, 2, "Newest Manifest Modified", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := runner.copyTo(s.workFolder(t, cli))
			tt.tamper(w)
			if err := w.verifyEvidence(12); (err == nil) != (name == "untouched") {
				t.Errorf("the lists say: %v", err)
			}
			if out := w.Run(tt.wantPlan, "plan", "-detailed-exitcode", "-target=digicert_report_archive.this"); !strings.Contains(out, tt.want) {
				t.Errorf("there is no %q in\n%s", tt.want, out)
			}
			if tt.wantImport == "" && name != "untouched" {
				return
			}
			w.removeFile("terraform.tfstate")
			status := 0
			if tt.wantImport != "" {
				status = 1
			}
			out := w.Run(status, "import", "digicert_report_archive.this", runs[0].ReportIdentifier+",CSV,evidence")
			if !strings.Contains(out, tt.wantImport) {
				t.Errorf("there is no %q in\n%s", tt.wantImport, out)
			}
			if name == "untouched" {
				w.Run(0, "plan", "-detailed-exitcode", "-target=digicert_report_archive.this")
				w.Run(0, "apply", "-auto-approve")
				if got := w.head(); got != head {
					t.Errorf("got the head %s, want %s", got, head)
				}
			}
		})
	}
}

// head returns the output "head".
func (w *workFolder) head() string {
	w.t.Helper()
	var state struct {
		Outputs map[string]struct{ Value string }
	}
	if err := json.Unmarshal([]byte(w.readFile("terraform.tfstate")), &state); err != nil || state.Outputs["head"].Value == "" {
		w.t.Fatalf("the state has no output head (%v)", err)
	}
	return state.Outputs["head"].Value
}

func (w *workFolder) removeEvidence(name string) {
	w.t.Helper()
	if err := os.Remove(w.File("evidence/" + name)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workFolder) swapEvidence(a, b string) {
	w.t.Helper()
	for _, rename := range [][2]string{{a, "swap"}, {b, a}, {"swap", b}} {
		if err := os.Rename(w.File("evidence/"+rename[0]), w.File("evidence/"+rename[1])); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *workFolder) editEvidence(name, from, to string) {
	w.t.Helper()
	text, err := os.ReadFile(w.File("evidence/" + name))
	if err != nil || !strings.Contains(string(text), from) {
		w.t.Fatalf("%s does not have %q (%v)", name, from, err)
	}
	w.Write("evidence/"+name, strings.ReplaceAll(string(text), from, to))
}

// copyTo copies everything in the folder to another one.
func (w *workFolder) copyTo(to *workFolder) *workFolder {
	w.t.Helper()
	if err := os.CopyFS(to.Dir, os.DirFS(w.Dir)); err != nil {
		to.t.Fatal(err)
	}
	return to
}

// markInterrupted writes the marker of an apply that wrote a manifest.
func (s *fixture) markInterrupted(t *testing.T, directory string, sequence int64, report string) {
	t.Helper()
	manifest := mustRead(t, filepath.Join(directory, archive.ManifestName(sequence)))
	provider := &configuredProvider{apiKey: s.APIKey, baseURL: s.URL()}
	seal := provider.draftKey(&reportArchiveModel{ReportIdentifier: types.StringValue(report)}).SealManifest(sequence, manifest)
	if err := os.WriteFile(filepath.Join(directory, archive.MarkerName(sequence)), []byte(seal), 0o600); err != nil {
		t.Fatal(err)
	}
}

// applyArchive applies an archive with these lines, first without the for_each over its runs, whose keys are unknown then.
func (w *workFolder) applyArchive(report string, lines ...string) {
	w.t.Helper()
	w.Write("main.tf", archiveSourceOf(report, lines...))
	w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
	w.Run(0, "apply", "-auto-approve")
}

// TestReportArchive_states are the ways in which a state and its folder part.
func TestReportArchive_states(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	run := s.monthly(1)
	w := s.workFolder(t, cli)
	w.applyArchive(run.ReportIdentifier, "keep_files = true")
	w.Run(0, "plan", "-detailed-exitcode")
	older := w.copyTo(s.workFolder(t, cli))
	s.monthly(2)
	if out := w.Run(2, "plan", "-detailed-exitcode", "-out=saved.tfplan"); !strings.Contains(out, "1 to add, 1 to change, 0 to destroy") {
		t.Errorf("for_each does not see the new run:\n%s", out)
	}
	w.Run(0, "apply", "saved.tfplan")
	w.Run(0, "plan", "-detailed-exitcode")

	tests := map[string]struct {
		prepare func(w *workFolder)
		status  int
		want    string
	}{
		"older state": {func(w *workFolder) { w.Write("terraform.tfstate", older.readFile("terraform.tfstate")) }, 1, "Archive Forked"},
		"lost state":  {func(w *workFolder) { w.removeFile("terraform.tfstate") }, 1, "Archive Already Exists"},
		"older state, interrupted": {func(w *workFolder) {
			w.Write("terraform.tfstate", older.readFile("terraform.tfstate"))
			s.markInterrupted(w.t, w.File("evidence"), 2, run.ReportIdentifier)
		}, 0, "Interrupted Apply Taken Over"},
		"older state, forged marker": {func(w *workFolder) {
			w.Write("terraform.tfstate", older.readFile("terraform.tfstate"))
			w.Write("evidence/0002.pending", "")
		}, 1, "Interrupted Apply Not Taken Over"},
		"lost state, forged marker": {func(w *workFolder) {
			w.removeFile("terraform.tfstate")
			w.Write("evidence/0002.pending", "")
		}, 1, "Interrupted Apply Not Taken Over"},
		"lost state, interrupted": {func(w *workFolder) {
			w.removeFile("terraform.tfstate")
			s.markInterrupted(w.t, w.File("evidence"), 2, run.ReportIdentifier)
		}, 0, ""},
		"older folder": {func(w *workFolder) {
			for _, name := range w.evidenceNames() {
				if strings.HasPrefix(name, "0002") || strings.HasPrefix(name, "2026-02") {
					w.removeEvidence(name)
				}
			}
		}, 0, "Newest Manifest Modified"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.copyTo(s.workFolder(t, cli))
			before := w.evidenceNames()
			tt.prepare(w)
			if out := w.Run(tt.status, "apply", "-auto-approve", "-target=digicert_report_archive.this"); !strings.Contains(out, tt.want) {
				t.Errorf("there is no %q in\n%s", tt.want, out)
			}
			got := w.evidenceNames()
			if tt.status != 0 { // the marker stays
				got = slices.DeleteFunc(got, func(name string) bool { return name == archive.MarkerName(2) })
			}
			if !slices.Equal(got, before) {
				t.Errorf("got %q, want %q", got, before)
			}
			if err := w.verifyEvidence(2); err != nil {
				t.Error(err)
			}
			if tt.status == 0 {
				w.Run(0, "apply", "-auto-approve")
				w.Run(0, "plan", "-detailed-exitcode")
			}
		})
	}
}

// TestReportArchive_replace has Terraform replace an archive.
func TestReportArchive_replace(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	run := s.monthly(1)
	tests := map[string]struct {
		lines   []string
		replace func(w *workFolder) string // returns the output of a plan that fails
		repair  func(w *workFolder)
	}{
		"-replace": {nil, func(w *workFolder) string {
			return w.Run(1, "apply", "-auto-approve", "-replace=digicert_report_archive.this")
		}, func(*workFolder) {}},
		"-replace without keep_files": {[]string{"keep_files = false"}, func(w *workFolder) string {
			return w.Run(1, "apply", "-auto-approve", "-replace=digicert_report_archive.this")
		}, func(*workFolder) {}},
		"tainted": {nil, func(w *workFolder) string {
			w.Command(0, "taint", "digicert_report_archive.this")
			return w.Run(1, "apply", "-auto-approve")
		}, func(w *workFolder) { w.Command(0, "untaint", "digicert_report_archive.this") }},
		"renamed": {nil, func(w *workFolder) string {
			w.Write("main.tf", strings.ReplaceAll(w.readFile("main.tf"), "\"this\"", "\"that\""))
			w.Write("main.tf", strings.ReplaceAll(w.readFile("main.tf"), "archive.this", "archive.that"))
			return w.Run(1, "apply", "-auto-approve")
		}, func(w *workFolder) {
			w.Write("moved.tf", "moved {\n  from = digicert_report_archive.this\n  to   = digicert_report_archive.that\n}\n")
			w.Run(0, "apply", "-auto-approve")
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := s.workFolder(t, cli)
			w.applyArchive(run.ReportIdentifier, tt.lines...)
			before := w.evidenceNames()
			out := strings.Join(strings.Fields(tt.replace(w)), " ")
			if !strings.Contains(out, "Archive Already Exists") || !strings.Contains(out, "leave out -replace") {
				t.Errorf("got\n%s", out)
			}
			tt.repair(w)
			w.Run(0, "plan", "-detailed-exitcode")
			if got := w.evidenceNames(); !slices.Equal(got, before) {
				t.Errorf("got %q, want %q", got, before)
			}
		})
	}
}

func (w *workFolder) readFile(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(w.File(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func (w *workFolder) removeFile(name string) {
	w.t.Helper()
	if err := os.Remove(w.File(name)); err != nil {
		w.t.Fatal(err)
	}
}
