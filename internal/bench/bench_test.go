package main

import (
	"strings"
	"testing"
)

func TestRatio(t *testing.T) {
	ours := []sample{{seconds: 3}, {seconds: 9}, {seconds: 5}}
	tests := map[string]struct {
		pair pair
		want float64
	}{
		"without a baseline":    {pair{ours: ours}, 0},
		"of everything":         {pair{ours: ours, other: []sample{{seconds: 2}, {seconds: 3}}}, 2},
		"above the fixed costs": {pair{ours: ours, small: []sample{{seconds: 1}}, other: []sample{{seconds: 8}}}, 0.5},
	}
	for name, tt := range tests {
		if got := tt.pair.ratio(); got != tt.want {
			t.Errorf("%s: got %g, want %g", name, got, tt.want)
		}
	}
}

func TestUsage(t *testing.T) {
	tests := map[string]struct {
		text      string
		cpu, peak float64
		fails     bool
	}{
		"nothing": {"", 0, 0, false},
		"two":     {"0.5 100\n1.25 50\n", 1.75, 100, false},
		"broken":  {"0.5 100\n1\n", 0, 0, true},
	}
	for name, tt := range tests {
		cpu, peak, err := usage(tt.text)
		if cpu != tt.cpu || peak != tt.peak || (err != nil) != tt.fails {
			t.Errorf("%s: got %g, %g, %v; want %g, %g", name, cpu, peak, err, tt.cpu, tt.peak)
		}
	}
}

func TestTable(t *testing.T) {
	r := &row{work: work{name: "1,000 of 10 KB", items: 1000, limits: limits{applyRatio: 1.3, planCPU: 0.5}}}
	r.apply = pair{
		ours:  []sample{{seconds: 6, cpuSeconds: 2, peakBytes: 32 << 20, stateBytes: 1.7e6, requests: 1000}},
		other: []sample{{seconds: 5, peakBytes: 64 << 20}},
	}
	r.plan = pair{ours: []sample{{seconds: 2, cpuSeconds: 1}}, other: []sample{{seconds: 2}}}
	want := "| 1,000 of 10 KB | 6 s | 5 s | 1.20 ≤ 1.3 | 2 s | 2 s | 1.00 | 2 s, 1 s > 0.5 | 32 MiB | 64 MiB | 1700 B | 1000+0 |\n"
	if got := table([]*row{r}); !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want it to end with %q", got, want)
	}
}
