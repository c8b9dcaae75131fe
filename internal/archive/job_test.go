package archive

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

func TestJob_archivesEveryRunOnce(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.add(readyRun(2, parts(2)))
	x.add(readyRun(1))
	outcome := x.apply()
	if outcome.Archived != 3 || len(outcome.Failures) > 0 || outcome.Record.Sequence != 1 {
		t.Errorf("got %+v", outcome)
	}
	wantNames(t, x.names(), "2026-01-01-00000001.csv", "2026-02-01-00000002-part0.csv", "2026-02-01-00000002-part1.csv",
		"0001.json", "0001.sha256")
	x.add(readyRun(3))
	if outcome := x.apply(); outcome.Archived != 1 || outcome.Record.Sequence != 2 {
		t.Errorf("got %+v", outcome)
	}
	if got := x.source.requests; len(got) != 4 {
		t.Errorf("got the downloads %q, want each file once", got)
	}
	x.checkSums()
	got := x.record.Files[Key(runID(3))]
	if got.RowCount == nil || *got.RowCount != 1 {
		t.Errorf("got the row count %v, want 1", got.RowCount)
	}
	got.RowCount = nil
	want := File{
		Name: "2026-03-01-00000003.csv", SHA256: digestOf([]byte("content of " + runID(3) + "\n")), Size: 48,
		ReportStartDate: "2026-03-01 02:00:00", ReportEndDate: "2026-03-01 02:00:11", Manifest: 2,
	}
	if got != want {
		t.Errorf("got the record %+v, want %+v", got, want)
	}
	list := x.read("0002.sha256")
	for _, name := range []string{"2026-03-01-00000003.csv", "0001.sha256", "0002.json"} {
		if !strings.Contains(list, "  "+name+"\n") {
			t.Errorf("%s is not listed in\n%s", name, list)
		}
	}
	if outcome := x.apply(); outcome.Record.Sequence != 2 || len(x.source.requests) != 4 {
		t.Errorf("an apply without anything new wrote manifest %d", outcome.Record.Sequence)
	}
}

func TestJob_definitionIsNotEssential(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.source.definitionErr = errExpired
	x.add(readyRun(1))
	outcome := x.apply()
	if !errors.Is(outcome.DefinitionErr, errExpired) || outcome.Record.Sequence != 1 {
		t.Errorf("got %+v", outcome)
	}
	if !strings.Contains(x.read("0001.json"), `"report_definition": null`) {
		t.Error("the manifest does not say that there is no definition")
	}
}

func TestJob_downloadsAtMost8AtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newFixture(t)
		for n := range 24 {
			x.add(readyRun(n + 1))
		}
		release := make(chan struct{})
		x.source.during = func(Key) { <-release }
		done := make(chan struct{})
		go func() {
			defer close(done)
			x.apply()
		}()
		synctest.Wait()
		if x.source.active != 8 {
			t.Errorf("got %d downloads at a time, want 8", x.source.active)
		}
		close(release)
		<-done
		if x.source.busiest != 8 || len(x.record.Files) != 24 {
			t.Errorf("got %d downloads at a time and %d files, want 8 and 24", x.source.busiest, len(x.record.Files))
		}
	})
}

func TestJob_restores(t *testing.T) {
	t.Parallel()
	const name = "2026-01-01-00000001.csv"
	aside := name + ".modified-20261125T130000Z"
	tests := map[string]struct {
		prepare      func(x *fixture)
		wantFailure  bool
		wantRequests int
		wantNames    []string // besides the manifest
		wantContent  string
	}{
		"missing":            {func(x *fixture) { x.remove(name) }, false, 1, []string{name}, ""},
		"modified":           {func(x *fixture) { x.write(name, "edited") }, false, 1, []string{name, aside}, ""},
		"modified twice":     {func(x *fixture) { x.write(aside, "earlier"); x.write(name, "edited") }, false, 1, []string{name, aside, aside + "-2"}, ""},
		"missing, then back": {func(x *fixture) {}, false, 0, []string{name}, ""},
		"missing, the run has expired": {func(x *fixture) {
			x.remove(name)
			delete(x.source.contents, Key(runID(1)))
		}, true, 1, nil, ""},
		"modified, the run has expired": {func(x *fixture) {
			x.write(name, "edited")
			delete(x.source.contents, Key(runID(1)))
		}, true, 1, []string{name}, "edited"},
		"modified, other content at the source": {func(x *fixture) {
			x.write(name, "edited")
			x.source.contents[Key(runID(1))] = "another"
		}, true, 1, []string{name}, "edited"},
		"a folder in its place": {func(x *fixture) {
			x.remove(name)
			x.mkdir(name)
		}, true, 0, []string{name}, "-"},
	}
	for label, tt := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			x := archived(t, 1)
			good := x.read(name)
			tt.prepare(x)
			manifest := x.read("0001.json")
			outcome := x.apply(func(j *Job) { j.Restore = []Key{Key(runID(1))} })
			if (len(outcome.Failures) == 1) != tt.wantFailure {
				t.Errorf("got the failures %+v", outcome.Failures)
			}
			if len(x.source.requests) != tt.wantRequests {
				t.Errorf("got the requests %q, want %d", x.source.requests, tt.wantRequests)
			}
			wantNames(t, x.names(), append(tt.wantNames, "0001.json", "0001.sha256")...)
			switch {
			case tt.wantContent == "" && slices.Contains(tt.wantNames, name) && x.read(name) != good:
				t.Errorf("%s holds %q", name, x.read(name))
			case tt.wantContent != "" && tt.wantContent != "-" && x.read(name) != tt.wantContent:
				t.Errorf("%s holds %q, want %q", name, x.read(name), tt.wantContent)
			}
			if slices.Contains(tt.wantNames, aside) && !slices.Contains(tt.wantNames, aside+"-2") && x.read(aside) != "edited" {
				t.Errorf("%s holds %q", aside, x.read(aside))
			}
			if x.read("0001.json") != manifest || x.record.Sequence != 1 {
				t.Error("a restore wrote a manifest")
			}
			for _, failure := range outcome.Failures {
				if !failure.Restore || failure.EndDate == "" || failure.Name != name {
					t.Errorf("got the failure %+v", failure)
				}
			}
		})
	}
}

func TestJob_existingFiles(t *testing.T) {
	t.Parallel()
	const name = "2026-01-01-00000001.csv"
	t.Run("with the delivered content is taken", func(t *testing.T) {
		t.Parallel()
		x := newFixture(t)
		x.add(readyRun(1))
		x.write(name, x.source.contents[Key(runID(1))])
		if outcome := x.apply(); outcome.Archived != 1 {
			t.Errorf("got %+v", outcome)
		}
		x.checkSums()
	})
	t.Run("with other content is not touched", func(t *testing.T) {
		t.Parallel()
		x := newFixture(t)
		x.add(readyRun(1))
		x.write(name, "mine")
		outcome := x.apply()
		if len(outcome.Failures) != 1 || !errors.Is(outcome.Failures[0].Err, atomicfile.TargetOccupied) {
			t.Errorf("got %+v", outcome)
		}
		if x.read(name) != "mine" {
			t.Error("the file was changed")
		}
		wantNames(t, x.names(), name)
	})
}

func TestJob_movesToAnotherFolder(t *testing.T) {
	t.Parallel()
	x := archived(t, 3, stamped)
	all := x.names()
	from := x.dir
	x.dir = t.TempDir()
	x.write("2026-01-01-00000001.csv", x.source.contents[Key(runID(1))]) // is there already
	if err := os.Remove(from + "/2026-02-01-00000002.csv"); err != nil { // is nowhere
		t.Fatal(err)
	}
	outcome := x.apply(func(j *Job) { j.From, j.Restore = from, x.record.Files.Keys() })
	if len(outcome.Failures) > 0 || !slices.Equal(x.source.requests, []Key{Key(runID(2))}) {
		t.Errorf("got %+v after the requests %q", outcome.Failures, x.source.requests)
	}
	wantNames(t, x.names(), all...)
	x.checkSums()
}

func TestJob_moveRespectsOtherFiles(t *testing.T) {
	t.Parallel()
	x := archived(t, 2)
	from := x.dir
	x.dir = t.TempDir()
	x.write("2026-01-01-00000001.csv", "mine")
	outcome := x.apply(func(j *Job) { j.From, j.Restore = from, x.record.Files.Keys() })
	if len(outcome.Failures) != 1 || !errors.Is(outcome.Failures[0].Err, atomicfile.TargetOccupied) {
		t.Errorf("got %+v", outcome.Failures)
	}
	if x.read("2026-01-01-00000001.csv") != "mine" {
		t.Error("the file was changed")
	}
	x.dir = t.TempDir()
	x.write("0001.json", "mine")
	_, err := x.job(func(j *Job) { j.From = from }).Run(t.Context())
	if err == nil {
		t.Error("a folder with another file 0001.json was accepted")
	}
}

func TestJob_modes(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.add(readyRun(1))
	x.apply(func(j *Job) { j.Options = Options{FileMode: 0o640, DirMode: 0o750} }, stamped)
	for _, name := range append(x.names(), ".") {
		info, err := os.Stat(x.path(name))
		if err != nil {
			t.Fatal(err)
		}
		want, wantFolder := os.FileMode(0o640), os.FileMode(0o750)
		if runtime.GOOS == "windows" { // without modes
			want, wantFolder = 0o666, 0o777
		}
		if name == "." {
			want = wantFolder
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has the mode %04o, want %04o", name, got, want)
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	x := archived(t, 3, stamped)
	x.write("2026-02-01-00000002.csv", "edited")
	x.write("0002.json", "edited")
	x.write("notes.txt", "mine")
	kept, err := Remove(t.Context(), x.dir, x.record)
	if err != nil {
		t.Fatal(err)
	}
	wantNames(t, kept, "2026-02-01-00000002.csv", "0002.json")
	// An edited manifest pins nothing, so the ones before it stay.
	wantNames(t, x.names(), "2026-02-01-00000002.csv", "0002.json", "notes.txt", "0001.json", "0001.sha256", "0001.sha256.tsr")
}

func TestJob_formats(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.add(readyRun(1))
	x.apply(func(j *Job) {
		j.Format = reportlibrary.FormatJSON
		j.New = Discover(x.history, nil).Items(nil, Selection{Extension: "json"})
	})
	if _, err := exec.LookPath("sha256sum"); err == nil {
		check := exec.CommandContext(t.Context(), "sha256sum", "-c", "--strict", "0001.sha256")
		check.Dir = x.dir
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
	if got := formatOf(x.record.Files[Key(runID(1))].Name); got != reportlibrary.FormatJSON {
		t.Errorf("got the format %s, want JSON", got)
	}
}
