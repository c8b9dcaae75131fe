package savedfile

import (
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/filename"
)

// SystemPath converts a configured or recorded path to this system's notation. A backslash separates folders on every
// system, so that a state works on Windows and elsewhere.
func SystemPath(recorded string) string {
	if os.PathSeparator == '\\' {
		return recorded
	}
	return strings.ReplaceAll(recorded, `\`, "/")
}

// plannedPath returns the path of the file, unknown if only the download can name it. record is nil for a new file.
func plannedPath(spec Spec, record *Record) Value[string] {
	switch {
	case spec.Filename.IsUnknown() || spec.Directory.IsUnknown():
		return Unknown[string]()
	case !spec.Filename.IsNone():
		return spec.Filename
	case record == nil || !record.withoutRun() && !spec.Run.same(record.Run):
		return Unknown[string]()
	}
	recorded, directory := record.target(), spec.Directory.Get()
	switch {
	case sameFolder(atomicfile.Folder(recorded), directory):
		return Known(record.Path) // the file keeps its name
	case record.InDirectory:
		return Known(join(directory, path.Base(strings.ReplaceAll(recorded, `\`, "/"))))
	case spec.Run.unknown():
		return Unknown[string]()
	}
	return Known(namedPath(spec, record.SuggestedFilename))
}

// namedPath returns the path of a file that is named after the report. It depends on the run, not on the spelling of
// its identifier.
func namedPath(spec Spec, suggestedFilename string) string {
	stem := filename.Stem(suggestedFilename)
	if stem == "" {
		stem = strings.ToLower(spec.Run.Report.Get())
	}
	run := strings.ToLower(spec.Run.Run.Get())
	name := stem + "-" + run[:min(8, len(run))]
	if !spec.Run.Sequence.IsNone() {
		name += fmt.Sprintf("-part%d", spec.Run.Sequence.Get())
	}
	return join(spec.Directory.Get(), name+"."+spec.Run.Format.Get().Extension())
}

// join joins with a slash, the notation of recorded paths. It does not clean folder, because an element before ".." may
// be a link.
func join(folder, name string) string {
	if folder != "" && !strings.HasSuffix(folder, "/") && !strings.HasSuffix(folder, `\`) {
		folder += "/"
	}
	return folder + name
}

// sameFolder reports whether two spellings name the same folder on every machine. Spellings with ".." must be equal,
// because the element before it may be a link.
func sameFolder(a, b string) bool {
	a, b = strings.ReplaceAll(a, `\`, "/"), strings.ReplaceAll(b, `\`, "/")
	if strings.Contains(a, "..") || strings.Contains(b, "..") {
		return strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
	}
	return path.Clean(a) == path.Clean(b)
}
