package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// maxLinkFile limits the size of a manifest in bytes; one of 100,000 files has 130 MB.
const maxLinkFile = 512 << 20

// folder is the path of the archive's folder, in the user's spelling.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

// read returns the content of a regular file. The error is fs.ErrNotExist for a missing file, and a *ChainError for
// another kind or a file that is too large.
func (f folder) read(name string) ([]byte, error) {
	notAFile := chainError(Unreadable, name, "it is not a regular file, or larger than %d bytes", maxLinkFile)
	file, err := atomicfile.Open(f.path(name))
	switch {
	case errors.Is(err, atomicfile.TargetSymlink), errors.Is(err, atomicfile.TargetDirectory),
		errors.Is(err, atomicfile.TargetSpecial):
		return nil, notAFile
	case err != nil:
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if file.Size() > maxLinkFile {
		return nil, notAFile
	}
	return io.ReadAll(io.NewSectionReader(file, 0, file.Size()))
}

func (f folder) exists(name string) bool {
	_, err := os.Lstat(f.path(name))
	return err == nil
}

// newest returns the highest number of a manifest file; 0 without manifests or without a folder.
func (f folder) newest() (int64, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, entry := range entries {
		if number, ok := linkNumber(entry.Name()); ok {
			newest = max(newest, number)
		}
	}
	return newest, nil
}

// owner returns the report of the first manifest that exists; empty without a manifest.
func (f folder) owner() (string, error) {
	newest, err := f.newest()
	if err != nil {
		return "", err
	}
	for number := int64(1); number <= newest; number++ {
		text, err := f.read(ManifestName(number))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		statement, err := ParseStatement(text)
		if err != nil {
			return "", chainError(Unreadable, ManifestName(number), "%s", err)
		}
		return statement.Predicate.ReportIdentifier, nil
	}
	return "", nil
}

// CheckFolder checks that directory can hold the archive of a report: it is missing or a folder, contains no manifest
// of another report, and is not inside of another archive. The error is a *ChainError or a system error.
func CheckFolder(directory, report string) error {
	info, err := os.Stat(directory)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.IsDir():
		return &fs.PathError{Op: "open", Path: directory, Err: errNotFolder}
	}
	owner, err := folder(directory).owner()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if owner != "" && !strings.EqualFold(owner, report) {
		return chainError(Foreign, ManifestName(1), "it belongs to the archive of report %s", owner)
	}
	absolute, err := filepath.Abs(directory)
	if err != nil {
		return err
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		absolute = resolved
	}
	for parent := filepath.Dir(absolute); ; parent = filepath.Dir(parent) {
		// Read the first manifest only, because listing a folder with many files is slow.
		if text, err := folder(parent).read(ManifestName(1)); err == nil {
			if statement, err := ParseStatement(text); err == nil {
				return chainError(Foreign, filepath.Join(parent, ManifestName(1)), "it belongs to the archive of report %s, "+
					"which uses the folder %s and its subfolders", statement.Predicate.ReportIdentifier, parent)
			}
		}
		if parent == filepath.Dir(parent) {
			return nil
		}
	}
}

var errNotFolder = errors.New("it is not a folder")

// HoldsArchive returns the number of the newest manifest in directory, and whether it comes from an apply that was
// interrupted before its state was saved.
func HoldsArchive(directory string) (sequence int64, interrupted bool, err error) {
	newest, err := folder(directory).newest()
	if err != nil || newest == 0 {
		return 0, false, err
	}
	return newest, folder(directory).interrupted(newest), nil
}

// inspect compares a file with a digest and, if set, a mode.
func (f folder) inspect(ctx context.Context, name, sha256 string, watch Watch) (Finding, error) {
	status, err := atomicfile.Inspect(ctx, f.path(name))
	finding := Finding{Name: name}
	switch {
	case err != nil:
		return finding, err
	case status.Kind == atomicfile.Missing:
		finding.Condition = Missing
	case status.Kind != atomicfile.Regular:
		finding.Condition, finding.Found = Modified, notAFile
	case status.SHA256 != sha256:
		finding.Condition, finding.Found = Modified, status.SHA256
	case watch.Mode != 0 && status.Mode != watch.Mode:
		finding.Condition, finding.Found = WrongMode, fmt.Sprintf("%04o", status.Mode)
	}
	return finding, nil
}

// notAFile is the value of Finding.Found for a link, folder or device.
const notAFile = "not a regular file"
