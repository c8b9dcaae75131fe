package tftest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

// Source is a terraform block that names the provider.
const Source = `terraform {
  required_providers {
    digicert = {
      source = "` + providerPath + `"
    }
  }
}
`

// Folder is a folder with a configuration, in which a test runs commands.
type Folder struct {
	CLI *CLI
	Dir string
	// Environment is added to that of the CLI.
	Environment []string

	t testing.TB
}

// In returns a new folder of the test whose commands have these variables.
func (c *CLI) In(t testing.TB, environment ...string) *Folder {
	t.Helper()
	return &Folder{CLI: c, Dir: t.TempDir(), Environment: environment, t: t}
}

// File returns the path of a file in the folder.
func (f *Folder) File(name string) string { return filepath.Join(f.Dir, name) }

// Write writes a file in the folder.
func (f *Folder) Write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(f.File(name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// Files lists all files below the folder, with slashes.
func (f *Folder) Files() (names []string) {
	f.t.Helper()
	err := fs.WalkDir(os.DirFS(f.Dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return names
}

// CopyExample copies the chosen files of a folder of configurations, and adds [Source] if none of them has it.
func (f *Folder) CopyExample(dir string, chosen func(file string) bool) {
	f.t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		f.t.Fatal(err)
	}
	sourced := false
	for _, file := range files {
		if !chosen(filepath.Base(file)) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			f.t.Fatal(err)
		}
		sourced = sourced || bytes.Contains(text, []byte("required_providers"))
		f.Write(filepath.Base(file), string(text))
	}
	if !sourced {
		f.Write("source.tf", Source)
	}
}

// CopyTree copies all configurations and tests below dir, so that one finds the mocks beside it, and works in the
// folder with this name below it from now on.
func (f *Folder) CopyTree(dir, name string) {
	f.t.Helper()
	source := os.DirFS(dir)
	var files []string
	err := fs.WalkDir(source, ".", func(path string, entry fs.DirEntry, err error) error {
		shown := strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".hcl")
		if err == nil && !entry.IsDir() && shown && !strings.HasPrefix(entry.Name(), ".") {
			files = append(files, path)
		}
		return err
	})
	for _, path := range files {
		text, readErr := fs.ReadFile(source, path)
		err = errors.Join(err, readErr, os.MkdirAll(filepath.Dir(f.File(path)), 0o700))
		err = errors.Join(err, os.WriteFile(f.File(path), text, 0o600))
	}
	if err != nil {
		f.t.Fatal(err)
	}
	f.Dir = f.File(name)
}

// Run runs a command without colours and questions, which has to end with this exit status, and returns its output.
func (f *Folder) Run(status int, args ...string) string {
	f.t.Helper()
	var out bytes.Buffer
	f.run(status, &out, &out, append([]string{args[0], "-no-color", "-input=false"}, args[1:]...))
	return out.String()
}

// Command runs a command without the flags that Run adds.
func (f *Folder) Command(status int, args ...string) (stdout, stderr string) {
	f.t.Helper()
	var out, problems bytes.Buffer
	f.run(status, &out, &problems, args)
	return out.String(), problems.String()
}

func (f *Folder) run(status int, stdout, stderr *bytes.Buffer, args []string) {
	f.t.Helper()
	late := fmt.Errorf("not ended within %s", deadline.Limit)
	ctx, cancel := context.WithTimeoutCause(f.t.Context(), deadline.Limit, late)
	defer cancel()
	command := f.CLI.Command(ctx, f.Dir, args...)
	command.Env = append(command.Env[:len(command.Env):len(command.Env)], f.Environment...)
	command.Stdout, command.Stderr = stdout, stderr
	err := command.Run()
	if ctx.Err() != nil {
		killGroup(command)
		f.t.Fatalf("%v: %v\n%s%s", args, context.Cause(ctx), stdout, stderr)
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		f.t.Fatal(err)
	}
	if got := command.ProcessState.ExitCode(); got != status {
		f.t.Fatalf("%v: got exit status %d, want %d\n%s%s", args, got, status, stdout, stderr)
	}
}
