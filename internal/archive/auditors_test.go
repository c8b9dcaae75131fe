package archive

import (
	"context"
	"crypto/sha256"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
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

// auditorsCommands returns the commands of a section of the guide in a language.
func auditorsCommands(t *testing.T, section, language string) []string {
	t.Helper()
	page, err := os.ReadFile(auditorsGuide)
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(strings.ReplaceAll(string(page), "\r\n", "\n"), "\n## "+section+"\n")
	if !found {
		t.Fatalf("the guide has no section %q", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var commands []string
	for _, match := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		commands = append(commands, match[1])
	}
	if len(commands) == 0 {
		t.Fatalf("the section %q has no command in %s", section, language)
	}
	return commands
}

// files returns the names of the archived reports.
func (x *fixture) files() []string {
	names := x.names()
	slices.Sort(names)
	return slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, ".csv") })
}

// redownload starts a Report Library with the runs of the archive, wrapped in a ZIP where wrap says so. It returns a
// command with the library's address, and the environment that names the n-th file.
func (x *fixture) redownload(command string, wrap reportlibrarytest.Wrap, n int) (string, []string) {
	x.t.Helper()
	library := reportlibrarytest.NewServer()
	x.t.Cleanup(library.Close)
	library.AddRun(reportlibrarytest.Run{
		ReportIdentifier: testReport, RunIdentifier: runID(n + 1), Content: reportlibrarytest.Text(x.read(x.files()[n])),
		Delivery: &reportlibrarytest.Delivery{Wrap: wrap},
	})
	const address = "https://api.digicert.com/reports/v1"
	if !strings.Contains(command, address) {
		x.t.Fatalf("the command has no %s", address)
	}
	return strings.ReplaceAll(command, address, library.URL()), []string{"DIGICERT_API_KEY=" + library.APIKey}
}
