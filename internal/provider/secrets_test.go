package provider

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// TestSecrets_theKeyIsNowhere lets a server give the key back wherever it can, and looks for it in all that a run leaves.
func TestSecrets_theKeyIsNowhere(t *testing.T) {
	t.Parallel()
	cli := newCLI(t)
	key := reportlibrarytest.DefaultAPIKey
	for name, tc := range map[string]struct {
		answer reportlibrarytest.Answer
		status int
	}{
		"success":   {reportlibrarytest.Pass(), 0},
		"message":   {reportlibrarytest.APIError(http.StatusUnauthorized, "bad_"+key, "The key "+key+" is wrong."), 1},
		"snippet":   {reportlibrarytest.Status(http.StatusTeapot, strings.Repeat("x", 190)+key), 1},
		"page":      {reportlibrarytest.HTML(http.StatusOK, key), 1},
		"header":    {reportlibrarytest.Status(http.StatusBadRequest, "").With("X-Request-Id", key), 1},
		"redirect":  {reportlibrarytest.RedirectTo(http.StatusFound, "http://127.0.0.1:1/"+url.QueryEscape(key)), 1},
		"file name": {reportlibrarytest.Status(http.StatusOK, january).With("Content-Disposition", `attachment; filename="`+key+`.csv"`), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			run := s.orders(january)
			s.Script(reportlibrarytest.Downloads, tc.answer.Forever())
			work := cli.in(t, s)
			logs := filepath.Join(t.TempDir(), "log")
			work.environment = append(work.environment, "TF_LOG=TRACE", "TF_LOG_PATH="+logs)
			work.write("main.tf", providerSource+"provider \"digicert\" {\n  retry = { max_attempts = 1 }\n}\n"+
				savedBlock("this", run, `directory = "evidence"`))
			work.run(0, "plan", "-out=saved.tfplan")
			out := work.run(tc.status, "apply", "saved.tfplan")
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
			err = filepath.WalkDir(work.dir, func(path string, entry fs.DirEntry, err error) error {
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
