//go:build unix

package archive

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// shell runs a command in the folder, with the programs that the guide names for this system, and returns its output.
func (x *fixture) shell(command string, environment ...string) (string, error) {
	if runtime.GOOS == "darwin" {
		command = strings.ReplaceAll(command, "sha256sum", "shasum -a 256")
	}
	cmd := exec.CommandContext(x.t.Context(), "bash", "-eu", "-o", "pipefail", "-c", command)
	cmd.Dir = x.dir
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestAuditorsGuide runs the commands of the guide on an archive, unchanged and after each kind of tampering.
func TestAuditorsGuide(t *testing.T) {
	t.Parallel()
	unchanged := auditorsCommands(t, "1. Nothing was changed", "shell")
	complete := auditorsCommands(t, "2. Nothing is missing", "shell")
	existed := auditorsCommands(t, "3. When it existed", "shell")
	file := func(x *fixture, n int) string { return x.files()[n] }
	tests := map[string]struct {
		tamper  func(x *fixture)
		command string
		// want is in the output; the command fails where fails is set.
		want  string
		fails bool
	}{
		"unchanged":         {command: unchanged[0], want: "unchanged"},
		"unchanged, shasum": {command: unchanged[1], want: "unchanged"},
		"file edited":       {func(x *fixture) { x.write(file(x, 0), "edited") }, unchanged[0], "FAILED", true},
		"file removed":      {func(x *fixture) { x.remove(file(x, 1)) }, unchanged[0], "FAILED open or read", true},
		"files swapped": {func(x *fixture) {
			a, b := x.read(file(x, 0)), x.read(file(x, 1))
			x.write(file(x, 0), b)
			x.write(file(x, 1), a)
		}, unchanged[1], "FAILED", true},
		"manifest edited": {func(x *fixture) { x.edit("0001.json", "MONTHLY", "WEEKLY") }, unchanged[0], "0001.json: FAILED", true},
		"manifest edited with its list": {func(x *fixture) {
			x.edit("0001.json", "MONTHLY", "WEEKLY")
			x.relist(1)
		}, unchanged[0], "0001.sha256: FAILED", true},
		"time stamp edited":          {func(x *fixture) { x.write("0001.sha256.tsr", "x") }, unchanged[0], "0001.sha256.tsr: FAILED", true},
		"no gap":                     {command: complete[0], want: "3 manifests"},
		"manifest missing":           {func(x *fixture) { x.remove("0002.json", "0002.sha256", "0002.sha256.tsr") }, complete[0], "missing: 2", true},
		"runs":                       {command: complete[1], want: "2026-02-01 02:00:11"},
		"every other file is listed": {command: complete[2], want: "not listed: root.pem\n"},
		"file not listed":            {func(x *fixture) { x.write("2026-04-01-00000004.csv", "x") }, complete[2], "not listed: 2026-04-01-00000004.csv", false},
		"file set aside":             {func(x *fixture) { x.write(file(x, 0)+".modified-20261125T130000Z", "x") }, complete[2], "not listed: " + "2026-01-01-00000001.csv.modified", false},
		"head":                       {command: complete[3], want: "  0003.sha256"},
		"time stamps":                {command: existed[0], want: "Verification: OK"},
		"list edited after its time stamp": {func(x *fixture) { x.write("0002.sha256", x.read("0002.sha256")+"\n") },
			existed[0], "Verification: FAILED", true},
		"time of a stamp": {command: existed[1], want: "Time stamp: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := auditedArchive(t)
			if tt.tamper != nil {
				tt.tamper(x)
			}
			out, err := x.shell(tt.command)
			if (err != nil) != tt.fails || !strings.Contains(out, tt.want) {
				t.Errorf("%s\ngot %q (%v), want %q", tt.command, out, err, tt.want)
			}
		})
	}
}

// TestAuditorsGuide_origin downloads archived runs again with the commands of the guide.
func TestAuditorsGuide_origin(t *testing.T) {
	t.Parallel()
	commands := auditorsCommands(t, "4. Where it came from", "shell")
	run, bare, wrapped, portable := commands[0], commands[1], commands[2], commands[3]
	x := auditedArchive(t)
	name := x.files()[0]
	if out, err := x.shell(run); err != nil || !strings.Contains(out, name+"\t"+testReport+"\t"+runID(1)+"\t\tCSV\n") {
		t.Errorf("%s\ngot %q (%v), want the identifiers of %s", run, out, err, name)
	}
	tests := map[string]struct {
		command string
		wrap    reportlibrarytest.Wrap
		// forged says that the list names another digest than the one of DigiCert's content.
		forged bool
	}{
		"bare":            {command: bare, wrap: reportlibrarytest.WrapNever},
		"wrapped":         {command: wrapped, wrap: reportlibrarytest.WrapAlways},
		"with Python":     {command: portable, wrap: reportlibrarytest.WrapAlways},
		"bare, forged":    {command: bare, wrap: reportlibrarytest.WrapNever, forged: true},
		"wrapped, forged": {command: wrapped, wrap: reportlibrarytest.WrapAlways, forged: true},
		"Python, forged":  {command: portable, wrap: reportlibrarytest.WrapAlways, forged: true},
	}
	for testName, tt := range tests {
		t.Run(testName, func(t *testing.T) {
			t.Parallel()
			x := auditedArchive(t)
			command, environment := x.redownload(tt.command, tt.wrap, 0)
			if tt.forged {
				x.edit("0001.sha256", digestOf([]byte(x.read(name))), digestOf([]byte("forged")))
			}
			out, err := x.shell(command, append(environment, "report="+testReport, "run="+runID(1), "format=CSV")...)
			if tt.forged {
				if err == nil || out != "" {
					t.Errorf("%s\ngot %q (%v), want no list", command, out, err)
				}
				return
			}
			if want := "0001.sha256:" + digestOf([]byte(x.read(name))) + "  " + name + "\n"; err != nil || out != want {
				t.Errorf("%s\ngot %q (%v), want %q", command, out, err, want)
			}
		})
	}
}
