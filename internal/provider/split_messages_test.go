package provider

import (
	"slices"
	"testing"
)

func TestEveryPart(t *testing.T) {
	t.Parallel()
	for parts, forEach := range map[int64]string{
		3: "{ for part in range(3) : part => part }", 0: "data.digicert_report_run.example.parts",
		maxParts + 1: "data.digicert_report_run.example.parts",
	} {
		if got := everyPart(parts); !slices.Contains(got, "  for_each              = "+forEach) {
			t.Errorf("%d parts: got %q, want %s", parts, got, forEach)
		}
	}
}

func TestPartFilename(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"orders.csv":       `"orders-part${each.key}.csv"`,
		"a.b/orders":       `"a.b/orders-part${each.key}"`,
		"x/${y}%{z}\".csv": `"x/$${y}%%{z}\"-part${each.key}.csv"`,
	} {
		if got := partFilename(path); got != want {
			t.Errorf("got %s for %s, want %s", got, path, want)
		}
	}
}
