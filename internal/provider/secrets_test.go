package provider

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestSecrets_keyIsInNoOutput lets a server give the key back wherever it can, and looks for it in all that a run leaves.
func TestSecrets_keyIsInNoOutput(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	key := reportlibrarytest.DefaultAPIKey
	tests := map[string]struct {
		response reportlibrarytest.Response
		status   int
	}{
		"success":   {reportlibrarytest.Pass(), 0},
		"message":   {reportlibrarytest.APIError(http.StatusUnauthorized, "bad_"+key, "The key "+key+" is wrong."), 1},
		"snippet":   {reportlibrarytest.Status(http.StatusTeapot, strings.Repeat("x", 190)+key), 1},
		"page":      {reportlibrarytest.HTML(http.StatusOK, key), 1},
		"header":    {reportlibrarytest.Status(http.StatusBadRequest, "").With("X-Request-Id", key), 1},
		"redirect":  {reportlibrarytest.RedirectTo(http.StatusFound, "http://127.0.0.1:1/"+url.QueryEscape(key)), 1},
		"file name": {reportlibrarytest.Status(http.StatusOK, january).With("Content-Disposition", `attachment; filename="`+key+`.csv"`), 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.orders(january)
			s.Script(reportlibrarytest.Downloads, tt.response.Forever())
			work := s.workFolder(t, cli)
			logs := filepath.Join(t.TempDir(), "log")
			work.Environment = append(work.Environment, "TF_LOG=TRACE", "TF_LOG_PATH="+logs)
			work.Write("main.tf", tftest.Source+"provider \"digicert\" {\n  retry = { max_attempts = 1 }\n}\n"+
				savedBlock("this", run, `directory = "evidence"`))
			work.Run(0, "plan", "-out=saved.tfplan")
			out := work.Run(tt.status, "apply", "saved.tfplan")
			if strings.Contains(out, key) {
				t.Errorf("the key is in the output:\n%s", out)
			}
			log, err := os.ReadFile(logs)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(log, []byte("/download")) {
				t.Error("the log does not tell of the download: this tests nothing")
			}
			for _, form := range []string{key, base64.StdEncoding.EncodeToString([]byte(key))} {
				if bytes.Contains(log, []byte(form)) {
					t.Errorf("the log holds %s", form)
				}
			}
			err = filepath.WalkDir(work.Dir, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				content, err := os.ReadFile(path)
				if bytes.Contains(content, []byte(key)) || strings.Contains(path, key) {
					t.Errorf("the key is in %s", path)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSecrets_http2Debug has net/http log the headers of its requests, which it writes to the standard logger.
func TestSecrets_http2Debug(t *testing.T) {
	t.Parallel()
	server := reportlibrarytest.NewTLSServer()
	t.Cleanup(server.Close)
	s := &fixture{Server: server, t: t, dir: t.TempDir()}
	run := s.orders(january)
	work := s.workFolder(t, tftest.Shared(t))
	logs := filepath.Join(t.TempDir(), "log")
	work.Environment = append(work.Environment, "TF_LOG=TRACE", "TF_LOG_PATH="+logs, "GODEBUG=http2debug=2")
	work.Write("ca.pem", s.CACertPEM())
	work.Write("main.tf", tftest.Source+"provider \"digicert\" {\n  ca_cert_pem = file(\"ca.pem\")\n}\n"+
		savedBlock("this", run, `filename = "orders.csv"`))
	work.Run(0, "apply", "-auto-approve")
	log, err := os.ReadFile(logs)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(bytes.ToLower(log), []byte(`encoding header "x-dc-devkey" = "***"`)) {
		t.Error("the log does not show the header: this tests nothing")
	}
	for name, secret := range map[string]string{"key": reportlibrarytest.DefaultAPIKey, "report": "order,amount"} {
		if bytes.Contains(log, []byte(secret)) {
			t.Errorf("the log holds the %s", name)
		}
	}
}

// TestSecrets_valuesThatEchoTheKey lets the history and the details give the key back in every string.
func TestSecrets_valuesThatEchoTheKey(t *testing.T) {
	t.Parallel()
	key := reportlibrarytest.DefaultAPIKey
	s := newFixture(t, func(o *reportlibrarytest.Options) {
		o.RewriteJSON = func(_ *http.Request, response map[string]any) { echoKey(response, key) }
	})
	run := s.orders(january)
	report := s.AddReport(reportlibrarytest.Report{})
	work := s.workFolder(t, tftest.Shared(t))
	work.Write("main.tf", tftest.Source+fmt.Sprintf(`
data "digicert_report_history" "all" {}
data "digicert_report_run" "newest" {
  report_identifier = %q
}
data "digicert_report" "details" {
  report_identifier = %q
}
output "all" {
  value = [data.digicert_report_history.all, data.digicert_report_run.newest, data.digicert_report.details]
}
`, run.ReportIdentifier, report.ReportIdentifier))
	out := work.Run(0, "plan", "-out=saved.tfplan")
	plan, _ := work.Command(0, "show", "-json", "saved.tfplan")
	out += work.Run(0, "apply", "saved.tfplan")
	state, err := os.ReadFile(work.File("terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"output": out, "plan": plan, "state": string(state)} {
		if strings.Contains(text, key) {
			t.Errorf("the key is in the %s:\n%s", name, text)
		}
		if !strings.Contains(text, "***") {
			t.Errorf("the %s has no masked value: this tests nothing", name)
		}
	}
}

// echoKey appends the key to every string in value but identifiers and those with a vocabulary of their own.
func echoKey(value any, key string) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if text, ok := inner.(string); ok {
				if strings.HasSuffix(name, "_name") || strings.HasSuffix(name, "_date") && strings.HasPrefix(name, "created") {
					value[name] = text + key
				}
				continue
			}
			echoKey(inner, key)
		}
	case []any:
		for i, inner := range value {
			if text, ok := inner.(string); ok {
				value[i] = text + key
				continue
			}
			echoKey(inner, key)
		}
	}
}
