package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/bench/usage"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/cli"
)

// bench is everything that measurements need.
type bench struct {
	terraform *cli.CLI
	library   *library
	tools     tools
	// work is the folder of projects and files; usageFile is where the provider's processes are recorded.
	work, usageFile string
	// provider and empty are the programs whose start is compared.
	provider, empty string
	// keep leaves projects where they are.
	keep bool
}

// newBench builds what is measured, and starts the fake. A bench beside an error is to be cleaned up too.
func newBench(ctx context.Context, folder string) (*bench, error) {
	if err := cli.EmptyFolder(folder, "bin", "plugin", "mirror", "cli.tfrc", "work", "empty", "usage", "tmp"); err != nil {
		return nil, err
	}
	plugin := filepath.Join(folder, "plugin")
	b := &bench{
		tools:     findTools(),
		work:      filepath.Join(folder, "work"),
		usageFile: filepath.Join(folder, "usage"),
		provider:  filepath.Join(plugin, cli.Executable("provider")),
		empty:     filepath.Join(folder, cli.Executable("empty")),
	}
	temporary := filepath.Join(folder, "tmp")
	for _, dir := range []string{b.work, temporary} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return b, err
		}
	}
	progress("building the provider")
	if err := cli.BuildProvider(ctx, b.provider); err != nil {
		return b, err
	}
	for output, program := range map[string]string{
		b.empty:                                 "internal/bench/empty",
		filepath.Join(plugin, cli.PluginName()): "internal/bench/launcher",
	} {
		if err := cli.Build(ctx, program, output, "-trimpath", "-ldflags", "-s -w"); err != nil {
			return b, err
		}
	}
	var err error
	if b.terraform, err = cli.New(ctx, folder, plugin); err != nil {
		return b, err
	}
	if b.library, err = startLibrary(ctx, temporary); err != nil {
		return b, err
	}
	b.terraform.Environment = append(b.terraform.Environment, "DIGICERT_BASE_URL="+b.library.url,
		"DIGICERT_API_KEY="+b.library.apiKey, usage.File+"="+b.usageFile, "TMPDIR="+temporary, "TMP="+temporary)
	return b, nil
}

// measureAll measures what the settings choose.
func (b *bench) measureAll(ctx context.Context, s settings) (*results, error) {
	r := &results{Machine: b.machine(ctx), Runs: s.runs, Quick: s.quick}
	if s.quick {
		r.Runs = 1
	}
	for _, w := range allWork() {
		if !s.only.MatchString(w.Name) || s.quick && w.slow {
			continue
		}
		progress(w.Name)
		measured, err := b.measure(ctx, w, r.Runs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Name, err)
		}
		r.Rows = append(r.Rows, measured)
	}
	if s.only.MatchString(startName) {
		progress(startName)
		start, err := b.compareStarts(ctx, s.quick)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", startName, err)
		}
		r.Start = start
	}
	r.Targets = r.compare()
	return r, nil
}

// machine describes what the figures are of, as far as it is known.
func (b *bench) machine(ctx context.Context) machine {
	firstLine := func(name string, args ...string) string {
		//nolint:gosec // our own words
		out, err := exec.CommandContext(ctx, name, args...).Output()
		if err != nil {
			return ""
		}
		line, _, _ := strings.Cut(string(out), "\n")
		return strings.TrimSpace(line)
	}
	m := thisMachine()
	m.Commit = firstLine("git", "describe", "--always", "--dirty", "--abbrev=12")
	m.Terraform = firstLine(b.terraform.Executable, "version")
	return m
}

// progress says on standard error what is being done, so that standard output is the tables alone.
func progress(what string) { fmt.Fprintln(os.Stderr, "...", what) }
