package provider

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// splitKind reports whether the remedy of an error is a for_each over the parts of the run.
func splitKind(kind reportlibrary.Kind) bool {
	return kind == reportlibrary.KindSplit || kind == reportlibrary.KindFewerParts
}

// isGone reports whether DigiCert no longer has a run that was downloaded before. A 404 without a code of the API says
// nothing about the run.
func isGone(err *reportlibrary.Error) bool {
	switch err.Kind {
	case reportlibrary.KindNotFound, reportlibrary.KindReportUnknown, reportlibrary.KindRunUnknown,
		reportlibrary.KindRunExpired, reportlibrary.KindOtherReport:
		return true
	case reportlibrary.KindNoService:
		return err.Code != ""
	default:
		return false
	}
}

// everyPart returns the lines of configuration that download all parts of a run; parts is 0 if unknown. The lines start
// with spaces, because Terraform rewraps other lines.
func everyPart(parts int64) []string {
	forEach := "data.digicert_report_run.example.parts"
	if parts > 0 && parts <= maxParts {
		forEach = fmt.Sprintf("{ for part in range(%d) : part => part }", parts)
	}
	return []string{
		"", "Every part:",
		"  for_each              = " + forEach,
		"  split_report_sequence = each.value",
	}
}

// partFilename returns the expression for a file of each part, next to the file at path.
func partFilename(path string) string {
	path = filepath.ToSlash(path)
	extension := filepath.Ext(path)
	literal := strings.NewReplacer("${", "$${", "%{", "%%{", `\`, `\\`, `"`, `\"`).Replace
	return `"` + literal(strings.TrimSuffix(path, extension)) + "-part${each.key}" + literal(extension) + `"`
}
