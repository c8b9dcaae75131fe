package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	providerVersion = "0.0.1"
	providerPath    = "seed-875fe49d/digicert"
)

// cli is a Terraform or OpenTofu that takes the provider from a mirror below the demo's folder.
type cli struct {
	executable  string
	work        string
	environment []string
}

// newCLI builds the provider into a mirror and finds, or else installs, the program to run it with.
func newCLI(ctx context.Context, folder string) (*cli, error) {
	executable, err := findExecutable(ctx, filepath.Join(folder, "bin"))
	if err != nil {
		return nil, err
	}
	mirror := filepath.Join(folder, "mirror")
	if err := buildProvider(ctx, mirror); err != nil {
		return nil, err
	}
	config := filepath.Join(folder, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		filepath.ToSlash(mirror))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	work := filepath.Join(folder, "work")
	if err := os.MkdirAll(work, 0o700); err != nil {
		return nil, err
	}
	return &cli{
		executable:  executable,
		work:        work,
		environment: append(os.Environ(), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"),
	}, nil
}

func findExecutable(ctx context.Context, installInto string) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	fmt.Println("Neither is on PATH: installing Terraform into the demo's folder.")
	if err := os.MkdirAll(installInto, 0o700); err != nil {
		return "", err
	}
	latest := releases.LatestVersion{Product: product.Terraform, InstallDir: installInto}
	return latest.Install(ctx)
}

// buildProvider puts the provider where either program looks for it in a mirror.
func buildProvider(ctx context.Context, mirror string) error {
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		binary := filepath.Join(mirror, host, filepath.FromSlash(providerPath), providerVersion,
			runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-digicert_v"+providerVersion)
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		build := exec.CommandContext(ctx, //nolint:gosec // our own words
			"go", "build", "-ldflags", "-X main.version="+providerVersion, "-o", binary, ".")
		build.Stdout, build.Stderr = os.Stdout, os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("building the provider: %w", err)
		}
	}
	return nil
}

// run shows and runs one command, which has to end with the exit status want.
func (c *cli) run(ctx context.Context, want int, args ...string) error {
	fmt.Printf("\n$ %s %s\n", filepath.Base(c.executable), args[0])
	command := exec.CommandContext(ctx, c.executable, args...) //nolint:gosec // found on PATH, run with our own words
	command.Dir, command.Env = c.work, c.environment
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if got := command.ProcessState.ExitCode(); got != want {
		return fmt.Errorf("%w: %s ended with status %d instead of %d", errUnexpected, args[0], got, want)
	}
	return nil
}

// emptyFolder removes what an earlier demo left, and nothing else: a folder that is not the demo's is refused.
func emptyFolder(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if !slices.Contains([]string{"bin", "mirror", "cli.tfrc", "work"}, entry.Name()) {
			return fmt.Errorf("%s holds %s, which is not the demo's; empty it first", folder, entry.Name())
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.MkdirAll(folder, 0o700)
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
