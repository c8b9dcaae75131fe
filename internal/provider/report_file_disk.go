package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// The keys of the private state.
const (
	// noteFound holds what the last Read found, where that is not what is recorded.
	noteFound = "found"
	// noteModeIgnored says that the file system does not take modes, so that none is watched.
	noteModeIgnored = "mode_ignored"
	// noteOwner identifies the resource among the owners of files, so that a removal leaves a file that another one took.
	noteOwner = "owner"
)

// foundFile is what is on disk where a file is recorded.
type foundFile struct {
	Disk diskState `json:"disk,omitempty"`
	// What is what was found instead of what is recorded, for a reader.
	What string `json:"what,omitempty"`

	status atomicfile.Status
}

// recordedFile is the part of a file's state that says what has to be on disk.
type recordedFile struct {
	path, sha256 string
	// permission is file_permission, empty if there is none.
	permission     string
	present        bool
	ignoresMissing bool
}

func (m *reportFileModel) recorded() recordedFile {
	return recordedFile{
		path: m.target(), sha256: m.ContentSHA256.ValueString(), permission: m.FilePermission.ValueString(),
		present: m.Present.ValueBool(), ignoresMissing: m.ignoresMissing(),
	}
}

// recordedIn reads a state without a model of the whole of it, which costs more than to hash a small file.
func recordedIn(state tftypes.Value) (recordedFile, diag.Diagnostics) {
	attributes, diags := rawAttributes(state)
	if diags.HasError() {
		return recordedFile{}, diags
	}
	var (
		file      recordedFile
		onMissing string
	)
	err := errors.Join(
		readRaw(attributes["path"], &file.path), readRaw(attributes["content_sha256"], &file.sha256),
		readRaw(attributes["file_permission"], &file.permission), readRaw(attributes["present"], &file.present),
		readRaw(attributes["on_missing"], &onMissing),
	)
	if err != nil {
		diags.Append(rawDiagnostic(err))
	}
	file.path, file.ignoresMissing = systemPath(file.path), onMissing == onMissingIgnore
	return file, diags
}

// rawAttributes returns the attributes of a value as the framework got it.
func rawAttributes(object tftypes.Value) (attributes map[string]tftypes.Value, diags diag.Diagnostics) {
	if err := object.As(&attributes); err != nil {
		diags.Append(rawDiagnostic(err))
	}
	return attributes, diags
}

// readRaw reads a known value; null is the zero value.
func readRaw[T any](value tftypes.Value, target *T) error {
	if value.IsNull() {
		return nil
	}
	return value.As(target)
}

func rawDiagnostic(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("State Not Readable", fmt.Sprintf("The state does not fit its schema: %s.", err))
}

// look compares the disk with what is recorded, without changing either.
func (f recordedFile) look(ctx context.Context, modeIgnored bool) (foundFile, diag.Diagnostics) {
	var diags diag.Diagnostics
	status, err := atomicfile.Inspect(ctx, f.path)
	if err != nil {
		diags.AddError("File Not Readable", fmt.Sprintf("Comparing the saved report with what is recorded failed: "+
			"%s.\n\nMake the file and its folder readable.", err))
		return foundFile{}, diags
	}
	found := foundFile{status: status}
	switch wanted, watched := watchedMode(f.permission); {
	case status.Kind == atomicfile.Missing:
		found.Disk = diskMissing
	case status.Kind != atomicfile.Regular:
		found.Disk, found.What = diskObstructed, cmp.Or(obstacleAt(f.path), notRegular)
	case status.SHA256 != f.sha256:
		found.Disk, found.What = diskModified, status.SHA256
	case watched && !modeIgnored && status.Mode != wanted:
		found.Disk, found.What = diskOtherMode, fmt.Sprintf("%04o", status.Mode)
	}
	return found, diags
}

// warning tells what a plan's one line, present, can't.
func (f foundFile) warning(recorded recordedFile) diag.Diagnostics {
	var diags diag.Diagnostics
	switch f.Disk {
	case diskObstructed:
		diags.AddWarning("Path Is Not A File", fmt.Sprintf("There is %s at %s, where the report was saved. The provider "+
			"neither follows nor replaces it, so every apply that needs the file is refused. Move it away, then plan again.",
			f.What, recorded.path))
	case diskModified:
		diags.AddWarning("Saved Report Was Edited", fmt.Sprintf("%s no longer holds the content that was recorded. The "+
			"next apply restores it from DigiCert, in place. To accept another content of the run, set expected_sha256 to "+
			"its digest.\n\nRecorded: %s\nFound: %s", recorded.path, recorded.sha256, f.What))
	case diskOtherMode:
		diags.AddWarning("Saved Report Has Another Mode", fmt.Sprintf("%s has another mode than file_permission says. "+
			"The next apply sets it again.\n\nRecorded: %s\nFound: %s", recorded.path, recorded.permission, f.What))
	case diskUnchanged, diskMissing:
	}
	return diags
}

const notRegular = "something that is not a regular file"

// obstacleAt names what is at target if it is not a regular file; "" for a regular file and for none.
func obstacleAt(target string) string {
	info, err := os.Lstat(target)
	switch {
	case err != nil || info.Mode().IsRegular():
		return ""
	case info.Mode()&fs.ModeSymlink != 0:
		return "a symbolic link"
	case info.IsDir():
		return "a folder"
	case info.Mode()&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case info.Mode()&fs.ModeSocket != 0:
		return "a socket"
	case info.Mode()&fs.ModeDevice != 0:
		return "a device"
	default:
		return notRegular
	}
}

// mode returns the mode that the file is written with.
func (m *reportFileModel) mode() fs.FileMode {
	if mode, watched := m.watchedMode(); watched {
		return mode
	}
	return defaultFileMode
}

func (m *reportFileModel) watchedMode() (fs.FileMode, bool) {
	return watchedMode(m.FilePermission.ValueString())
}

// watchedMode returns the mode that file_permission stands for, and whether there is one to compare with.
func watchedMode(permission string) (fs.FileMode, bool) {
	mode, ok := parseMode(permission)
	return mode, ok && runtime.GOOS != "windows"
}

func (m *reportFileModel) directoryMode() fs.FileMode {
	mode, _ := parseMode(m.DirectoryPermission.ValueString())
	return mode
}

func parseMode(octal string) (fs.FileMode, bool) {
	mode, err := strconv.ParseUint(octal, 8, 32)
	return fs.FileMode(mode).Perm(), err == nil
}

// noteReader and noteWriter are the private state as the framework's requests and responses hold it.
type (
	noteReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	noteWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

func readNote[T any](ctx context.Context, private noteReader, key string) (T, diag.Diagnostics) {
	var note T
	data, diags := private.GetKey(ctx, key)
	if len(data) > 0 {
		if err := json.Unmarshal(data, &note); err != nil {
			diags.AddError("Private State Not Readable", fmt.Sprintf("The note %q in the resource's private state can't be "+
				"read: %s.", key, err))
		}
	}
	return note, diags
}

// writeNote stores a note, or removes it where empty says that there is nothing to note.
func writeNote(ctx context.Context, private noteWriter, key string, note any, empty bool) diag.Diagnostics {
	if empty {
		return private.SetKey(ctx, key, nil)
	}
	data, err := json.Marshal(note)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private State Not Writable", err.Error())}
	}
	return private.SetKey(ctx, key, data)
}
