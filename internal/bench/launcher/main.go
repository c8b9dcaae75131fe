// Command launcher is what Terraform starts as the provider during a benchmark: it runs the real one, which lies beside
// it under the name provider, and records what that process has used.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/bench/usage"
)

func main() {
	status, err := launch()
	if err != nil {
		fmt.Fprintln(os.Stderr, "launcher:", err)
		status = 1
	}
	os.Exit(status)
}

func launch() (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	name := "provider"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	// Standard input, output and error are the provider's own, so that the launcher costs nothing while it runs.
	//nolint:gosec // the benchmark has put it there
	provider := exec.CommandContext(context.Background(), filepath.Join(filepath.Dir(self), name), os.Args[1:]...)
	provider.Stdin, provider.Stdout, provider.Stderr = os.Stdin, os.Stdout, os.Stderr
	dieTogether(provider)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := provider.Start(); err != nil {
		return 0, err
	}
	go func() {
		for received := range signals {
			_ = provider.Process.Signal(received)
		}
	}()
	record := usage.Record{PID: provider.Process.Pid}
	file := os.Getenv(usage.File)
	if file != "" {
		if err := record.Append(file); err != nil {
			return 0, err
		}
	}
	_ = provider.Wait() // its status is passed on
	state := provider.ProcessState
	record.Ended, record.PeakBytes = true, peakBytes(state)
	record.CPUSeconds = (state.UserTime() + state.SystemTime()).Seconds()
	if file != "" {
		err = record.Append(file)
	}
	return state.ExitCode(), err
}
