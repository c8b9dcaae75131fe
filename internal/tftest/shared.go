package tftest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
)

// buildTime is how long the build of the provider may take: with an empty cache, minutes.
const buildTime = 10 * time.Minute

// gcPercent is the GOGC of the tests and their commands: Terraform, which lives for a fraction of a second, spent a
// third of its CPU on collecting garbage.
const gcPercent = 400

// Main runs the tests of a package without the machine's own settings, and removes the shared build.
func Main(m *testing.M, unset ...string) int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
		_ = os.Setenv("GOGC", strconv.Itoa(gcPercent))
	}
	for _, name := range append([]string{"TF_APPEND_USER_AGENT", "TF_LOG"}, unset...) {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	defer func() {
		if shared.folder != "" {
			_ = os.RemoveAll(shared.folder)
		}
	}()
	return m.Run()
}

// shared is the provider's build of this test run.
var shared struct {
	once    sync.Once
	folder  string
	cli     *CLI
	version *version.Version
	err     error
}

// Shared returns the CLI of this test run, which uses one build of the provider by dev_overrides, without init.
func Shared(t testing.TB) *CLI {
	t.Helper()
	shared.once.Do(func() { shared.err = share() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.cli
}

func share() error {
	executable := lookPath()
	if executable == "" {
		return fmt.Errorf("neither terraform nor tofu is on PATH, and TF_ACC_TERRAFORM_PATH is not set")
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildTime)
	defer cancel()
	var err error
	if shared.folder, err = os.MkdirTemp("", "provider-"); err != nil {
		return err
	}
	if err := Build(ctx, "", filepath.Join(shared.folder, Executable("terraform-provider-digicert"))); err != nil {
		return err
	}
	config := filepath.Join(shared.folder, "cli.tfrc")
	overrides := DevOverrides(map[string]string{providerPath: shared.folder})
	if err := os.WriteFile(config, []byte(overrides), 0o600); err != nil {
		return err
	}
	shared.cli = newCLI(executable, config)
	shared.version, err = shared.cli.version(ctx)
	return err
}

// With returns a CLI that takes one more provider from a folder, by its address.
func (c *CLI) With(t testing.TB, address, folder string) *CLI {
	t.Helper()
	config := filepath.Join(t.TempDir(), "cli.tfrc")
	overrides := DevOverrides(map[string]string{providerPath: filepath.Dir(c.ConfigFile), address: folder})
	if err := os.WriteFile(config, []byte(overrides), 0o600); err != nil {
		t.Fatal(err)
	}
	return newCLI(c.Executable, config)
}

// DevOverrides is a CLI configuration that takes providers from folders, by their addresses.
func DevOverrides(folders map[string]string) string {
	text := "provider_installation {\n  dev_overrides {\n"
	for address, folder := range folders {
		text += fmt.Sprintf("    %q = %q\n", address, filepath.ToSlash(folder))
	}
	return text + "  }\n  direct {}\n}\n"
}

// SharedVersion returns the version of the CLI of this test run.
func SharedVersion(t testing.TB) *version.Version {
	t.Helper()
	Shared(t)
	return shared.version
}

func (c *CLI) version(ctx context.Context) (*version.Version, error) {
	command := c.Command(ctx, "", "version", "-json")
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s version: %w", c.Executable, err)
	}
	var response struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &response); err != nil {
		return nil, fmt.Errorf("%s version: %w", c.Executable, err)
	}
	return version.NewVersion(response.Version)
}
