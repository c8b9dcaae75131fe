package main

import "testing"

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1}, 5},
		{[]float64{100, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) is %v, want %v", tt.values, got, tt.want)
		}
	}
	values := []float64{2, 1}
	median(values)
	if values[0] != 2 {
		t.Error("the order of the values was changed")
	}
	if medianOf(nil) != nil {
		t.Error("nothing measured has a median")
	}
}

func TestSummarise(t *testing.T) {
	got := summarise([]sample{
		{Seconds: 3, CPUSeconds: 0.5, PeakBytes: 10, Processes: 2, Requests: 1, Connections: 1},
		{Seconds: 1, CPUSeconds: 0.75, PeakBytes: 30, Processes: 3},
		{Seconds: 2, CPUSeconds: 0.25, PeakBytes: 20, Processes: 2, Requests: 2},
	})
	if got.Seconds != 2 || *got.ProviderCPUSeconds != 0.5 || *got.ProviderPeakBytes != 30 || got.ProviderProcesses != 3 ||
		got.Requests != 2 || got.Connections != 1 {
		t.Errorf("got %+v", got)
	}
	if got := summarise([]sample{{Seconds: 1}}); got.ProviderCPUSeconds != nil || got.ProviderPeakBytes != nil {
		t.Errorf("nobody told, but there is %+v", got)
	}
}
