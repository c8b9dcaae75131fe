package archive

import (
	"context"
	"crypto/sha256"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// auditorsGuide is the page whose commands an auditor runs.
const auditorsGuide = "../../templates/guides/for-auditors.md.tmpl"

// genuineStamper gets time stamps that openssl accepts.
type genuineStamper struct{ client *timestamp.Client }

func (s genuineStamper) Stamp(ctx context.Context, content []byte) (Stamp, error) {
	stamp, err := s.client.Stamp(ctx, sha256.Sum256(content))
	return Stamp{Token: stamp.Response, Time: stamp.Time, Signer: stamp.Signer, Expires: stamp.ExpiresAt}, err
}

func (s genuineStamper) Verify(ctx context.Context, token, content []byte) (Stamp, error) {
	facts, err := s.client.Verify(ctx, token, sha256.Sum256(content))
	return Stamp{Token: token, Time: facts.Time, Signer: facts.Signer, Expires: facts.ExpiresAt}, err
}

// auditedArchive returns an archive of three months with genuine time stamps, one of them split, and the root
// certificate of the authority beside them.
func auditedArchive(t *testing.T) *fixture {
	t.Helper()
	authority := timestamptest.NewServer()
	t.Cleanup(authority.Close)
	address, err := url.Parse(authority.URL())
	if err != nil {
		t.Fatal(err)
	}
	client, err := timestamp.New(timestamp.Authority{URL: address, CACertPEM: authority.CACertPEM()})
	if err != nil {
		t.Fatal(err)
	}
	x := newFixture(t)
	for n := range 3 {
		x.add(readyRun(n+1, parts(int64(2*(n%2)))))
		x.apply(func(j *Job) { j.Stamper, j.Stamp = genuineStamper{client}, true })
	}
	x.write("root.pem", authority.CACertPEM())
	return x
}

// auditorsCommands returns the shell commands of a section of the guide.
func auditorsCommands(t *testing.T, section string) []string {
	t.Helper()
	page, err := os.ReadFile(auditorsGuide)
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(page), "\n## "+section+"\n")
	if !found {
		t.Fatalf("the guide has no section %q", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var commands []string
	for _, match := range regexp.MustCompile("(?ms)^```shell\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		commands = append(commands, match[1])
	}
	if len(commands) == 0 {
		t.Fatalf("the section %q has no command", section)
	}
	return commands
}

// shell runs a command in the folder and returns its output.
func (x *fixture) shell(command string) (string, error) {
	cmd := exec.CommandContext(x.t.Context(), "bash", "-eu", "-o", "pipefail", "-c", command)
	cmd.Dir = x.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestAuditorsGuide runs the commands of the guide on an archive, unchanged and after each kind of tampering.
func TestAuditorsGuide(t *testing.T) {
	t.Parallel()
	unchanged := auditorsCommands(t, "1. Nothing was changed")
	complete := auditorsCommands(t, "2. Nothing is missing")
	existed := auditorsCommands(t, "3. When it existed")
	file := func(x *fixture, n int) string {
		names := x.names()
		slices.Sort(names)
		return slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, ".csv") })[n]
	}
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
