package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	// providerName is the real provider's file name, beside the launcher.
	providerName = "provider"
	// usageVariable names the file of the launcher's records in the environment.
	usageVariable = "DIGICERT_BENCH_USAGE"
)

// launch runs the provider in place of this program, and records what it used. Only the parent of a process learns that
// exactly from the kernel, and Terraform doesn't tell.
func launch() int {
	program := filepath.Join(filepath.Dir(os.Args[0]), providerName)
	provider := exec.CommandContext(context.Background(), program, os.Args[1:]...) //nolint:gosec // newBench built it
	provider.Stdin, provider.Stdout, provider.Stderr = os.Stdin, os.Stdout, os.Stderr
	signal.Ignore(os.Interrupt, syscall.SIGTERM) // Terraform stops the provider over its own connection
	err := provider.Start()
	if err == nil {
		err = record("started %d 0 0\n", provider.Process.Pid)
		_ = provider.Wait() // its status is passed on
		state := provider.ProcessState
		err = errors.Join(err, record("ended %d %g %d\n", state.Pid(), (state.UserTime()+state.SystemTime()).Seconds(),
			peakBytes(state)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "launcher:", err)
		return 1
	}
	return provider.ProcessState.ExitCode()
}

// record appends a line to the file of records, which several launchers do at once.
func record(format string, args ...any) error {
	name := os.Getenv(usageVariable)
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, format, args...)
	return errors.Join(err, file.Close())
}

// readUsage returns the CPU time of all processes and the peak memory of the largest one. A process that was killed has
// no last record, which is an error. Without a file there was no process.
func readUsage(name string) (cpuSeconds, peakBytes float64, err error) {
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, err
	}
	running := 0
	for line := range strings.Lines(string(text)) {
		var (
			what      string
			pid       int
			cpu, peak float64
		)
		if _, err := fmt.Sscan(line, &what, &pid, &cpu, &peak); err != nil {
			return 0, 0, fmt.Errorf("record %q: %w", line, err)
		}
		if what == "started" {
			running++
			continue
		}
		running--
		cpuSeconds, peakBytes = cpuSeconds+cpu, max(peakBytes, peak)
	}
	if running != 0 {
		return 0, 0, fmt.Errorf("%d processes of the provider were killed", running)
	}
	return cpuSeconds, peakBytes, nil
}
