//go:build unix

package provider

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

var shellBlock = regexp.MustCompile("(?ms)^```shell\n(.*?)^```$")

// shellBlocks returns the commands of a page by the section that they stand in.
func shellBlocks(t *testing.T, page string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repositoryDir, "templates", page))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "\n# ")
	blocks := map[string][]string{}
	for section := range strings.SplitSeq(body, "\n## ") {
		title, commands, _ := strings.Cut(section, "\n")
		for _, match := range shellBlock.FindAllStringSubmatch(commands, -1) {
			blocks[title] = append(blocks[title], match[1])
		}
	}
	return blocks
}

// collector is a server that keeps the requests of one command.
type collector struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	// files has the names of uploaded files.
	files []string
}

func newCollector(t *testing.T, token string) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token != "" && r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, name := io.Reader(r.Body), ""
		if r.Header.Get("Content-Type") == "" || strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			file, header, err := r.FormFile("file")
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			body, name = file, header.Filename
		}
		text, err := io.ReadAll(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.files, c.bodies = append(c.files, name), append(c.bodies, string(text))
	}))
	t.Cleanup(c.Close)
	return c
}

// received returns the names and contents of the files sent so far.
func (c *collector) received() (files, bodies []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.files), slices.Clone(c.bodies)
}

// shell runs a command in the folder, where terraform is the CLI of this test run, and returns its output.
func (w *workFolder) shell(command string, environment ...string) string {
	w.t.Helper()
	out, err := w.tryShell(command, environment...)
	if err != nil {
		w.t.Fatalf("%s\n%v: %s", command, err, out)
	}
	return out
}

// tryShell is shell for a command that may fail.
func (w *workFolder) tryShell(command string, environment ...string) (string, error) {
	w.t.Helper()
	bin := w.t.TempDir()
	if err := os.Symlink(w.CLI.Executable, filepath.Join(bin, "terraform")); err != nil {
		w.t.Fatal(err)
	}
	if runtime.GOOS == "darwin" { // as the auditors' page says
		command = strings.ReplaceAll(command, "sha256sum", "shasum -a 256")
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), deadline.Limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", command)
	cmd.Dir = w.Dir
	cmd.Env = slices.Concat(w.CLI.Environment, w.Environment, environment,
		[]string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")})
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestOutputsGuide applies the configuration of the guide, and runs each of its commands in their order.
func TestOutputsGuide(t *testing.T) {
	t.Parallel()
	const content = "Order ID,Common name\n1,www.example.com\n2,\"a\nb\"\n"
	s := newFixture(t)
	run := s.orders(content)
	w := s.workFolder(t, tftest.Shared(t))
	w.CopyExample(filepath.Join(examplesDir, "outputs"), func(string) bool { return true })
	head := func() string { return w.shell("terraform output -raw head") }
	read := func(name string) string {
		text, err := os.ReadFile(w.File(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	archived := "evidence/" + run.EndDate[:10] + "-" + run.RunIdentifier[:8] + ".csv"
	digest := reportlibrarytest.SHA256(reportlibrarytest.Text(content))
	chat, platform, siem := newCollector(t, ""), newCollector(t, "grc-token"), newCollector(t, "siem-token")

	tests := []struct {
		section     string
		environment []string
		// prepare runs before the command.
		prepare func()
		// check gets the output of the command.
		check func(out string) (got, want any)
	}{
		{section: "Outputs", check: func(out string) (got, want any) {
			return strings.HasSuffix(out, "new: "+head()+"\n"), true
		}},
		{section: "Job summary", environment: []string{"GITHUB_STEP_SUMMARY=summary.md"}, check: func(string) (got, want any) {
			return read("summary.md"), "| file | ended | rows | SHA-256 |\n| --- | --- | ---: | --- |\n| " + archived + " | " +
				run.EndDate + " | 2 | `" + digest + "` |\n"
		}},
		{section: "Slack message", environment: []string{"SLACK_WEBHOOK_URL=" + chat.URL}, check: func(string) (got, want any) {
			_, bodies := chat.received()
			var message struct{ Text string }
			if len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &message) != nil {
				t.Fatalf("got the bodies %q, want one message in JSON", bodies)
			}
			return message.Text, "Archived 1 file(s) of Monthly orders. Head of the chain: `" + head() + "`"
		}},
		{
			section: "Upload to a GRC platform", environment: []string{"GRC_TOKEN=grc-token", "GRC_UPLOAD_URL=" + platform.URL},
			check: func(string) (got, want any) {
				files, bodies := platform.received()
				return slices.Concat(files, bodies), []string{
					filepath.Base(archived), "0001.json", "0001.sha256", content, read("evidence/0001.json"), read("evidence/0001.sha256"),
				}
			},
		},
		{
			section: "NDJSON for a SIEM", environment: []string{"SIEM_TOKEN=siem-token", "SIEM_URL=" + siem.URL},
			check: func(string) (got, want any) {
				_, bodies := siem.received()
				if len(bodies) != 1 || strings.Count(bodies[0], "\n") != 1 {
					t.Fatalf("got the bodies %q, want one line", bodies)
				}
				var event map[string]any
				if err := json.Unmarshal([]byte(bodies[0]), &event); err != nil {
					t.Fatal(err)
				}
				delete(event, "time")
				return event, map[string]any{
					"event": "report_archived", "name": filepath.Base(archived), "report_run_identifier": run.RunIdentifier,
					"row_count": 2.0, "sha256": digest,
				}
			},
		},
		{section: "NDJSON for a SIEM", check: func(string) (got, want any) {
			return read("rows.ndjson"), `{"Order ID": "1", "Common name": "www.example.com"}` + "\n" +
				`{"Order ID": "2", "Common name": "a\nb"}` + "\n"
		}},
		{
			section: "Commit",
			prepare: func() {
				w.shell("git init --quiet --bare --initial-branch main store && git init --quiet --initial-branch main && git remote add origin store &&" +
					" git config user.name evidence && git config user.email evidence@example.com &&" +
					" git config push.autoSetupRemote true")
			},
			check: func(string) (got, want any) {
				return w.shell("git -C store log --format=%s --name-only"),
					"Archive Monthly orders: " + head() + "\n\nevidence/0001.json\nevidence/0001.sha256\n"
			},
		},
	}
	blocks, ran := shellBlocks(t, "guides/outputs.md.tmpl"), map[string]int{}
	for _, tt := range tests {
		if tt.prepare != nil {
			tt.prepare()
		}
		n := ran[tt.section]
		if n >= len(blocks[tt.section]) {
			t.Fatalf("the section %q has no command %d", tt.section, n+1)
		}
		ran[tt.section]++
		if got, want := tt.check(w.shell(blocks[tt.section][n], tt.environment...)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s, command %d: got %q, want %q", tt.section, n+1, got, want)
		}
	}
	for section, commands := range blocks {
		if ran[section] != len(commands) {
			t.Errorf("%q: ran %d of %d commands", section, ran[section], len(commands))
		}
	}

	// Without a new run, the guide hands nothing on twice.
	if out := w.shell(blocks["Outputs"][0]); !strings.HasSuffix(out, "nothing new\n") {
		t.Errorf("second apply: got %q, want nothing new", out)
	}
	w.shell(blocks["Commit"][0])
	if got := w.shell("git -C store rev-list --count main"); got != "1\n" {
		t.Errorf("got %q commits, want 1", got)
	}

	// A file above the platform's limit is named, and the others are uploaded.
	if err := os.Truncate(w.File(archived), 100_000_001); err != nil {
		t.Fatal(err)
	}
	out := w.shell(blocks["Upload to a GRC platform"][0], "GRC_TOKEN=grc-token", "GRC_UPLOAD_URL="+platform.URL)
	files, _ := platform.received()
	if want := []string{"0001.json", "0001.sha256"}; !strings.Contains(out, "larger than 100 MB: "+archived) || !slices.Equal(files[3:], want) {
		t.Errorf("above the limit: got %q and the files %q, want %q", out, files[3:], want)
	}
}

// TestSnapshotGuide_failedCheck runs the commands that fail when a check has failed.
func TestSnapshotGuide_failedCheck(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.orders(january)
	w := s.workFolder(t, tftest.Shared(t))
	w.Environment = append(w.Environment, monthlyOrders(s)...)
	w.CopyExample(filepath.Join(examplesDir, "compliance-snapshot"), func(string) bool { return true })
	commands := shellBlocks(t, "guides/compliance-snapshots-in-ci.md.tmpl")["Fail when a check fails"]
	if len(commands) != 2 {
		t.Fatalf("got %d commands, want those for the state and for a plan", len(commands))
	}
	for _, tt := range []struct {
		age   string
		fails bool
	}{{"36500", false}, {"0", true}} {
		age := "TF_VAR_maximum_age_days=" + tt.age
		w.shell("terraform apply -auto-approve -input=false", age)
		for _, command := range commands {
			if out, err := w.tryShell(command, age); (err != nil) != tt.fails {
				t.Errorf("%s days: %s\ngot %v: %s, want a failure: %t", tt.age, command, err, out, tt.fails)
			}
		}
	}
}

// TestArchivePage_verification runs the command that verifies an archive.
func TestArchivePage_verification(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.orders(january)
	w := s.workFolder(t, tftest.Shared(t))
	w.Environment = append(w.Environment, monthlyOrders(s)...)
	w.CopyExample(filepath.Join(examplesDir, "compliance-snapshot"), func(string) bool { return true })
	w.shell("terraform apply -auto-approve -input=false",
		"TF_VAR_directory=evidence/orders", "TF_VAR_maximum_age_days=36500")
	command := shellBlocks(t, "resources/report_archive.md.tmpl")["The folder"][0]
	if out := w.shell(command); strings.Count(out, ": OK\n") != 2 {
		t.Errorf("got %q, want the report and the manifest", out)
	}
}

// TestMigrationGuide_comparison runs the commands that list files which an archive does not have.
func TestMigrationGuide_comparison(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	w := s.workFolder(t, tftest.Shared(t))
	w.shell("mkdir -p evidence/orders evidence/orders-archive; echo january > evidence/orders/january.csv;" +
		" echo february > evidence/orders/february.csv; echo february > evidence/orders-archive/2026-02-01-00000002.csv")
	command := shellBlocks(t, "guides/from-files-to-an-archive.md.tmpl")["3. Compare"][0]
	if out := w.shell(command); !strings.Contains(out, "january.csv") || strings.Contains(out, "february") {
		t.Errorf("got %q, want january.csv alone", out)
	}
}

// TestTroubleshootingGuide_addresses runs the command that finds the resource of a path.
func TestTroubleshootingGuide_addresses(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	w := s.workFolder(t, tftest.Shared(t))
	w.Write("main.tf", tftest.Source+savedBlock("orders", run, `filename = "evidence/orders.csv"`))
	w.shell("terraform apply -auto-approve -input=false")
	var commands []string
	for _, section := range shellBlocks(t, "guides/troubleshooting.md.tmpl") {
		commands = append(commands, section...)
	}
	if len(commands) != 1 {
		t.Fatalf("got %d commands, want 1", len(commands))
	}
	if got, want := w.shell(commands[0]), "digicert_report_file.orders\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestGuideCommands_count fails for a command that stands in a page and is run by no test.
func TestGuideCommands_count(t *testing.T) {
	t.Parallel()
	// The number of commands of each page, and the test that runs them.
	run := map[string]int{
		"guides/for-auditors.md.tmpl":               12, // TestAuditorsGuide in package archive
		"guides/outputs.md.tmpl":                    7,  // TestOutputsGuide
		"guides/compliance-snapshots-in-ci.md.tmpl": 2,  // TestSnapshotGuide_failedCheck
		"guides/from-files-to-an-archive.md.tmpl":   1,  // TestMigrationGuide_comparison
		"guides/troubleshooting.md.tmpl":            1,  // TestTroubleshootingGuide_addresses
		"resources/report_archive.md.tmpl":          1,  // TestArchivePage_verification
		"index.md.tmpl":                             1,  // sets DIGICERT_API_KEY
	}
	for _, path := range documentation(t) {
		page, isTemplate := strings.CutPrefix(filepath.ToSlash(path), repositoryDir+"/templates/")
		if !isTemplate {
			continue
		}
		got := 0
		for _, commands := range shellBlocks(t, page) {
			got += len(commands)
		}
		if got != run[page] {
			t.Errorf("%s has %d commands, and tests run %d: see shellBlocks", page, got, run[page])
		}
	}
}
