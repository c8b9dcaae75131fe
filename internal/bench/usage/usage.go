// Package usage is how the launcher tells the benchmark what a provider's process has used.
//
// Terraform starts providers itself, and they are gone when it ends. Looking at /proc from outside misses processes
// and their last moments; the parent of a process, and nobody else, is told the whole of it by the kernel, exactly and
// without disturbing anybody. So the program that Terraform starts is a launcher, which is the provider's parent.
package usage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// File is the environment variable that names the file of the records.
const File = "DIGICERT_BENCH_USAGE"

// Record is one process: once when it has started, and again, Ended, with what it used.
type Record struct {
	PID   int  `json:"pid"`
	Ended bool `json:"ended"`
	// CPUSeconds is the time in user and system mode together.
	CPUSeconds float64 `json:"cpu_seconds"`
	// PeakBytes is the largest resident memory, VmHWM in /proc; 0 where the system doesn't tell.
	PeakBytes int64 `json:"peak_bytes"`
}

// Append adds a record to the file. Several processes may do so at once.
func (r Record) Append(name string) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}

// Total is what several processes used.
type Total struct {
	Processes  int
	CPUSeconds float64
	// PeakBytes is that of the process that had the most.
	PeakBytes int64
}

// LostError is a process that started and never told what it used: it was killed.
type LostError struct {
	PID int
}

// Error implements error.
func (e *LostError) Error() string { return fmt.Sprintf("the provider's process %d was killed", e.PID) }

// Take reads and removes the file. A missing one means that no process was started; a process without a last record is
// a *LostError.
func Take(name string) (Total, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Total{}, nil
	}
	if err != nil {
		return Total{}, err
	}
	total, err := sum(file)
	_ = file.Close()
	return total, errors.Join(err, os.Remove(name))
}

func sum(r io.Reader) (Total, error) {
	var total Total
	running := map[int]bool{}
	for decoder := json.NewDecoder(r); ; {
		var record Record
		switch err := decoder.Decode(&record); {
		case errors.Is(err, io.EOF):
			for pid := range running {
				return total, &LostError{PID: pid}
			}
			return total, nil
		case err != nil:
			return total, err
		case !record.Ended:
			running[record.PID] = true
			continue
		}
		delete(running, record.PID)
		total.Processes++
		total.CPUSeconds += record.CPUSeconds
		total.PeakBytes = max(total.PeakBytes, record.PeakBytes)
	}
}
