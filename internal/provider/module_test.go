package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// The extensions of files with tests. OpenTofu reads only the second of two files with one name.
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
			s := newFixture(t)
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
	_, block, _ := strings.Cut(read("compliance-snapshot/main.tf"), `resource "digicert_report_archive"`)
	data, files, _ := strings.Cut(mocks, `mock_resource "digicert_report_archive"`)
	files = regexp.MustCompile(`(?m)^    (\w+) .*\n`).ReplaceAllStringFunc(files, func(line string) string {
		if strings.Contains(block, "\n  "+strings.Fields(line)[0]+" ") {
			return ""
		}
		return line
	})
	indented := regexp.MustCompile(`(?m)^.`).ReplaceAllString(data+`mock_resource "digicert_report_archive"`+files, "  $0")
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

// TestComplianceSnapshot is the story of the example: months go by, and every run stays archived and verified.
func TestComplianceSnapshot(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	ended := func(daysAgo int) string { return time.Now().UTC().AddDate(0, 0, -daysAgo).Format(time.DateTime) }
	add := func(daysAgo, parts int) reportlibrarytest.Run {
		end := ended(daysAgo)
		return s.AddRun(reportlibrarytest.Run{
			DisplayName: "Monthly orders", StartDate: end, EndDate: end, SplitCount: parts,
		})
	}
	s.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders", Status: "SCHEDULED"})
	s.AddRun(reportlibrarytest.Run{DisplayName: "Audit log", Type: "audit-logs", Format: "JSON"})
	split := add(70, 2)
	add(40, 0)
	authority := timestamptest.NewServer()
	t.Cleanup(authority.Close)

	work := s.workFolder(t, tftest.Shared(t))
	work.Environment = append(work.Environment, "TF_VAR_report_display_name=Monthly orders",
		fmt.Sprintf("TF_VAR_timestamp_authority={url=%q,ca_cert_pem=%q}", authority.URL(), authority.CACertPEM()))
	work.CopyTree(examplesDir, "compliance-snapshot")

	if out := work.Run(0, "apply", "-auto-approve"); !strings.Contains(out, "is older than 35 days") {
		t.Errorf("the check does not warn of a missing month:\n%s", out)
	}
	if err := work.verifyEvidence(1); err != nil {
		t.Error(err)
	}
	if tokens, _ := filepath.Glob(work.File("evidence/*.tsr")); len(tokens) != 1 {
		t.Errorf("got the time stamps %q, want one", tokens)
	}
	work.Run(0, "plan", "-detailed-exitcode")

	add(1, 0)
	work.Run(2, "plan", "-detailed-exitcode", "-out=saved.tfplan")
	if out := work.Run(0, "apply", "saved.tfplan"); strings.Contains(out, "is older than") {
		t.Errorf("the check warns though the newest run is there:\n%s", out)
	}
	if err := work.verifyEvidence(2); err != nil {
		t.Error(err)
	}

	// DigiCert forgets the oldest run: its files stay, recorded and verified.
	s.RemoveRun(split.RunIdentifier)
	work.Run(0, "plan", "-detailed-exitcode")
	runs, _ := work.Command(0, "output", "-json", "runs")
	if got := strings.Count(runs, split.RunIdentifier[:8]); got != 2 {
		t.Errorf("got %d files of the forgotten run in %s, want 2", got, runs)
	}
}
