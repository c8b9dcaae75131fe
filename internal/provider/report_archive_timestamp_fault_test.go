package provider

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// timestampBlock is the attribute of a provider block.
func timestampBlock(srv *timestamptest.Server) string {
	return fmt.Sprintf("timestamp_authority = {\n url = %q\n ca_cert_pem = %q\n}", srv.URL(), srv.CACertPEM())
}

func newTimestampServer(t *testing.T) *timestamptest.Server {
	t.Helper()
	srv := timestamptest.NewServer()
	t.Cleanup(srv.Close)
	return srv
}

// auditor runs a command of the auditors' guide in the folder. Where its program is missing, or is not the one that the
// guide is written for, it returns an empty text.
func auditor(t *testing.T, folder, program string, arguments ...string) string {
	t.Helper()
	executable, err := exec.LookPath(program)
	if err != nil {
		return ""
	}
	if program == "openssl" {
		out, err := exec.CommandContext(t.Context(), executable, "version").Output()
		if err != nil || !regexp.MustCompile(`^OpenSSL ([3-9]|\d\d)\.`).Match(out) {
			return ""
		}
	}
	command := exec.CommandContext(t.Context(), executable, arguments...)
	command.Dir = folder
	out, err := command.CombinedOutput()
	return fmt.Sprintf("%s%v", out, err)
}

// verifyStamp checks the time stamp of a list with OpenSSL, where it is installed.
func verifyStamp(t *testing.T, folder, root, list, token string) error {
	t.Helper()
	out := auditor(t, folder, "openssl", "ts", "-verify", "-in", token, "-data", list, "-CAfile", root)
	if out != "" && !strings.Contains(out, "Verification: OK") {
		return fmt.Errorf("openssl does not verify %s: %s", token, out)
	}
	return nil
}

// audit checks every manifest of the folder as an auditor does, who has nothing but the folder and the root.
func (s *fixture) audit(t *testing.T, srv *timestamptest.Server, manifests ...string) resource.TestCheckFunc {
	t.Helper()
	return func(*terraformState) error {
		root := filepath.Join(t.TempDir(), "root.pem")
		if err := os.WriteFile(root, []byte(srv.CACertPEM()), 0o600); err != nil {
			return err
		}
		for _, manifest := range manifests {
			list := manifest + ".sha256"
			if err := verifyStamp(t, s.file("evidence"), root, list, list+".tsr"); err != nil {
				return err
			}
			if out := auditor(t, s.file("evidence"), "sha256sum", "--strict", "-c", list); out != "" && (strings.Contains(out, "FAILED") || !strings.HasSuffix(out, "<nil>")) {
				return fmt.Errorf("sha256sum does not verify %s: %s", list, out)
			}
		}
		return nil
	}
}

// TestReportArchive_timestampFails has the authority fail in each way. The report and the manifest are saved, an
// unverified time stamp is not, and the next plan requests one for the same bytes.
func TestReportArchive_timestampFails(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	srv := newTimestampServer(t)
	run := s.monthly(1)
	work := s.workFolder(t, cli)
	work.Write("main.tf", tftest.Source+"provider \"digicert\" {\n"+timestampBlock(srv)+"\n}\n"+
		s.archiveBlock("this", run.ReportIdentifier, "evidence", `timestamp = true`)+
		"output \"stamped\" {\n value = digicert_report_archive.this.timestamped_at\n}\n")
	var manifest, list []byte
	tests := []struct {
		name     string
		faults   []timestamptest.Fault
		want     string // in the warning
		requests int
	}{
		{"down", []timestamptest.Fault{timestamptest.HangUp()}, `The time stamp authority could not be reached: .*Requests: 3`, 3},
		{"page", []timestamptest.Fault{timestamptest.HTML(http.StatusOK)}, `is not a time stamp: its media type is "text/html`, 1},
		{"refuses", []timestamptest.Fault{timestamptest.Reject("no more stamps today", timestamptest.BadRequest)}, `rejected; "no more stamps today"`, 1},
		{"another nonce", []timestamptest.Fault{timestamptest.WrongNonce()}, `the nonce differs`, 1},
		{"another hash", []timestamptest.Fault{timestamptest.WrongDigest()}, `over another digest`, 1},
		{"untrusted", []timestamptest.Fault{timestamptest.Untrusted()}, `leads to no trusted root`, 1},
	}
	for i, tt := range tests {
		srv.Always(tt.faults...)
		before := len(srv.Requests())
		out := unwrapped(work.Run(0, "apply", "-auto-approve"))
		if !strings.Contains(out, "Warning: Manifest Without Time Stamp") || !regexp.MustCompile(tt.want).MatchString(out) {
			t.Errorf("%s: got\n%s\nwant a warning with %q", tt.name, out, tt.want)
		}
		requests := srv.Requests()[before:]
		if len(requests) != tt.requests {
			t.Errorf("%s: got %d requests, want %d", tt.name, len(requests), tt.requests)
		}
		if i == 0 {
			manifest, list = mustRead(t, s.file("evidence/0001.json")), mustRead(t, s.file("evidence/0001.sha256"))
		}
		for _, request := range requests {
			if sum := sha256.Sum256(list); !bytes.Equal(request.Digest, sum[:]) {
				t.Errorf("%s: the request is over %x, want the list's %x", tt.name, request.Digest, sum)
			}
		}
		if _, err := os.Stat(s.file("evidence/0001.sha256.tsr")); !os.IsNotExist(err) {
			t.Errorf("%s: a time stamp is saved: %v", tt.name, err)
		}
	}
	// The plan shows the update; with the service back it is done.
	srv.Always()
	work.Run(2, "plan", "-detailed-exitcode")
	if out := work.Run(0, "apply", "-auto-approve"); strings.Contains(out, "Warning: Manifest") {
		t.Errorf("got\n%s", out)
	}
	work.Run(0, "plan", "-detailed-exitcode")
	if err := s.archiveFiles(archiveName(run, ""), "0001.json", "0001.sha256", "0001.sha256.tsr")(nil); err != nil {
		t.Error(err)
	}
	if err := s.downloads(1)(nil); err != nil {
		t.Error(err)
	}
	if err := s.audit(t, srv, "0001")(nil); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(manifest, mustRead(t, s.file("evidence/0001.json"))) || !bytes.Equal(list, mustRead(t, s.file("evidence/0001.sha256"))) {
		t.Error("the manifest or its list has changed")
	}
}

// The password reaches the authority through the proxy, and is in no output, log, state or file.
func TestReportArchive_timestampPassword(t *testing.T) {
	t.Parallel()
	const password = "Tsa-Passw0rd/7Q2MZXW4K9"
	basic := base64.StdEncoding.EncodeToString([]byte("auditor:" + password))
	cli := tftest.Shared(t)
	s := newFixture(t)
	srv := newTimestampServer(t)
	srv.Username, srv.Password = "auditor", password
	run := s.monthly(1)
	work := s.workFolder(t, cli)
	proxy, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	logs := filepath.Join(t.TempDir(), "log")
	// The proxy resolves the name. net/http connects to a loopback host directly.
	work.Environment = append(work.Environment, "HTTP_PROXY=http://proxyuser:"+proxyPassword+"@"+proxy.Host, "http_proxy=", "NO_PROXY=", "no_proxy=",
		"TF_VAR_password="+password, "TF_LOG=TRACE", "TF_LOG_PATH="+logs)
	work.Write("main.tf", tftest.Source+fmt.Sprintf(`
variable "password" {
  type      = string
  sensitive = true
}
provider "digicert" {
  timestamp_authority = {
    url         = "http://tsa.example/tsa"
    ca_cert_pem = %q
    username    = "auditor"
    password    = var.password
  }
}
`, srv.CACertPEM())+s.archiveBlock("this", run.ReportIdentifier, "evidence", `timestamp = true`))
	srv.Next(timestamptest.Reject("wrong " + password + " and " + basic))
	output := work.Run(0, "apply", "-auto-approve")
	output += work.Run(0, "apply", "-auto-approve")
	requests := srv.Requests()
	if want := 2; len(requests) != want {
		t.Fatalf("got %d requests through the proxy, want %d\n%s", len(requests), want, output)
	}
	for _, request := range requests {
		if got, want := request.Header.Get("Authorization"), "Basic "+basic; got != want {
			t.Errorf("got Authorization %q, want %q", got, want)
		}
		if got := request.Header.Get("X-Dc-Devkey"); got != "" {
			t.Errorf("the API key %q is sent to the time stamp authority", got)
		}
	}
	if !strings.Contains(output, "Time Stamp Password Travels Unencrypted") || !strings.Contains(output, "***") {
		t.Errorf("got\n%s\nwant a warning about plain http, and the masked text of the rejection", output)
	}
	log := string(mustRead(t, logs))
	if !strings.Contains(log, "got no time stamp") || !strings.Contains(log, "got a time stamp") {
		t.Error("the log tells nothing of the time stamps")
	}
	for _, secret := range []string{password, basic, proxyPassword} {
		for place, text := range map[string]string{
			"output": output, "log": log, "state": string(mustRead(t, work.File("terraform.tfstate"))),
			"manifest": string(mustRead(t, s.file("evidence/0001.json"))),
		} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in the %s", secret, place)
			}
		}
	}
}

const proxyPassword = "Pr0xyPassw0rdX9"

// A first apply that finds the folder of an interrupted one records the facts of its time stamp only if that verifies.
func TestReportArchive_timestampOfAnInterruptedApply(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	srv := newTimestampServer(t)
	run := s.monthly(1)
	work := s.workFolder(t, cli)
	work.Write("main.tf", tftest.Source+"provider \"digicert\" {\n"+timestampBlock(srv)+"\n}\n"+
		s.archiveBlock("this", run.ReportIdentifier, "evidence", `timestamp = true`))
	work.Run(0, "apply", "-auto-approve")
	tsr := s.file("evidence/0001.sha256.tsr")
	genuine, listDigest := mustRead(t, tsr), sha256.Sum256(mustRead(t, s.file("evidence/0001.sha256")))
	tests := map[string]struct {
		content []byte
		want    string // in an error or a warning
	}{
		"genuine":   {genuine, ""},
		"of others": {srv.Reply(make([]byte, sha256.Size), nil), "Time Stamp Damaged"},
		"truncated": {genuine[:len(genuine)-1], "Time Stamp Damaged"},
		"untrusted": {srv.Reply(listDigest[:], nil, timestamptest.Untrusted()), "Time Stamp Not Judged"},
	}
	for name, tt := range tests {
		if err := os.Remove(work.File("terraform.tfstate")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(tsr, tt.content, 0o600); err != nil {
			t.Fatal(err)
		}
		s.markInterrupted(t, s.file("evidence"), 1, run.ReportIdentifier)
		status := 0
		if strings.HasSuffix(tt.want, "Damaged") {
			status = 1
		}
		out := work.Run(status, "apply", "-auto-approve")
		if got := strings.Contains(out, ": Time Stamp"); got != (tt.want != "") || !strings.Contains(out, tt.want) {
			t.Errorf("%s: got\n%s\nwant %q", name, out, tt.want)
		}
		state := string(mustRead(t, work.File("terraform.tfstate")))
		if got, want := strings.Contains(state, timestamptest.SignerName), tt.want == ""; got != want {
			t.Errorf("%s: got a recorded time stamp %t, want %t", name, got, want)
		}
		if !bytes.Equal(mustRead(t, tsr), tt.content) {
			t.Errorf("%s: the file is replaced", name)
		}
	}
	if got, want := len(srv.Requests()), 1; got != want {
		t.Errorf("got %d requests for time stamps, want %d", got, want)
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unwrapped returns a CLI's output with every run of white space and frame characters as one space.
func unwrapped(out string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(out)), " ")
}
