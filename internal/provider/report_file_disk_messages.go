package provider

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// taken explains that another resource writes the path in the same operation. It identifies both by their runs, because
// a provider does not know the addresses of resources.
func (m fileMessages) taken(err *savedfile.Error) message {
	l := message{
		summary: "Path Written Twice", attribute: m.path,
		problem: fmt.Sprintf("Another digicert_report_file writes %s in this operation too", err.Path),
		remedy: "Give each resource a path of its own. Search the configuration for the identifiers below, which are " +
			"those of both resources. With for_each, let filename contain each.key; or set directory, which names each " +
			"file after its report, run and part.",
	}
	other, _ := errors.AsType[*atomicfile.TargetError](err)
	switch {
	case other == nil || other.Other == "":
	case other.Other == strings.Join(m.args.context(), "\n"):
		l.problem += ", and saves the same run"
	default:
		for line := range strings.Lines(other.Other) {
			l.lines = append(l.lines, "Other resource: "+strings.TrimSpace(line))
		}
	}
	return l
}

// diskWarnings name the file of args that differs from its record, and the difference, which a plan shows only as a
// change of present.
func diskWarnings(record savedfile.Record, disk savedfile.Disk, args reportArguments) diag.Diagnostics {
	file := savedfile.SystemPath(record.Path)
	var l message
	switch disk.State {
	case savedfile.Missing:
		if record.IgnoresMissing {
			return nil
		}
		l = message{
			summary: "Saved Report Is Missing",
			problem: fmt.Sprintf("There is no file at %s%s. The next apply downloads the run again, in place",
				file, missingFolder(file)),
			remedy: "To avoid the download, put the file back before the plan. Where files are kept elsewhere, as in a " +
				"pipeline whose runners start without them, set on_missing = \"ignore\". DigiCert keeps a run for 90 days.",
			lines: []string{"Recorded: " + record.SHA256},
		}
	case savedfile.Obstructed:
		l = message{
			summary: "Path Is Not A File",
			problem: fmt.Sprintf("There is %s at %s, where the report was saved. The provider neither follows nor replaces "+
				"it, so every apply that needs the file fails", disk.Found, file),
			remedy: "Move it away, then plan again.",
		}
	case savedfile.Modified:
		l = message{
			summary: "Saved Report Was Edited",
			problem: fmt.Sprintf("%s no longer has the recorded content. The next apply restores it from DigiCert, in place",
				file),
			remedy: "To keep the modified file, copy it before the apply. To accept other content of the run, set " +
				"expected_sha256 to its digest.",
			lines: []string{"Recorded: " + record.SHA256, "Found: " + disk.Found},
		}
	case savedfile.OtherMode:
		l = message{
			summary: "Saved Report Has Another Mode",
			problem: fmt.Sprintf("The mode of %s differs from file_permission. The next apply sets it again", file),
			remedy:  "Where another program sets modes, as the artifact store of a pipeline does, leave file_permission out.",
			lines:   []string{fmt.Sprintf("Recorded: %04o", record.Mode), "Found: " + disk.Found},
		}
	case savedfile.Unchanged:
		return nil
	}
	l.lines = append(args.context(), l.lines...)
	if absolute, err := filepath.Abs(file); err == nil {
		l.lines = append(l.lines, "Path: "+absolute)
	}
	return diag.Diagnostics{l.warning()}
}

// missingFolder describes the missing folder of file, or returns "" if it exists.
func missingFolder(file string) string {
	folder := atomicfile.Folder(file)
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		return ""
	}
	return fmt.Sprintf(": the folder %s is missing", folder)
}
