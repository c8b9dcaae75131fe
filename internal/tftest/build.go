package tftest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	// Version is the provider's version in the mirror.
	Version = "0.1.0"

	providerPath = "seed-875fe49d/digicert"
	module       = "github.com/seed-875fe49d/terraform-provider-digicert"
)

// find returns the program that TF_ACC_TERRAFORM_PATH names or PATH has, and else installs the newest Terraform.
func find(ctx context.Context, installInto string) (string, error) {
	if executable := lookPath(); executable != "" {
		return executable, nil
	}
	fmt.Printf("Neither Terraform nor OpenTofu is on PATH: installing Terraform into %s.\n", installInto)
	if err := os.MkdirAll(installInto, 0o700); err != nil {
		return "", err
	}
	latest := releases.LatestVersion{Product: product.Terraform, InstallDir: installInto}
	return latest.Install(ctx)
}

// lookPath returns the path of a program; "" if there is none.
func lookPath() string {
	if executable := os.Getenv("TF_ACC_TERRAFORM_PATH"); executable != "" {
		return executable
	}
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	return ""
}

// PluginName is the file name under which Terraform starts a provider from the plugin's folder.
func PluginName() string { return Executable("terraform-provider-digicert_v" + Version) }

// Executable is the file name of a program on this system.
func Executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// BuildProvider builds the provider as a release does.
func BuildProvider(ctx context.Context, output string) error {
	return Build(ctx, "", output, "-trimpath", "-ldflags", "-s -w -X main.version="+Version)
}

// Build builds a program of this module, named by the path of its package below the module's, without cgo.
func Build(ctx context.Context, program, output string, flags ...string) error {
	target := module
	if program != "" {
		target += "/" + program
	}
	args := append([]string{"build", "-o", output}, flags...)
	build := exec.CommandContext(ctx, "go", append(args, target)...) //nolint:gosec // our own words
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building %s: %w", filepath.Base(output), err)
	}
	return nil
}

// EmptyFolder removes the files of an earlier run, named ours, from folder. It rejects a folder that contains other
// files.
func EmptyFolder(folder string, ours ...string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if !slices.Contains(ours, entry.Name()) {
			return fmt.Errorf("%s holds %s, which no earlier run has left there; empty it first", folder, entry.Name())
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.MkdirAll(folder, 0o700)
}
