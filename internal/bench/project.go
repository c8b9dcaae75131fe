package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// sample is the measurement of one command. CPU and memory are those of the provider's processes, or of a baseline.
type sample struct {
	seconds, cpuSeconds, peakBytes float64
	stateBytes                     float64 // of the resources in the state that an apply wrote
	requests                       int
}

type command func(context.Context) (sample, error)

// command returns the measurement of a command in a folder. The command must succeed.
func (b *bench) command(dir string, environment []string, args ...string) command {
	return func(ctx context.Context) (s sample, err error) {
		b.library.ResetRequests()
		if err := os.RemoveAll(b.usage); err != nil {
			return s, err
		}
		command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // fixed commands
		command.Dir, command.Env = dir, slices.Concat(environment, []string{
			"DIGICERT_BASE_URL=" + b.library.URL(), "DIGICERT_API_KEY=" + b.library.APIKey, usageVariable + "=" + b.usage,
		})
		tftest.Detach(command)
		start := time.Now()
		if output, err := command.CombinedOutput(); err != nil {
			return s, fmt.Errorf("%s: %w: %s", command, err, output)
		}
		s.seconds, s.requests = time.Since(start).Seconds(), len(b.library.Requests())
		text, err := os.ReadFile(b.usage)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return s, err
		}
		s.cpuSeconds, s.peakBytes, err = usage(string(text))
		return s, err
	}
}

// script returns the measurement of a shell script with an argument.
func (b *bench) script(dir, text, argument string) command {
	return b.command(dir, os.Environ(), b.launcher, "sh", "-ec", text, "sh", argument)
}

const source = `terraform {
  required_providers {
    digicert = {
      source = "seed-875fe49d/digicert"
    }
  }
}

provider "digicert" {
  rate_limit = {
    per_5_seconds = 0
    per_3_minutes = 0
  }
}

`

// project is an initialised folder with a configuration.
type project struct {
	b          *bench
	dir        string
	terraform  []string // the start of each command line
	stateBytes float64  // size of the resources in the state of the last apply
}

// newProject creates a project with run identifiers in runs.json.
func (b *bench) newProject(ctx context.Context, config string, runs []string) (*project, error) {
	dir, err := os.MkdirTemp(b.work, "project-")
	if err != nil {
		return nil, err
	}
	p := &project{b: b, dir: dir, terraform: []string{b.terraform.Executable}}
	text, err := json.Marshal(runs)
	err = errors.Join(err, os.WriteFile(p.file("main.tf"), []byte(config), 0o600),
		os.WriteFile(p.file("runs.json"), text, 0o600))
	if err != nil {
		return nil, err
	}
	return p, b.terraform.RunQuietly(ctx, dir, 0, "init", "-input=false", "-no-color")
}

func (p *project) file(name string) string { return filepath.Join(p.dir, name) }

func (p *project) run(ctx context.Context, args ...string) (sample, error) {
	args = slices.Concat(p.terraform, args, []string{"-input=false", "-no-color"})
	return p.b.command(p.dir, p.b.terraform.Environment, args...)(ctx)
}

// apply measures an apply without state and files.
func (p *project) apply(ctx context.Context) (sample, error) {
	err := errors.Join(p.b.discard(p.file("evidence")), os.RemoveAll(p.file("terraform.tfstate")),
		os.RemoveAll(p.file("terraform.tfstate.backup")))
	if err != nil {
		return sample{}, err
	}
	s, err := p.run(ctx, "apply", "-auto-approve")
	if err != nil {
		return s, err
	}
	text, err := os.ReadFile(p.file("terraform.tfstate"))
	var state struct {
		Resources json.RawMessage `json:"resources"`
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	p.stateBytes = float64(len(state.Resources))
	s.stateBytes = p.stateBytes
	return s, err
}

// plan measures a plan without changes.
func (p *project) plan(ctx context.Context) (sample, error) {
	return p.run(ctx, "plan", "-detailed-exitcode")
}

// discard empties the files of a folder and moves it away. It is removed at the end, because ext4 without a journal
// searches all recently removed files whenever it creates one.
func (b *bench) discard(folder string) error {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			err = os.Truncate(path, 0)
		}
		return err
	})
	b.discarded++
	return errors.Join(err, os.Rename(folder, fmt.Sprint(b.work, "-", b.discarded)))
}
