package content

import (
	"path"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// wrapped returns the only file of a wrapper, apart from OS metadata files.
func wrapped(a *zipfile.Archive) (*zipfile.File, error) {
	files := slices.DeleteFunc(slices.Clone(a.Files), func(f *zipfile.File) bool { return isOSMetadata(f.Name) })
	switch {
	case len(files) == 0:
		return nil, problem(NotOneFile,
			"the server sent a ZIP archive that contains no file; the format ZIP saves the archive itself")
	case len(files) == 1 && files[0].IsLink:
		return nil, problem(Damaged, "the file %q in the ZIP archive is a symbolic link", files[0].Name)
	case len(files) == 1:
		return files[0], nil
	}
	err := problem(NotOneFile,
		"the server sent a ZIP archive that contains %d files; the format ZIP saves the archive itself", len(files))
	for _, f := range files {
		err.Members = append(err.Members, f.Name)
	}
	return nil, err
}

// isOSMetadata reports whether macOS or Windows adds the file to archives and folders.
func isOSMetadata(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store" ||
		strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}
