package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestReportFile_warningsOfRead produces each warning of a refresh.
func TestReportFile_warningsOfRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		disturb func(path string) error
		want    string // the summary; none if it is empty
		detail  []string
	}{
		"unchanged": {func(string) error { return nil }, "", nil},
		"missing":   {os.Remove, "Saved Report Is Missing", []string{"There is no file at", `on_missing = "ignore"`, sha256Of(january)}},
		"missing with its folder": {
			func(path string) error { return os.RemoveAll(filepath.Dir(path)) }, "Saved Report Is Missing", []string{"the folder"},
		},
		"modified": {
			func(path string) error { return os.WriteFile(path, []byte("modified\n"), 0o600) },
			"Saved Report Was Edited", []string{sha256Of(january), sha256Of("modified\n")},
		},
		"another mode": {
			func(path string) error { return os.Chmod(path, 0o600) }, "Saved Report Has Another Mode",
			[]string{"file_permission", "Recorded: 0640", "Found: 0600"},
		},
		"a folder": {
			func(path string) error {
				if err := os.Remove(path); err != nil {
					return err
				}
				return os.Mkdir(path, 0o700)
			}, "Path Is Not A File", []string{"a folder"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			file := s.newResource()
			path, run := s.file("evidence/orders.csv"), s.orders(january)
			config := configFor(run, path)
			config["file_permission"] = "0640"
			state, diagnostics := file.Apply(tftest.State{}, config)
			if len(diagnostics) > 0 {
				t.Fatal(diagnostics[0].Summary)
			}
			if err := tt.disturb(path); err != nil {
				t.Fatal(err)
			}
			s.ResetRequests()
			_, diagnostics = s.newResource().Read(state)
			if err := s.wantRequests(0); err != nil {
				t.Error(err)
			}
			if tt.want == "" {
				if len(diagnostics) > 0 {
					t.Errorf("got %q, want no warning", diagnostics[0].Summary)
				}
				return
			}
			if len(diagnostics) != 1 || diagnostics[0].Summary != tt.want {
				t.Fatalf("got %v, want one warning %q", diagnostics, tt.want)
			}
			for _, part := range append(tt.detail, "Path: "+path, "Report: "+run.ReportIdentifier, "Run: "+run.RunIdentifier) {
				if !strings.Contains(diagnostics[0].Detail, part) {
					t.Errorf("got %q, want %q in it", diagnostics[0].Detail, part)
				}
			}
		})
	}
}

// TestDiskWarnings_ignored refreshes a missing file whose record says that this is not a change.
func TestDiskWarnings_ignored(t *testing.T) {
	t.Parallel()
	record := savedfile.Record{Path: "orders.csv", IgnoresMissing: true}
	got := diskWarnings(record, savedfile.Disk{State: savedfile.Missing}, reportArguments{})
	if len(got) > 0 {
		t.Errorf("got %q, want no warning", got[0].Summary())
	}
}

// newResource speaks the protocol for the file resource with a provider of its own that talks to the fixture's server.
func (s *fixture) newResource() *tftest.Resource {
	s.t.Helper()
	client := tftest.NewClient(s.t, NewServer("test")())
	return client.Configure(map[string]any{
		"base_url": s.URL(), "api_key": s.APIKey, "retry": map[string]any{"min_wait": "1ms", "max_wait": "5ms"},
	}).Resource(fileTypeName)
}
