package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/cli"
)

// tools are the programs of the baselines that are on PATH.
type tools struct {
	curl, openssl, unzip bool
}

func findTools() tools {
	has := func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	}
	return tools{curl: has("curl"), openssl: has("openssl"), unzip: has("unzip")}
}

// missing says why a baseline can't be measured, or nothing.
func (t tools) missing(wrapped bool) string {
	switch {
	case !t.openssl:
		return "openssl is not on PATH"
	case !t.curl:
		return "curl is not on PATH"
	case wrapped && !t.unzip:
		return "unzip is not on PATH"
	}
	return ""
}

// downloadByHand measures, in seconds, what a script does to have a report and its hash.
func (b *bench) downloadByHand(ctx context.Context, r run, wrapped bool) (float64, error) {
	file := filepath.Join(b.work, "by-hand")
	defer func() { _ = os.Remove(file) }()
	start := time.Now()
	err := pipe(tool(ctx, "curl", "-sS", "--fail", "-o", file, "-H", "X-DC-DEVKEY: "+b.library.apiKey,
		b.library.download(r)))
	switch {
	case err != nil:
	case wrapped:
		err = pipe(tool(ctx, "unzip", "-p", file), tool(ctx, "openssl", "dgst", "-sha256"))
	default:
		err = pipe(tool(ctx, "openssl", "dgst", "-sha256", file))
	}
	return time.Since(start).Seconds(), err
}

// hashByHand measures, in seconds, the hashing of files by one openssl.
func hashByHand(ctx context.Context, files []string) (float64, error) {
	start := time.Now()
	err := pipe(tool(ctx, "openssl", append([]string{"dgst", "-sha256"}, files...)...))
	return time.Since(start).Seconds(), err
}

func tool(ctx context.Context, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...) //nolint:gosec // our own words
	cli.Detach(command)
	return command
}

// pipe runs commands at the same time, each with the output of the one before; the last one's is not wanted.
func pipe(commands ...*exec.Cmd) error {
	var started []*exec.Cmd
	var failed error
	var before *os.File
	for i, command := range commands {
		command.Stderr = os.Stderr
		var reader, writer *os.File
		if i > 0 {
			command.Stdin = before
		}
		if i+1 < len(commands) {
			if reader, writer, failed = os.Pipe(); failed != nil {
				break
			}
			command.Stdout = writer
		}
		failed = command.Start()
		// The processes have their own ends: with ours open, they would wait for each other for ever.
		_, _ = before.Close(), writer.Close()
		before = reader
		if failed != nil {
			break
		}
		started = append(started, command)
	}
	_ = before.Close()
	for _, command := range started {
		if err := command.Wait(); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", filepath.Base(command.Path), err))
		}
	}
	return failed
}
