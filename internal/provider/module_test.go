package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// tests is what ends the name of a file of tests. Where there are two of one name, OpenTofu reads the second kind, and
// only that.
const (
	testsExtension     = ".tftest.hcl"
	tofuTestsExtension = ".tofutest.hcl"
)

// TestExamples_testFiles runs every file of tests that an example has, as its reader would. Those named mock may make
// no request.
func TestExamples_testFiles(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	files, err := filepath.Glob(filepath.Join(examplesDir, "*", "tests", "*"+testsExtension))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", examplesDir, err)
	}
	for _, file := range files {
		example, name := filepath.Base(filepath.Dir(filepath.Dir(file))), filepath.Base(file)
		t.Run(example+"/"+name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.orders(january)
			s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", SplitCount: 3})
			work := s.workFolder(t, cli)
			work.CopyTree(examplesDir, example)
			stdout, stderr := work.Command(0, "test", "-no-color", "-filter="+filepath.Join("tests", testFile(cli, file)))
			want := fmt.Sprintf("Success! %d passed, 0 failed.", runBlocks(t, file))
			if !strings.Contains(stdout, want) {
				t.Errorf("there is no %q in:\n%s%s", want, stdout, stderr)
			}
			if asked := len(s.Requests()) > 0; asked == strings.HasPrefix(name, "mock") {
				t.Errorf("requests: %v", s.Requests())
			}
			for _, left := range work.Files() {
				if strings.HasSuffix(left, ".csv") {
					t.Errorf("%s is left behind", left)
				}
			}
		})
	}
}

// testFile is the name of the file that this client reads.
func testFile(cli *tftest.CLI, file string) string {
	twin := strings.TrimSuffix(file, testsExtension) + tofuTestsExtension
	if _, err := os.Stat(twin); err == nil && strings.HasPrefix(filepath.Base(cli.Executable), "tofu") {
		return filepath.Base(twin)
	}
	return filepath.Base(file)
}

func runBlocks(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	count := len(regexp.MustCompile(`(?m)^run "`).FindAll(text, -1))
	if count == 0 {
		t.Fatalf("%s runs nothing", file)
	}
	return count
}

// TestExamples_tofuTests checks that the tests for OpenTofu are those for Terraform, with the values of the mocks in
// place of their folder, and without values for arguments that the configuration sets.
func TestExamples_tofuTests(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(examplesDir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	_, mocks, _ := strings.Cut(read("mocks/digicert.tfmock.hcl"), "\n\n")
	_, block, _ := strings.Cut(read("compliance-snapshot/main.tf"), `resource "digicert_report_file"`)
	data, files, _ := strings.Cut(mocks, "mock_resource ")
	files = regexp.MustCompile(`(?m)^    (\w+) .*\n`).ReplaceAllStringFunc(files, func(line string) string {
		if strings.Contains(block, "\n  "+strings.Fields(line)[0]+" ") {
			return ""
		}
		return line
	})
	indented := regexp.MustCompile(`(?m)^.`).ReplaceAllString(data+"mock_resource "+files, "  $0")
	before, rest, found := strings.Cut(read("compliance-snapshot/tests/mock.tftest.hcl"), "  # OpenTofu has no")
	_, after, again := strings.Cut(rest, "  source = \"../mocks\"\n")
	if !found || !again {
		t.Fatal("mock.tftest.hcl names no source, or does not say what OpenTofu reads")
	}
	want := before + indented + after
	if got := read("compliance-snapshot/tests/mock.tofutest.hcl"); got != want {
		t.Errorf("mock.tofutest.hcl is not made of mock.tftest.hcl and digicert.tfmock.hcl; want\n%s", want)
	}
}

// TestComplianceSnapshot is the story of the example: months go by, and every run stays saved and proven.
func TestComplianceSnapshot(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.on(1)() // names of files carry the day of the download
	ended := func(daysAgo int) string { return time.Now().UTC().AddDate(0, 0, -daysAgo).Format(time.DateTime) }
	add := func(endDate string, parts ...reportlibrarytest.Content) reportlibrarytest.Run {
		run := reportlibrarytest.Run{DisplayName: "Monthly orders", StartDate: endDate, EndDate: endDate, Parts: parts}
		if len(parts) == 1 {
			run.Content, run.Parts = parts[0], nil
		}
		return s.AddRun(run)
	}
	s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Status: "SCHEDULED"})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Audit log", Type: "audit-logs", Format: "JSON"})
	split := add(ended(70), reportlibrarytest.Text(january), reportlibrarytest.Text(february))
	newest := add(ended(40), reportlibrarytest.Text(january+"last month\n"))

	work := s.workFolder(t, tftest.Shared(t))
	work.Environment = append(work.Environment, "TF_VAR_report_display_name=Monthly orders")
	work.CopyTree(examplesDir, "compliance-snapshot")
	want := map[string]string{
		saved(split, "-part0"): january,
		saved(split, "-part1"): february,
		saved(newest, ""):      january + "last month\n",
	}

	out := work.Run(0, "apply", "-auto-approve")
	if !strings.Contains(out, "3 added, 0 changed, 0 destroyed") || !strings.Contains(out, "is older than 35 days") {
		t.Errorf("the first apply is not that of three files and an old run:\n%s", out)
	}
	work.wantEvidence(want)
	work.Run(0, "plan", "-detailed-exitcode")

	newer := add(ended(1), reportlibrarytest.Text(february+"this month\n"))
	want[saved(newer, "")] = february + "this month\n"
	out = work.Run(2, "plan", "-detailed-exitcode", "-out=saved.tfplan")
	if !strings.Contains(out, "Plan: 1 to add, 0 to change, 0 to destroy.") {
		t.Errorf("a new run is not one file more:\n%s", out)
	}
	out = work.Run(0, "apply", "saved.tfplan")
	if strings.Contains(out, "is older than") || strings.Contains(out, "is smaller than") {
		t.Errorf("the check fails for the new run:\n%s", out)
	}
	work.wantEvidence(want)
	paths, _ := work.Command(0, "output", "-json", "newest")
	if got := strings.TrimSpace(paths); got != fmt.Sprintf("[%q]", saved(newer, "")) {
		t.Errorf("the newest file is %s", got)
	}
	work.Run(0, "plan", "-detailed-exitcode")

	// DigiCert forgets the oldest run: its two files stay, and leave the manifest of today.
	s.RemoveRun(split.RunIdentifier)
	out = work.Run(0, "apply", "-auto-approve")
	if !strings.Contains(out, "0 added, 0 changed, 2 destroyed") {
		t.Errorf("a forgotten run is not two instances less:\n%s", out)
	}
	work.wantFiles(want)
	if manifest, _ := work.Command(0, "output", "-raw", "sha256sums"); strings.Contains(manifest, saved(split, "-part0")) {
		t.Errorf("the manifest names a run that DigiCert has forgotten:\n%s", manifest)
	}
	out = work.Run(0, "plan", "-var=minimum_size=1000000")
	if !strings.Contains(out, "is smaller than 1000000 bytes") {
		t.Errorf("a small run is no warning:\n%s", out)
	}
}

// saved is the path of a run's file, as the example and the fake name it.
func saved(run reportlibrarytest.Run, part string) string {
	return fmt.Sprintf("evidence/%s/Monthly orders-2026-11-01-%s%s.csv", run.EndDate[:7], run.RunIdentifier[:8], part)
}

// wantEvidence checks the saved files, and that the manifest is of them: what sha256sum -c would accept.
func (w *workFolder) wantEvidence(contents map[string]string) {
	w.t.Helper()
	w.wantFiles(contents)
	manifest, _ := w.Command(0, "output", "-raw", "sha256sums")
	if !strings.HasSuffix(manifest, "\n") {
		w.t.Errorf("the manifest has no line break at its end: %q", manifest)
	}
	var proven []string
	for line := range strings.Lines(manifest) {
		digest, path, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if got := sha256Of(contents[path]); !ok || digest != got {
			w.t.Errorf("the manifest says %q, but the digest is %s", line, got)
		}
		proven = append(proven, path)
	}
	slices.Sort(proven)
	if len(slices.Compact(proven)) != len(contents) {
		w.t.Errorf("the manifest names %q", proven)
	}
}

// wantFiles checks what is below evidence, and in it.
func (w *workFolder) wantFiles(contents map[string]string) {
	w.t.Helper()
	found := 0
	for _, name := range w.Files() {
		if !strings.HasPrefix(name, "evidence/") {
			continue
		}
		found++
		content, err := os.ReadFile(w.File(name))
		if want, ok := contents[name]; err != nil || !ok || string(content) != want {
			w.t.Errorf("%s holds %q instead of %q (%v)", name, content, want, err)
		}
	}
	if found != len(contents) {
		w.t.Errorf("%d files instead of %d", found, len(contents))
	}
}
