package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
)

const (
	providerName  = "provider"             // the real provider's file name, beside the launcher
	usageVariable = "DIGICERT_BENCH_USAGE" // names the file of the launcher's records
)

// launch runs the command in its arguments, or the provider without arguments, and records its processor time and peak
// memory, because the kernel reports exact values only to the parent of a process.
func launch() int {
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{filepath.Join(filepath.Dir(os.Args[0]), providerName)}
		signal.Ignore(os.Interrupt, syscall.SIGTERM) // Terraform stops the provider over its own connection
	}
	command := exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // fixed commands; it ends before this program
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	state := command.ProcessState
	if state == nil {
		fmt.Fprintln(os.Stderr, "launcher:", err)
		return 1
	}
	// Several launchers append to the file at once.
	file, err := os.OpenFile(os.Getenv(usageVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(file, (state.UserTime() + state.SystemTime()).Seconds(), peakBytes(state))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "launcher:", err)
		return 1
	}
	return state.ExitCode()
}

// peakBytes is the maximum resident memory; 0 if it is not in KiB. The kernel starts at the launcher's own memory,
// which is less than a provider needs.
func peakBytes(state *os.ProcessState) int64 {
	peak := reflect.Indirect(reflect.ValueOf(state.SysUsage())).FieldByName("Maxrss")
	if runtime.GOOS != "linux" || !peak.IsValid() {
		return 0
	}
	return peak.Int() << 10
}

// usage sums the processor time in a text of records, in seconds, and returns their largest peak in bytes.
func usage(text string) (cpuSeconds, peakBytes float64, err error) {
	for line := range strings.Lines(text) {
		var cpu, peak float64
		if _, err := fmt.Sscanln(line, &cpu, &peak); err != nil {
			return 0, 0, fmt.Errorf("record %q: %w", line, err)
		}
		cpuSeconds, peakBytes = cpuSeconds+cpu, max(peakBytes, peak)
	}
	return cpuSeconds, peakBytes, nil
}
