package provider

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestReportFile_shared lets two resources write, adopt, leave and destroy one file under two names, from one and from two
// provider configurations, which are two processes. After an apply without an error, a recorded file must exist.
func TestReportFile_shared(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	const direct, linked, aside, second = `filename = "evidence/orders.csv"`, `filename = "link/orders.csv"`,
		`filename = "evidence/aside.csv"`, `provider = digicert.second`
	type resources map[string][]string // name to lines
	tests := map[string]struct {
		applies    []resources
		wantStatus int // of the last apply
		want       string
		wantFiles  []string
	}{
		"one configuration": {
			[]resources{{"a": {direct}, "b": {linked}}}, 1, "Path Written Twice", []string{"orders.csv"},
		},
		"two configurations": {
			[]resources{{"a": {direct}, "b": {linked, second}}}, 0, "Existing File Adopted", []string{"orders.csv"},
		},
		"the first is destroyed": {
			[]resources{{"a": {direct}, "b": {linked, second}}, {"b": {linked, second}}}, 0, "Shared File Stays",
			[]string{"orders.csv"},
		},
		"the second is destroyed": {
			[]resources{{"a": {direct}, "b": {linked, second}}, {"a": {direct}}}, 0, "Shared File Stays", []string{"orders.csv"},
		},
		"both are destroyed": {
			[]resources{{"a": {direct}, "b": {linked, second}}, {}}, 0, "2 destroyed", nil,
		},
		"one for the other": {
			[]resources{{"a": {direct}}, {"b": {linked, second}}}, 0, "1 added", []string{"orders.csv"},
		},
		"one moves away, the other comes": {
			[]resources{{"a": {direct}}, {"a": {aside}, "b": {linked, second}}}, 0, "1 changed",
			[]string{"aside.csv", "orders.csv"},
		},
		"both change places": {
			[]resources{{"a": {direct}, "b": {aside, second}}, {"a": {aside}, "b": {linked, second}}}, 0, "2 changed",
			[]string{"aside.csv", "orders.csv"},
		},
		"another spelling": {
			[]resources{{"a": {direct}}, {"a": {linked}}}, 0, "1 changed", []string{"orders.csv"},
		},
		"adopted later, the first is destroyed": {
			[]resources{{"a": {direct}}, {"a": {direct}, "b": {linked}}, {"b": {linked}}}, 0, "Shared File Stays",
			[]string{"orders.csv"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.orders(january)
			work := s.workFolder(t, cli)
			if err := os.Mkdir(work.File("evidence"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("evidence", work.File("link")); err != nil {
				t.Fatal(err)
			}
			var out string
			for i, apply := range tt.applies {
				config := tftest.Source + tftest.Block("provider", []string{"digicert"}, tftest.Set("alias", "second"))
				for name, lines := range apply {
					config += savedBlock(name, run, lines...)
				}
				work.Write("main.tf", config)
				status := 0
				if i == len(tt.applies)-1 {
					status = tt.wantStatus
				}
				out = work.Run(status, "apply", "-auto-approve")
			}
			if !strings.Contains(out, tt.want) {
				t.Errorf("no %q in:\n%s", tt.want, out)
			}
			entries, err := os.ReadDir(work.File("evidence"))
			if err != nil {
				t.Fatal(err)
			}
			var files []string
			for _, entry := range entries {
				files = append(files, entry.Name())
			}
			if !slices.Equal(files, tt.wantFiles) {
				t.Errorf("got files %q, want %q", files, tt.wantFiles)
			}
		})
	}
}
