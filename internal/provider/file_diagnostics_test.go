package provider

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

func TestFileMessages_targets(t *testing.T) {
	t.Parallel()
	target := func(problem atomicfile.TargetProblem, cause error) error {
		return &atomicfile.TargetError{Path: "orders.csv", Problem: problem, Err: cause}
	}
	tests := map[string]struct {
		err          error
		want, remedy string
	}{
		"full disk":  {&atomicfile.SpaceError{Path: "orders.csv", Need: 2, Free: 1}, "No Space Left", "Free space"},
		"link":       {target(atomicfile.TargetSymlink, nil), "Target Refused", "system"},
		"device":     {target(atomicfile.TargetRefused, errors.New("input/output error")), "Target Refused", "system"},
		"held lock":  {target(atomicfile.TargetLocked, context.DeadlineExceeded), "Folder Locked", "raise timeouts"},
		"timeout":    {fmt.Errorf("read: %w", context.DeadlineExceeded), "Timeout Reached", "Raise timeouts"},
		"canceled":   {fmt.Errorf("read: %w", context.Canceled), "Operation Canceled", ""},
		"not closed": {errors.New("closed"), "File Not Written", ""},
	}
	for name, tt := range tests {
		got := fileMessage(tt.err)
		if got.summary != tt.want || !strings.Contains(got.remedy, tt.remedy) {
			t.Errorf("%s: got %q, %q, want %q, %q", name, got.summary, got.remedy, tt.want, tt.remedy)
		}
		if !strings.Contains(got.remedy, nothingReplaced) {
			t.Errorf("%s: got %q, want %q in it", name, got.remedy, nothingReplaced)
		}
	}
}

// TestFileMessages_refusals checks the message for each errno of the system that a user can act on.
func TestFileMessages_refusals(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	seen := map[atomicfile.Refusal]bool{}
	tests := []struct {
		errno                 error
		path, summary, remedy string
		lines                 string // a part of them
	}{
		{errPermission, "new/orders.csv", "Folder Not Writable", "create files in the folder", "Folder: " + folder + " (d"},
		{errReadOnly, "new/orders.csv", "File System Read-Only", "read-write", "Folder: " + folder + " (d"},
		{errBusy, "orders.csv", "File In Use", "bind its folder instead", ""},
		{errNameTooLong, strings.Repeat("a", 300) + "/o.csv", "Name Too Long", "255 bytes", "Longest name: 300 bytes"},
		{errNameInvalid, "a?.csv", "Name Not Allowed", "Windows", ""},
		{errNameInvalid, strings.Repeat("a", 256), "Name Too Long", "255 bytes", "Longest name: 256 bytes"},
		{errNotFolder, "file/new/orders.csv", "Folder Is A File", "Move away the file", "File: " + filepath.Join(folder, "file")},
		{errOpenFiles, "orders.csv", "Too Many Open Files", "ulimit -n", ""},
	}
	for _, tt := range tests {
		seen[atomicfile.RefusalOf(tt.errno)] = true
		path := filepath.Join(folder, filepath.FromSlash(tt.path))
		cause := fmt.Errorf("create a temporary file: %w", &fs.PathError{Op: "open", Path: path, Err: tt.errno})
		got := fileMessage(&atomicfile.TargetError{Path: path, Problem: atomicfile.TargetRefused, Err: cause})
		if got.summary != tt.summary || !strings.Contains(got.remedy, tt.remedy) {
			t.Errorf("%v: got %q, %q, want %q, %q", tt.errno, got.summary, got.remedy, tt.summary, tt.remedy)
		}
		if lines := strings.Join(got.lines, "\n"); !strings.Contains(lines, tt.lines) || tt.lines == "" && lines != "" {
			t.Errorf("%v: got the lines %q, want %q in them", tt.errno, lines, tt.lines)
		}
	}
	for refusal := range refusalMessages {
		if !seen[refusal] {
			t.Errorf("no error of the system leads to refusal %d", refusal)
		}
	}
}
