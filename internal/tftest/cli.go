package tftest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// CLI is a Terraform or OpenTofu that takes the provider from this machine and uses no registry.
type CLI struct {
	// Executable is the path of the program.
	Executable string
	// Environment is the environment of every command, in the form of os.Environ.
	Environment []string
	// ConfigFile is the path of its CLI configuration.
	ConfigFile string
}

// New finds the program, or installs one below folder, and gives it the plugin in pluginFolder as the provider: see
// PluginName. It creates bin, mirror and cli.tfrc in folder.
func New(ctx context.Context, folder, pluginFolder string) (*CLI, error) {
	executable, err := find(ctx, filepath.Join(folder, "bin"))
	if err != nil {
		return nil, err
	}
	mirror := filepath.Join(folder, "mirror")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		place := filepath.Join(mirror, host, filepath.FromSlash(providerPath), Version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.CopyFS(place, os.DirFS(pluginFolder)); err != nil {
			return nil, err
		}
	}
	config := filepath.Join(folder, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		filepath.ToSlash(mirror))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return newCLI(executable, config), nil
}

func newCLI(executable, config string) *CLI {
	return &CLI{
		Executable: executable, ConfigFile: config,
		Environment: append(os.Environ(), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"),
	}
}

// patience is how long a command that was interrupted may take to end: Terraform waits for its providers first.
const patience = 30 * time.Second

// Command prepares a command in dir. When ctx ends, it is interrupted once, and killed if it does not end; a
// Ctrl-C at the terminal reaches it only that way, since a second one would make Terraform abandon its providers.
func (c *CLI) Command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.Executable, args...) //nolint:gosec // found on PATH, run with our own words
	command.Dir, command.Env = dir, c.Environment
	Detach(command)
	return command
}

// ExitError is a command that ended with another exit status than it should have.
type ExitError struct {
	Command   string
	Got, Want int
	// Output is the output of the command, if it was kept.
	Output string
}

// Error implements error.
func (e *ExitError) Error() string {
	text := fmt.Sprintf("%s ended with status %d instead of %d", e.Command, e.Got, e.Want)
	if e.Output != "" {
		text += ":\n" + e.Output
	}
	return text
}

// Run runs a command and shows its output. A status other than want is an *ExitError.
func (c *CLI) Run(ctx context.Context, dir string, want int, args ...string) error {
	fmt.Printf("\n$ %s %s\n", filepath.Base(c.Executable), args[0])
	command := c.Command(ctx, dir, args...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return c.finish(ctx, command, want)
}

// RunQuietly runs a command without showing it; an *ExitError contains its output.
func (c *CLI) RunQuietly(ctx context.Context, dir string, want int, args ...string) error {
	var output bytes.Buffer
	command := c.Command(ctx, dir, args...)
	command.Stdout, command.Stderr = &output, &output
	err := c.finish(ctx, command, want)
	if exit, ok := errors.AsType[*ExitError](err); ok {
		exit.Output = output.String()
	}
	return err
}

func (c *CLI) finish(ctx context.Context, command *exec.Cmd, want int) error {
	err := command.Run()
	if ctx.Err() != nil {
		killGroup(command)
		return context.Cause(ctx)
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		return err
	}
	if got := command.ProcessState.ExitCode(); got != want {
		return &ExitError{Command: command.Args[1], Got: got, Want: want}
	}
	return nil
}

// Detach lets the end of the command's context interrupt it once and kill it when it doesn't end then, and takes it
// out of reach of the terminal's Ctrl-C, where the system knows such a thing.
func Detach(command *exec.Cmd) {
	separate(command)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = patience
}
