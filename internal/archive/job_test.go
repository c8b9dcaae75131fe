package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestJob_manifest(t *testing.T) {
	t.Parallel()
	x := archived(t, 2, stamped)
	var statement Statement
	if err := json.Unmarshal([]byte(x.read("0002.json")), &statement); err != nil {
		t.Fatal(err)
	}
	p := statement.Predicate
	if p.ReportIdentifier != testReport || p.Sequence != 2 || p.CreatedAt != "2026-11-25T13:00:00Z" || p.Producer.ProviderVersion != "1.2.3" {
		t.Errorf("got %+v", p)
	}
	var previous []string
	for _, d := range p.Previous {
		previous = append(previous, d.Name)
		if got := digestOf([]byte(x.read(d.Name))); got != d.Digest.SHA256 {
			t.Errorf("%s has the digest %s, the manifest says %s", d.Name, got, d.Digest.SHA256)
		}
	}
	if want := []string{"0001.json", "0001.sha256", "0001.sha256.tsr"}; !slices.Equal(previous, want) {
		t.Errorf("got the links %q, want %q", previous, want)
	}
	fact := p.Files[0]
	if fact.ReportFormat != "CSV" || fact.DeliveredFormat != "CSV" || fact.DownloadedAt != "2026-11-25T13:00:00Z" ||
		fact.Schedule != "MONTHLY" || fact.ContentSize != 48 || len(fact.Columns) != 1 {
		t.Errorf("got %+v", fact)
	}
	if p.Definition == nil || !strings.Contains(string(p.Definition.Response), "Monthly orders") {
		t.Errorf("got the definition %+v", p.Definition)
	}
	if !strings.Contains(x.read("0002.sha256"), "  0001.sha256.tsr\n") {
		t.Error("the list does not name the time stamp of the manifest before")
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

func TestJob_failuresLoseNoFile(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 5 {
		x.add(readyRun(n + 1))
	}
	failed := Key(runID(3))
	x.source.errs[failed] = errExpired
	outcome := x.apply()
	if outcome.Archived != 4 || len(outcome.Failures) != 1 {
		t.Fatalf("got %+v", outcome)
	}
	if got := outcome.Failures[0]; got.Key != failed || !errors.Is(got.Err, errExpired) || got.Restore || got.EndDate == "" {
		t.Errorf("got %+v", got)
	}
	x.checkSums()
	x.source.errs, x.source.requests = nil, nil
	if outcome := x.apply(); outcome.Archived != 1 || outcome.Record.Sequence != 2 || !slices.Equal(x.source.requests, []Key{failed}) {
		t.Errorf("got %+v after the requests %q", outcome, x.source.requests)
	}
	x.checkSums()
}

func TestJob_givesUpAfterManyFailures(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 100 {
		run := readyRun(n + 1)
		x.history = append(x.history, run)
	}
	outcome := x.apply()
	notTried := 0
	for _, failure := range outcome.Failures {
		if errors.Is(failure.Err, ErrNotTried) {
			notTried++
		}
	}
	if len(outcome.Failures) != 100 || len(x.source.requests) > patience+downloads || notTried != 100-len(x.source.requests) {
		t.Errorf("got %d failures after %d requests, %d not tried", len(outcome.Failures), len(x.source.requests), notTried)
	}
	if len(x.names()) > 0 {
		t.Errorf("left are %q", x.names())
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

func TestJob_cancelledApplyRecordsArchivedFiles(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 20 {
		x.add(readyRun(n + 1))
	}
	cause := errors.New("interrupted by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	x.source.during = func(key Key) {
		if key == Key(runID(12)) { // at least four have ended by then
			cancel(cause)
		}
	}
	outcome, err := x.job(stamped).Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	x.record = outcome.Record
	if outcome.Archived < 12-downloads || len(outcome.Failures) == 0 || outcome.Archived+len(outcome.Failures) != 20 {
		t.Errorf("got %d archived and %d failures", outcome.Archived, len(outcome.Failures))
	}
	for _, failure := range outcome.Failures {
		if !errors.Is(failure.Err, cause) && !errors.Is(failure.Err, context.Canceled) {
			t.Errorf("got %v", failure.Err)
		}
	}
	x.checkSums()
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

func TestJob_nextNumberIsTaken(t *testing.T) {
	t.Parallel()
	x := archived(t, 1)
	old := x.record
	x.add(readyRun(2))
	x.apply()
	before := x.names()
	x.record, x.source.requests = old, nil
	_, err := x.job().Run(t.Context())
	wantProblem(t, err, Taken, "0002.json")
	if len(x.source.requests) > 0 {
		t.Errorf("got the requests %q", x.source.requests)
	}
	wantNames(t, x.names(), before...)

	x.write(MarkerName(2), "")
	_, err = x.job().Run(t.Context())
	wantProblem(t, err, Interrupted, "0002.json")
}

func TestJob_twoWritersOfOneNumber(t *testing.T) {
	t.Parallel()
	x := archived(t, 1)
	x.add(readyRun(2))
	job := x.job()
	var other string
	x.source.during = func(Key) { // another process is faster
		x.write("0002.json", "the other's")
		other = x.read("0002.json")
	}
	_, err := job.Run(t.Context())
	wantProblem(t, err, Taken, "0002.json")
	if x.read("0002.json") != other {
		t.Error("the other's manifest was changed")
	}
}

func TestJob_repairsTheNewestManifest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare   func(x *fixture)
		wantAside []string
	}{
		"all missing":       {func(x *fixture) { x.remove("0002.json", "0002.sha256", "0002.sha256.tsr") }, nil},
		"manifest modified": {func(x *fixture) { x.write("0002.json", "edited") }, []string{"0002.json.modified-20261125T130000Z"}},
		"list modified":     {func(x *fixture) { x.write("0002.sha256", "edited") }, []string{"0002.sha256.modified-20261125T130000Z"}},
		"token modified":    {func(x *fixture) { x.write("0002.sha256.tsr", "edited") }, []string{"0002.sha256.tsr.modified-20261125T130000Z"}},
	}
	for label, tt := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			x := archived(t, 2, stamped)
			want := [3]string{x.read("0002.json"), x.read("0002.sha256"), x.read("0002.sha256.tsr")}
			tt.prepare(x)
			outcome := x.apply()
			if got := [3]string{x.read("0002.json"), x.read("0002.sha256"), x.read("0002.sha256.tsr")}; got != want {
				t.Errorf("got %q", got)
			}
			wantNames(t, outcome.SetAside, tt.wantAside...)
			for _, name := range tt.wantAside {
				if x.read(name) != "edited" {
					t.Errorf("%s holds %q", name, x.read(name))
				}
			}
			if len(x.source.requests) > 0 {
				t.Errorf("got the requests %q", x.source.requests)
			}
		})
	}
}

func TestJob_timeStamps(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.stamper.err = errors.New("the service is down")
	x.add(readyRun(1))
	if outcome := x.apply(stamped); outcome.StampErr == nil || outcome.Archived != 1 || outcome.Record.Sequence != 1 {
		t.Errorf("got %+v", outcome)
	}
	list := x.read("0001.sha256")
	wantNames(t, x.names(), "2026-01-01-00000001.csv", "0001.json", "0001.sha256")
	x.stamper.err = nil
	outcome := x.apply(stamped, func(j *Job) { j.Now = func() time.Time { return testClock.Add(-time.Hour) } })
	if outcome.StampErr != nil || outcome.Stamp == nil || !outcome.Stamp.Time.Equal(testClock) || outcome.ClockOff != -time.Hour {
		t.Errorf("got %+v", outcome)
	}
	if x.read("0001.sha256") != list || x.read("0001.sha256.tsr") != "token of "+digestOf([]byte(list)) {
		t.Error("the stamp is not over the same list")
	}
	if outcome := x.apply(stamped); x.stamper.count != 1 || outcome.Stamp != nil {
		t.Errorf("got %d stamps, want 1", x.stamper.count)
	}
}

func TestJob_timeStampOfAnInterruptedApply(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		token   func(list string) string
		wantErr bool
	}{
		"valid":           {func(list string) string { return "token of " + digestOf([]byte(list)) }, false},
		"of another list": {func(string) string { return "token of " + digestOf(nil) }, true},
	}
	for label, tt := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			x := archived(t, 1)
			token := tt.token(x.read("0001.sha256"))
			x.write("0001.sha256.tsr", token)
			outcome := x.apply(stamped)
			if (outcome.StampErr != nil) != tt.wantErr || (outcome.Stamp == nil) != tt.wantErr || x.stamper.count > 0 {
				t.Errorf("got %+v after %d stamps", outcome, x.stamper.count)
			}
			if x.read("0001.sha256.tsr") != token {
				t.Error("the time stamp in the folder was changed")
			}
		})
	}
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

// TestJob_killedAtAnyMoment stops an apply after each of its steps on the disk, and has the next one go on.
func TestJob_killedAtAnyMoment(t *testing.T) {
	t.Parallel()
	all := []string{"2026-02-01-00000002.csv", "2026-03-01-00000003.csv", "0002.pending", "0002.json", "0002.sha256", "0002.sha256.tsr"}
	for steps := range len(all) + 1 {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			t.Parallel()
			x := archived(t, 1, stamped)
			before := x.record
			x.add(readyRun(2))
			x.add(readyRun(3))
			outcome, err := x.job(stamped).Run(t.Context()) // the process does not end in the normal way
			if err != nil {
				t.Fatal(err)
			}
			manifest := x.read("0002.json")
			x.remove(all[steps:]...)
			x.source.requests, x.source.during, x.stamper.count = nil, nil, 0

			x.record = before
			resumed, err := Resume(x.dir, x.record)
			if err != nil {
				t.Fatal(err)
			}
			whole := steps >= 4 // the manifest was in place
			if (resumed.Sequence == 2) != whole {
				t.Errorf("got manifest %d", resumed.Sequence)
			}
			x.record = resumed
			x.apply(stamped)
			if whole && (x.read("0002.json") != manifest || len(x.source.requests) > 0) {
				t.Errorf("the manifest was written again, after the requests %q", x.source.requests)
			}
			if x.record.Sequence != 2 || len(x.record.Files) != 3 || x.record.Newest.Head() != outcome.Record.Newest.Head() {
				t.Errorf("got manifest %d of %d files", x.record.Sequence, len(x.record.Files))
			}
			wantNames(t, x.names(), append(all[:2:2], "2026-01-01-00000001.csv", "0001.json", "0001.sha256", "0001.sha256.tsr",
				"0002.json", "0002.sha256", "0002.sha256.tsr")...)
			x.checkSums()
			if read, err := ReadChain(t.Context(), x.dir, testReport); err != nil || read.Newest.Head() != x.record.Newest.Head() {
				t.Errorf("got the chain %d (%v)", read.Sequence, err)
			}
		})
	}
}

func TestJob_unwritableFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		// The superuser writes everywhere, and Windows knows no such mode; a folder that is a file stands for one that cannot
		// be written.
		x := newFixture(t)
		x.add(readyRun(1))
		job := x.job()
		if err := os.WriteFile(x.dir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if outcome, err := job.Run(t.Context()); err == nil && len(outcome.Failures) == 0 {
			t.Errorf("got %+v", outcome)
		}
		return
	}
	x := archived(t, 1)
	x.add(readyRun(2))
	if err := os.Chmod(x.dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(x.dir, 0o700) })
	if outcome := x.apply(); len(outcome.Failures) != 1 || outcome.Record.Sequence != 1 {
		t.Errorf("got %+v", outcome)
	}
}

func TestJob_removesTheMarkerOfARecordedManifest(t *testing.T) {
	t.Parallel()
	x := archived(t, 1)
	x.write(MarkerName(1), "")
	x.apply()
	wantNames(t, x.names(), "0001.json", "0001.sha256", "2026-01-01-00000001.csv")
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
