package main

import (
	"encoding/json"
	"os"
	"runtime"
	"time"
)

// machine is what the figures are of.
type machine struct {
	Commit    string    `json:"commit"`
	Terraform string    `json:"terraform"`
	Go        string    `json:"go"`
	System    string    `json:"system"`
	CPUs      int       `json:"cpus"`
	Time      time.Time `json:"time"`
}

func thisMachine() machine {
	return machine{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(),
		Time: time.Now().UTC().Truncate(time.Second),
	}
}

// results are all that was measured.
type results struct {
	Machine machine  `json:"machine"`
	Runs    int      `json:"runs"`
	Quick   bool     `json:"quick"`
	Rows    []row    `json:"rows"`
	Start   *starts  `json:"start,omitempty"`
	Targets []target `json:"targets"`
}

// row finds a work by name; nil if it was not measured.
func (r *results) row(name string) *row {
	for i := range r.Rows {
		if r.Rows[i].Name == name {
			return &r.Rows[i]
		}
	}
	return nil
}

// save writes the results as JSON.
func (r *results) save(name string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o644)
}
