package archive

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// powershells are the two that Windows machines have.
var powershells = []string{"powershell", "pwsh"}

// powershell runs a command in the folder and returns its output.
func (x *fixture) powershell(program, command string, environment ...string) (string, error) {
	x.t.Helper()
	script := "$ProgressPreference = 'SilentlyContinue'\n" + command
	cmd := exec.CommandContext(x.t.Context(), program, "-NoProfile", "-NonInteractive", "-Command", script)
	cmd.Dir = x.dir
	cmd.Env = append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestAuditorsGuide_powershell runs the commands of the guide for Windows.
func TestAuditorsGuide_powershell(t *testing.T) {
	t.Parallel()
	unchanged := auditorsCommands(t, "1. Nothing was changed", "powershell")[0]
	origin := auditorsCommands(t, "4. Where it came from", "powershell")[0]
	for _, program := range powershells {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			x := auditedArchive(t)
			if out, err := x.powershell(program, unchanged); err != nil || strings.TrimSpace(out) != "" {
				t.Errorf("unchanged: got %q (%v), want nothing", out, err)
			}

			name := x.files()[0]
			command, environment := x.redownload(origin, reportlibrarytest.WrapAlways, 0)
			variables := "$report = '" + testReport + "'; $run = '" + runID(1) + "'; $format = 'CSV'\n"
			out, err := x.powershell(program, variables+command, environment...)
			if err != nil || !strings.Contains(out, digestOf([]byte(x.read(name)))+"  "+name) {
				t.Errorf("origin: got %q (%v), want the line of %s", out, err, name)
			}

			x.write(name, "edited")
			want := name + " differs from 0001.sha256"
			if out, err := x.powershell(program, unchanged); err != nil || !strings.Contains(out, want) {
				t.Errorf("edited: got %q (%v), want %q", out, err, want)
			}
			x.remove(x.files()[1])
			if out, _ := x.powershell(program, unchanged); !strings.Contains(out, "differs from 0002.sha256") {
				t.Errorf("removed: got %q, want the list that names it", out)
			}
		})
	}
}
