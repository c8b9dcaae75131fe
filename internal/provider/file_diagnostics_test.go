package provider

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

func TestFileLetter(t *testing.T) {
	t.Parallel()
	target := func(problem atomicfile.TargetProblem, cause error) error {
		return &atomicfile.TargetError{Path: "orders.csv", Problem: problem, Err: cause}
	}
	for name, tt := range map[string]struct {
		err          error
		want, remedy string
	}{
		"full disk":  {&atomicfile.SpaceError{Path: "orders.csv", Need: 2, Free: 1}, "No Space Left", ""},
		"link":       {target(atomicfile.TargetSymlink, nil), "Target Refused", ""},
		"permission": {target(atomicfile.TargetRefused, fs.ErrPermission), "Target Refused", ""},
		"held lock": {
			target(atomicfile.TargetLocked, context.DeadlineExceeded), "Folder Locked", "raise timeouts",
		},
		"timeout":  {fmt.Errorf("read: %w", context.DeadlineExceeded), "Timeout Reached", "Raise timeouts"},
		"canceled": {fmt.Errorf("read: %w", context.Canceled), "Operation Canceled", ""},
		"other":    {errors.New("closed"), "File Not Written", ""},
	} {
		got := fileLetter(tt.err)
		if got.summary != tt.want || !strings.Contains(got.remedy, tt.remedy) {
			t.Errorf("%s: got %q, %q, want %q, %q", name, got.summary, got.remedy, tt.want, tt.remedy)
		}
	}
}
