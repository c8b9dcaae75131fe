package timestamp

import (
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// TestAuditorCommands runs the commands of the auditors' guide in a folder with the list, its time stamp and the root.
// Without openssl 3 it checks the folder with Verify alone.
func TestAuditorCommands(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	genuine := srv.Reply(stampedDigest[:], big.NewInt(1))
	expired := srv.Reply(stampedDigest[:], big.NewInt(1), timestamptest.At(past), timestamptest.Valid(past.AddDate(-1, 0, 0), past.AddDate(1, 0, 0)))
	beforeTheEnd := strconv.FormatInt(past.AddDate(0, 6, 0).Unix(), 10)
	verify := "openssl ts -verify -in 0001.sha256.tsr -data 0001.sha256 -CAfile root.pem"
	tests := map[string]struct {
		response []byte
		list     string
		caPEM    string
		commands []string // all but the last succeed
		want     string   // in the output of the last
		succeeds bool
	}{
		"verify":         {genuine, stamped, srv.CACertPEM(), []string{verify}, "Verification: OK", true},
		"list edited":    {genuine, stamped + "\n", srv.CACertPEM(), []string{verify}, "message imprint mismatch", false},
		"another root":   {genuine, stamped, srv.OtherCACertPEM(), []string{verify}, "Verification: FAILED", false},
		"ended":          {expired, stamped, srv.CACertPEM(), []string{verify}, "certificate has expired", false},
		"ended, at time": {expired, stamped, srv.CACertPEM(), []string{verify + " -attime " + beforeTheEnd}, "Verification: OK", true},
		"text": {
			genuine, stamped, srv.CACertPEM(), []string{"openssl ts -reply -in 0001.sha256.tsr -text"}, "Time stamp: ", true,
		},
		// Before OpenSSL 3.0 the certificates in the time stamp had to be named. It does not harm today.
		"chain named": {genuine, stamped, srv.CACertPEM(), []string{
			"openssl ts -reply -in 0001.sha256.tsr -token_out -out 0001.p7",
			"openssl pkcs7 -inform DER -in 0001.p7 -print_certs -out chain.pem",
			verify + " -untrusted chain.pem",
		}, "Verification: OK", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Verify(t.Context(), tt.response, stampedDigest, rootsOf(t, tt.caPEM)); (err == nil) != (name != "another root") {
				t.Errorf("got %v", err)
			}
			if openssl() == "" {
				return
			}
			dir := t.TempDir()
			for file, content := range map[string]string{
				"0001.sha256": tt.list, "0001.sha256.tsr": string(tt.response), "root.pem": tt.caPEM,
			} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for i, line := range tt.commands {
				command := exec.CommandContext(t.Context(), openssl(), strings.Fields(line)[1:]...)
				command.Dir = dir
				out, err := command.CombinedOutput()
				last := i == len(tt.commands)-1
				if got, want := err == nil, !last || tt.succeeds; got != want || last && !strings.Contains(string(out), tt.want) {
					t.Errorf("%s: got success %t, want %t and %q in:\n%s", line, got, want, tt.want, out)
				}
			}
		})
	}
}
