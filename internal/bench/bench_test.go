package main

import (
	"os"
	"path/filepath"
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
		"of everything":         {pair{ours: ours, baseline: []float64{2, 3}}, 2},
		"above the fixed costs": {pair{ours: ours, smallest: []float64{1}, baseline: []float64{8}}, 0.5},
	}
	for name, tt := range tests {
		if got := tt.pair.ratio(); got != tt.want {
			t.Errorf("%s: got %g, want %g", name, got, tt.want)
		}
	}
}

func TestReadUsage(t *testing.T) {
	tests := map[string]struct {
		text      string
		cpu, peak float64
		err       string
	}{
		"nothing": {"", 0, 0, ""},
		"two":     {"started 1 0 0\nstarted 2 0 0\nended 2 0.5 100\nended 1 1.25 50\n", 1.75, 100, ""},
		"killed":  {"started 1 0 0\nstarted 2 0 0\nended 2 0.5 100\n", 0, 0, "1 processes of the provider were killed"},
		"broken":  {"started 1\n", 0, 0, "record"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "usage")
			if tt.text != "" {
				if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			cpu, peak, err := readUsage(file)
			if cpu != tt.cpu || peak != tt.peak {
				t.Errorf("got %g, %g; want %g, %g", cpu, peak, tt.cpu, tt.peak)
			}
			if tt.err == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error is %v, want %q", err, tt.err)
			}
		})
	}
}

func TestTables(t *testing.T) {
	r := &row{work: work{name: "1,000 of 10 KB"}, stateBytes: 1700}
	r.apply = pair{ours: []sample{{seconds: 6, cpuSeconds: 2, peakBytes: 32 << 20, requests: 1000}}, baseline: []float64{5}}
	r.plan = pair{ours: []sample{{seconds: 2, cpuSeconds: 1}}, baseline: []float64{2}}
	want := "| 1,000 of 10 KB | 6.00 s | 1.20 | 2.00 s | 1.00 | 2.0 s, 1.0 s | 32 MiB | 1700 B | 1000+0 |\n"
	if got := rowTable([]*row{r}); !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want it to end with %q", got, want)
	}
	got := targetTable([]*row{r}, &starts{provider: 0.026, empty: 0.025})
	for _, want := range []string{
		"apply / terraform_data | 1.20 | 1.3 |", "CPU seconds in a plan | 1.00 | 3 |", "emptiest provider | 1.04 | 1.1 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}
