package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// downloadByHand measures a script that has a report and its hash, in seconds.
func (b *bench) downloadByHand(ctx context.Context, r run, wrapped bool) (float64, error) {
	file := filepath.Join(b.work, "by-hand")
	defer func() { _ = os.Remove(file) }()
	script := `curl -sS --fail -o "$1" -H "X-DC-DEVKEY: $2" "$3" && openssl dgst -sha256 "$1"`
	if wrapped {
		script = `curl -sS --fail -o "$1" -H "X-DC-DEVKEY: $2" "$3" && unzip -p "$1" | openssl dgst -sha256`
	}
	return shell(ctx, script, file, b.library.APIKey, b.address(r))
}

// hashByHand measures openssl over the files in a folder, in seconds.
func hashByHand(ctx context.Context, folder string) (float64, error) {
	return shell(ctx, `openssl dgst -sha256 "$1"/*`, folder)
}

func shell(ctx context.Context, script string, args ...string) (float64, error) {
	//nolint:gosec // our own words
	command := exec.CommandContext(ctx, "sh", append([]string{"-c", script, "sh"}, args...)...)
	tftest.Detach(command)
	start := time.Now()
	if output, err := command.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", script, err, output)
	}
	return time.Since(start).Seconds(), nil
}
