package main

import "slices"

// sample is one command of Terraform, measured.
type sample struct {
	Seconds float64
	// CPUSeconds and PeakBytes are of the provider's processes: the sum, and the largest one.
	CPUSeconds  float64
	PeakBytes   int64
	Processes   int
	Requests    int
	Connections int
}

// figures are a command measured several times.
type figures struct {
	// Seconds is the median of the wall time.
	Seconds float64 `json:"seconds"`
	// ProviderCPUSeconds is the median of the time of all the provider's processes; absent if there was none.
	ProviderCPUSeconds *float64 `json:"provider_cpu_seconds,omitempty"`
	// ProviderPeakBytes is the largest resident memory that any of them ever had; absent where nobody tells.
	ProviderPeakBytes *int64 `json:"provider_peak_bytes,omitempty"`
	// ProviderProcesses, Requests and Connections are the highest of all runs.
	ProviderProcesses int `json:"provider_processes"`
	Requests          int `json:"requests"`
	Connections       int `json:"connections"`
}

func summarise(samples []sample) figures {
	var f figures
	var seconds, cpu []float64
	var peak int64
	for _, s := range samples {
		seconds, cpu = append(seconds, s.Seconds), append(cpu, s.CPUSeconds)
		peak = max(peak, s.PeakBytes)
		f.ProviderProcesses = max(f.ProviderProcesses, s.Processes)
		f.Requests = max(f.Requests, s.Requests)
		f.Connections = max(f.Connections, s.Connections)
	}
	f.Seconds = median(seconds)
	if f.ProviderProcesses > 0 {
		f.ProviderCPUSeconds = medianOf(cpu)
	}
	if peak > 0 {
		f.ProviderPeakBytes = &peak
	}
	return f
}

// median is the middle value, or the mean of the two in the middle; 0 of none.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	switch {
	case n == 0:
		return 0
	case n%2 == 0:
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[n/2]
}

// medianOf is the median of what was measured; nil if nothing was.
func medianOf(values []float64) *float64 {
	if len(values) == 0 {
		return nil
	}
	m := median(values)
	return &m
}
