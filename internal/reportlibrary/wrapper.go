package reportlibrary

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// archiveProblems are the kinds of archive errors as problems of the content.
var archiveProblems = map[zipfile.Kind]ContentProblem{
	zipfile.Truncated:         ContentTruncated,
	zipfile.Damaged:           ContentDamaged,
	zipfile.Encrypted:         ContentEncrypted,
	zipfile.UnsupportedMethod: ContentUnsupported,
	zipfile.Hostile:           ContentHostile,
	zipfile.TooLarge:          ContentTooLarge,
}

// archiveError returns the error of an archive as a *ContentError without secrets; another error as it is.
func archiveError(err error, redact func(string) string) error {
	zipErr, ok := errors.AsType[*zipfile.Error](err)
	if !ok {
		return err
	}
	shown := *zipErr
	shown.Member = maskedSnippet([]byte(shown.Member), redact)
	return &ContentError{Problem: archiveProblems[shown.Kind], Reason: shown.Error()}
}

// wrapped returns the one file of a wrapper. OS metadata files don't count.
func (req contentRequest) wrapped(a *zipfile.Archive) (*zipfile.File, error) {
	files := slices.DeleteFunc(slices.Clone(a.Files), func(f *zipfile.File) bool { return isOSMetadata(f.Name) })
	switch {
	case len(files) == 0:
		return nil, contentProblem(ContentNotOneFile,
			"the server sent a ZIP archive that contains no file; the format ZIP saves the archive itself")
	case len(files) == 1 && files[0].IsLink:
		return nil, contentProblem(ContentDamaged, "the file %q in the ZIP archive is a symbolic link",
			maskedSnippet([]byte(files[0].Name), req.redact))
	case len(files) == 1:
		return files[0], nil
	}
	const shown = 10
	var names, quoted []string
	for _, f := range files[:min(len(files), shown)] {
		name := maskedSnippet([]byte(f.Name), req.redact)
		names, quoted = append(names, name), append(quoted, fmt.Sprintf("%q", name))
	}
	list := strings.Join(quoted, ", ")
	if more := len(files) - len(quoted); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return nil, &ContentError{
		Problem: ContentNotOneFile,
		Reason: fmt.Sprintf("the server sent a ZIP archive that contains %d files (%s); the format ZIP saves the archive itself",
			len(files), list),
		Members: names,
	}
}

// isOSMetadata reports whether a file is one that macOS or Windows adds to archives and folders by itself.
func isOSMetadata(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store" ||
		strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}
