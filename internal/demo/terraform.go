package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

type terraform struct {
	*tftest.CLI
	work string
}

// newTerraform builds the provider, and finds or installs Terraform.
func newTerraform(ctx context.Context, folder string) (*terraform, error) {
	plugin, work := filepath.Join(folder, "plugin"), filepath.Join(folder, "work")
	if err := tftest.BuildProvider(ctx, filepath.Join(plugin, tftest.PluginName())); err != nil {
		return nil, err
	}
	program, err := tftest.New(ctx, folder, plugin)
	if err != nil {
		return nil, err
	}
	return &terraform{program, work}, os.MkdirAll(work, 0o700)
}

func (t *terraform) in(name string) *terraform {
	return &terraform{t.CLI, filepath.Join(filepath.Dir(t.work), name)}
}

// run prints a command and runs it. It fails unless the exit status is want.
func (t *terraform) run(ctx context.Context, want int, args ...string) error {
	err := t.Run(ctx, t.work, want, args...)
	if exit, ok := errors.AsType[*tftest.ExitError](err); ok {
		return fmt.Errorf("%w: %w", errUnexpected, exit)
	}
	return err
}

func sha256File(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}
