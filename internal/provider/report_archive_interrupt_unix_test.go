//go:build unix

package provider

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// watchedOutput closes seen when a text was written.
type watchedOutput struct {
	mu   sync.Mutex
	text bytes.Buffer
	want string
	seen chan struct{}
}

// Write implements io.Writer.
func (o *watchedOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := strings.Contains(o.text.String(), o.want)
	o.text.Write(p)
	if !before && strings.Contains(o.text.String(), o.want) {
		close(o.seen)
	}
	return len(p), nil
}

// TestReportArchive_interrupted ends an apply of 12 runs in several ways when the first 4 are in the folder, and has
// DigiCert delete these. The next apply downloads the other 8 and no more.
func TestReportArchive_interrupted(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	tests := map[string]struct {
		existing bool // the archive has a run before
		signals  []syscall.Signal
	}{
		"one interrupt":                   {false, []syscall.Signal{syscall.SIGINT}},
		"two interrupts":                  {false, []syscall.Signal{syscall.SIGINT, syscall.SIGINT}},
		"kill":                            {false, []syscall.Signal{syscall.SIGKILL}},
		"two interrupts of a later apply": {true, []syscall.Signal{syscall.SIGINT, syscall.SIGINT}},
		"kill of a later apply":           {true, []syscall.Signal{syscall.SIGKILL}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			w := s.workFolder(t, cli)
			var runs []reportlibrarytest.Run
			if tt.existing {
				runs = append(runs, s.monthly(1, func(r *reportlibrarytest.Run) { r.StartDate, r.EndDate = "2025-12-01 02:00:00", "2025-12-01 02:00:11" }))
				w.Write("main.tf", archiveSourceOf(runs[0].ReportIdentifier))
				w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
			}
			for month := 1; month <= 12; month++ {
				runs = append(runs, s.monthly(month))
			}
			w.Write("main.tf", archiveSourceOf(runs[0].ReportIdentifier))
			held := map[string]bool{}
			for _, run := range runs[len(runs)-8:] {
				held[run.RunIdentifier] = true
				s.Script(reportlibrarytest.DownloadsOf(run), reportlibrarytest.Hold(nil))
			}
			s.ResetRequests()
			s.interruptApply(w, tt.signals)
			s.ClearScript()
			for _, run := range runs[:len(runs)-8] { // DigiCert deletes them after 90 days
				s.RemoveRun(run.RunIdentifier)
			}
			s.ResetRequests()
			// At a second interrupt Terraform may end while it writes its state.
			if tt.existing && w.readFile("terraform.tfstate") == "" {
				w.Write("terraform.tfstate", w.readFile("terraform.tfstate.backup"))
			}
			w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
			downloads := 0
			for _, request := range s.Requests() {
				if !strings.HasSuffix(request.Path, "/download") {
					continue
				}
				downloads++
				if parts := strings.Split(request.Path, "/"); !held[parts[len(parts)-2]] {
					t.Errorf("a file was downloaded again: %s", request.Path)
				}
			}
			if downloads != 8 {
				t.Errorf("got %d downloads, want 8", downloads)
			}
			w.Run(0, "apply", "-auto-approve")
			w.Run(0, "plan", "-detailed-exitcode")
			manifests := 0
			names := w.evidenceNames()
			for slices.Contains(names, archive.ManifestName(int64(manifests+1))) {
				manifests++
			}
			if err := w.verifyEvidence(manifests); err != nil || len(names) != len(runs)+2*manifests {
				t.Errorf("got %q (%v)", names, err)
			}
		})
	}
}

// TestReportArchive_interruptedThenDeleted continues a first apply after the report and its runs were deleted.
func TestReportArchive_interruptedThenDeleted(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	for name, tt := range map[string]struct {
		interrupt func(s *fixture, w *workFolder, runs []reportlibrarytest.Run)
		want      int // number of archived runs
	}{
		"during the downloads": {func(s *fixture, w *workFolder, runs []reportlibrarytest.Run) {
			for _, run := range runs[len(runs)-8:] {
				s.Script(reportlibrarytest.DownloadsOf(run), reportlibrarytest.Hold(nil))
			}
			s.interruptApply(w, []syscall.Signal{syscall.SIGKILL})
		}, 4},
		"after the manifest": {func(s *fixture, w *workFolder, runs []reportlibrarytest.Run) {
			w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
			w.Write("terraform.tfstate", "")
			s.markInterrupted(w.t, w.File("evidence"), 1, runs[0].ReportIdentifier)
		}, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			w := s.workFolder(t, cli)
			var runs []reportlibrarytest.Run
			for month := 1; month <= 12; month++ {
				runs = append(runs, s.monthly(month))
			}
			w.Write("main.tf", archiveSourceOf(runs[0].ReportIdentifier))
			tt.interrupt(s, w, runs)
			s.ClearScript()
			for _, run := range runs {
				s.RemoveRun(run.RunIdentifier)
			}
			s.Script(reportlibrarytest.Details, reportlibrarytest.ReportNotFound.Forever())
			w.Run(0, "apply", "-auto-approve", "-target=digicert_report_archive.this")
			if got := len(w.evidenceNames()) - 2; got != tt.want {
				t.Errorf("got %d archived runs, want %d", got, tt.want)
			}
			if err := w.verifyEvidence(1); err != nil {
				t.Error(err)
			}
		})
	}
}

// interruptApply applies until 8 downloads are held, and sends the signals to everything that the apply has started.
// After the first, it waits for Terraform to see it.
func (s *fixture) interruptApply(w *workFolder, signals []syscall.Signal) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), deadline.Limit)
	defer cancel()
	output := &watchedOutput{want: "Interrupt received", seen: make(chan struct{})}
	command := w.CLI.Command(ctx, w.Dir, "apply", "-no-color", "-input=false", "-auto-approve", "-target=digicert_report_archive.this")
	command.Env = append(slices.Clip(command.Env), w.Environment...)
	command.Stdout, command.Stderr = output, io.Discard
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	if err := s.waitDownloads(ctx, 12); err != nil {
		s.t.Fatal(err)
	}
	for i, signal := range signals {
		if err := syscall.Kill(-command.Process.Pid, signal); err != nil {
			s.t.Error(err)
		}
		if i == len(signals)-1 {
			break
		}
		select {
		case <-output.seen:
		case <-ctx.Done():
			s.t.Fatal("Terraform did not see the interrupt")
		}
	}
	if err, ok := (<-ended).(*exec.ExitError); !ok { //nolint:errorlint // as exec returns it
		s.t.Errorf("the apply was not interrupted: %v", err)
	}
}

// waitDownloads waits for so many downloads to be requested.
func (s *fixture) waitDownloads(ctx context.Context, want int) error {
	for n := want; ; n++ {
		if err := s.WaitRequests(ctx, n); err != nil {
			return err
		}
		downloads := 0
		for _, request := range s.Requests() {
			if strings.HasSuffix(request.Path, "/download") {
				downloads++
			}
		}
		if downloads >= want {
			return nil
		}
	}
}
