package archive

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

// killedApply returns the folder of a first apply of 20 runs that was killed after 12.
func killedApply(t *testing.T) *fixture {
	t.Helper()
	x := newFixture(t)
	for n := range 20 {
		x.add(readyRun(n + 1))
	}
	x.killDuring(13)
	return x
}

// killDuring runs a job until it downloads 8 runs from the first on, and keeps the files on disk at that moment.
func (x *fixture) killDuring(first int) {
	x.t.Helper()
	var waiting atomic.Int32
	kill, release := make(chan struct{}), make(chan struct{})
	x.source.during = func(key Key) {
		if key < Key(runID(first)) {
			return
		}
		if waiting.Add(1) == downloads {
			close(kill)
		}
		<-release
	}
	ctx, cancel := context.WithTimeout(x.t.Context(), time.Minute)
	defer cancel()
	job, done := x.job(), make(chan struct{})
	go func() {
		defer close(done)
		_, _ = job.Run(ctx)
	}()
	select {
	case <-kill:
	case <-ctx.Done():
		x.t.Fatal("the downloads did not start")
	}
	after := filepath.Join(x.t.TempDir(), "evidence")
	err := os.CopyFS(after, os.DirFS(x.dir))
	close(release)
	<-done
	if err != nil {
		x.t.Fatal(err)
	}
	x.dir, x.source.during, x.source.requests = after, nil, nil
	for _, name := range x.names() {
		if strings.HasSuffix(name, ".tmp") { // the next process sweeps it
			x.remove(name)
		}
	}
}

// replaceInDraft changes the marker of the first manifest, and writes the MAC of each changed line under key.
func (x *fixture) replaceInDraft(old, replacement string, key DraftKey) {
	x.t.Helper()
	text := x.read(MarkerName(1))
	if !strings.Contains(text, old) {
		x.t.Fatalf("got the draft\n%s\nwant %q in it", text, old)
	}
	var changed []byte
	for line := range strings.Lines(strings.ReplaceAll(text, old, replacement)) {
		var read draftLine
		if json.Unmarshal([]byte(line), &read) != nil {
			continue
		}
		mac, err := key.seal(1, read)
		if err != nil {
			x.t.Fatal(err)
		}
		read.MAC = mac
		changed = append(changed, read.encode()...)
	}
	x.write(MarkerName(1), string(changed))
}

func TestDraft(t *testing.T) {
	t.Parallel()
	const third = "2026-03-01-00000003.csv"
	first12 := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	tests := map[string]struct {
		prepare func(x *fixture)
		// want are the runs below 13 that are downloaded again.
		want []int
	}{
		"as it was left":           {func(*fixture) {}, nil},
		"a file is missing":        {func(x *fixture) { x.remove(third) }, []int{3}},
		"without the draft":        {func(x *fixture) { x.remove(MarkerName(1)) }, first12},
		"a time cannot be read":    {func(x *fixture) { x.replaceInDraft("2026-11-25T13:00:00Z", "yesterday", testDraftKey) }, first12},
		"a name leaves the folder": {func(x *fixture) { x.replaceInDraft(`"`+third, `"../evidence/`+third, testDraftKey) }, []int{3}},
		"a name is that of a copy": {func(x *fixture) {
			x.replaceInDraft(`"`+third, `"2026-03-01-00000004.csv`, testDraftKey)
			x.write("2026-03-01-00000004.csv", x.read(third))
			x.remove(third)
		}, []int{3}},
		"a digest is another": {func(x *fixture) {
			x.replaceInDraft(digestOf([]byte(x.read(third))), digestOf(nil), testDraftKey)
		}, []int{3}},
		"another format": {func(x *fixture) {
			x.replaceInDraft(`"report_format":"CSV"`, `"report_format":"JSON"`, testDraftKey)
		}, first12},
		"another key": {func(x *fixture) {
			x.replaceInDraft("2026-11-25T13:00:00Z", "2026-11-25T13:00:01Z", NewDraftKey("another", testOrigin, testReport))
		}, first12},
		"no key": {func(x *fixture) { x.replaceInDraft("2026-11-25T13:00:00Z", "2026-11-25T13:00:01Z", nil) }, first12},
		"a fact is edited": {func(x *fixture) {
			x.write(MarkerName(1), strings.ReplaceAll(x.read(MarkerName(1)), "2026-11-25T13:00:00Z", "2026-11-25T13:00:01Z"))
		}, first12},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := killedApply(t)
			tt.prepare(x)
			outcome := x.apply()
			if want := 12 - len(tt.want); outcome.Archived != 20 || outcome.Taken != want || len(outcome.Failures) > 0 {
				t.Errorf("got %d archived, %d taken, %v; want 20 and %d", outcome.Archived, outcome.Taken, outcome.Failures, want)
			}
			want := []Key{}
			for _, n := range append(tt.want, 13, 14, 15, 16, 17, 18, 19, 20) {
				want = append(want, Key(runID(n)))
			}
			slices.Sort(x.source.requests)
			if !slices.Equal(x.source.requests, want) {
				t.Errorf("got the requests %q, want %q", x.source.requests, want)
			}
			if !slices.Contains(x.names(), third) || x.record.Sequence != 1 {
				t.Errorf("got manifest %d and the files %q", x.record.Sequence, x.names())
			}
			x.checkSums()
		})
	}
}

// TestDrafted has DigiCert delete every run after the kill.
func TestDrafted(t *testing.T) {
	t.Parallel()
	const third, part1 = "2026-03-01-00000003.csv", "2026-02-01-00000002-part1.csv"
	for name, tt := range map[string]struct {
		prepare func(x *fixture)
		want    []Key
	}{
		"as it was left":    {func(*fixture) {}, []Key{Key(runID(1)), Key(runID(2) + "/0"), Key(runID(2) + "/1"), Key(runID(3))}},
		"a file is missing": {func(x *fixture) { x.remove(third) }, []Key{Key(runID(1)), Key(runID(2) + "/0"), Key(runID(2) + "/1")}},
		"a file is edited":  {func(x *fixture) { x.write(third, "edited") }, []Key{Key(runID(1)), Key(runID(2) + "/0"), Key(runID(2) + "/1")}},
		"a part is missing": {func(x *fixture) { x.remove(part1) }, []Key{Key(runID(1)), Key(runID(3))}},
		"without the draft": {func(x *fixture) { x.remove(MarkerName(1)) }, nil},
		"a name leaves the folder": {func(x *fixture) {
			x.replaceInDraft(`"`+third, `"../evidence/`+third, testDraftKey)
		}, []Key{Key(runID(1)), Key(runID(2) + "/0"), Key(runID(2) + "/1")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newFixture(t)
			x.add(readyRun(1))
			x.add(readyRun(2, parts(2)))
			for n := 3; n <= 11; n++ {
				x.add(readyRun(n))
			}
			x.killDuring(4)
			tt.prepare(x)
			x.source.contents = nil
			x.history = Drafted(t.Context(), x.dir, x.record, testDraftKey)
			outcome := x.apply()
			if got := x.record.Files.Keys(); !slices.Equal(got, tt.want) || len(outcome.Failures) > 0 {
				t.Errorf("got %q and %v, want %q", got, outcome.Failures, tt.want)
			}
			x.checkSums()
		})
	}
}

// TestDrafted_splitRun has an archive of one part, an apply of the others that was killed after some of them, and no run
// at DigiCert any more.
func TestDrafted_splitRun(t *testing.T) {
	t.Parallel()
	const part2 = "2026-01-01-00000001-part2.csv"
	for name, tt := range map[string]struct {
		prepare func(x *fixture)
		want    int
	}{
		"as it was left": {func(*fixture) {}, 3},
		"other spelling": {func(x *fixture) {
			x.record.Files = Files{Key(strings.ToUpper(runID(1)) + "/0"): x.record.Files[Key(runID(1)+"/0")]}
		}, 3},
		"a part is missing": {func(x *fixture) { x.remove(part2) }, 1},
		"part not recorded": {func(x *fixture) { x.record.Files = Files{} }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newFixture(t)
			x.add(readyRun(1, parts(3)))
			x.source.errs = map[Key]error{Key(runID(1) + "/1"): errExpired, Key(runID(1) + "/2"): errExpired}
			x.apply()
			x.source.errs = nil
			for n := 2; n <= 9; n++ {
				x.add(readyRun(n))
			}
			x.killDuring(2)
			tt.prepare(x)
			x.source.contents = nil
			x.history = Drafted(t.Context(), x.dir, x.record, testDraftKey)
			outcome := x.apply()
			if len(outcome.Record.Files) != tt.want || len(outcome.Failures) > 0 {
				t.Errorf("got %q and %v, want %d files", outcome.Record.Files.Keys(), outcome.Failures, tt.want)
			}
		})
	}
}

// TestDrafted_planted puts a file and its line into the folder of an archive, as someone without the key would.
func TestDrafted_planted(t *testing.T) {
	t.Parallel()
	const name = "2026-05-01-00000005.csv"
	for _, key := range []DraftKey{
		nil, NewDraftKey("another secret", testOrigin, testReport), NewDraftKey("a secret", testOrigin, "another report"),
		NewDraftKey("a secret", "http://localhost", testReport),
	} {
		x := newFixture(t)
		x.mkdir(".")
		x.write(name, "forged")
		line := draftLine{Fact: Fact{Name: name, Run: readyRun(5)}, SHA256: digestOf([]byte("forged"))}
		mac, err := key.seal(1, line)
		if err != nil {
			t.Fatal(err)
		}
		line.MAC = mac
		x.write(MarkerName(1), string(line.encode()))
		for _, own := range []DraftKey{testDraftKey, nil} {
			if got := Drafted(t.Context(), x.dir, x.record, own); len(got) > 0 {
				t.Errorf("got the runs %+v", got)
			}
		}
	}
}

func TestAuthenticate_withoutAKey(t *testing.T) {
	t.Parallel()
	x := archived(t, 1)
	x.seal(1, nil)
	wantProblem(t, Authenticate(x.dir, x.record, nil), Unverified, "0001.json")
}

// TestDraftKey_seal binds a line to its report and to its manifest.
func TestDraftKey_seal(t *testing.T) {
	t.Parallel()
	key := NewDraftKey("a secret", testOrigin, strings.ToUpper(testReport))
	line := draftLine{Fact: Fact{Name: "a.csv", Run: readyRun(1)}, SHA256: "1"}
	mac, err := key.seal(2, line)
	if err != nil {
		t.Fatal(err)
	}
	line.MAC = mac
	if !testDraftKey.verifies(2, line) {
		t.Error("the line is not verified under the same key")
	}
	if testDraftKey.verifies(3, line) {
		t.Error("the line is verified for another manifest")
	}
	if got := NewDraftKey("", testOrigin, testReport); got != nil {
		t.Errorf("got the key %x of an empty secret", got)
	}
}

// TestDraft_sameManifest compares the manifest after a kill with that of an apply that was not killed.
func TestDraft_sameManifest(t *testing.T) {
	t.Parallel()
	x := killedApply(t)
	x.apply()
	y := newFixture(t)
	y.history, y.source.contents = x.history, x.source.contents
	y.apply()
	if x.read("0001.json") != y.read("0001.json") {
		t.Errorf("got\n%s\nwant\n%s", x.read("0001.json"), y.read("0001.json"))
	}
}

// TestDraft_killedAgain kills the next apply too, with a torn line in between.
func TestDraft_killedAgain(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 20 {
		x.add(readyRun(n + 1))
	}
	x.killDuring(5)
	text := x.read(MarkerName(1))
	x.write(MarkerName(1), text[:len(text)-10]) // a full disk
	x.killDuring(9)
	outcome := x.apply()
	if outcome.Archived != 20 || outcome.Taken != 8 || len(outcome.Failures) > 0 {
		t.Errorf("got %d archived, %d taken, %v; want 20 and 8", outcome.Archived, outcome.Taken, outcome.Failures)
	}
	x.checkSums()
}

// TestDraft_tornLine has a full disk cut a line off, and room for the next one.
func TestDraft_tornLine(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.add(readyRun(1))
	job := x.job()
	d := job.openDraft()
	d.add(t.Context(), Fact{Name: "torn.csv", Run: readyRun(1)}, "1")
	if err := os.Truncate(x.path(MarkerName(1)), int64(len(x.read(MarkerName(1))))-10); err != nil {
		t.Fatal(err)
	}
	d.add(t.Context(), Fact{Name: "whole.csv", Run: readyRun(2)}, "2")
	d.close()
	known := job.openDraft().known
	if len(known) != 1 || known[NewKey(runID(2), nil).fold()].Name != "whole.csv" {
		t.Errorf("got the lines %+v", known)
	}
}

func TestDraft_editedFileIsNotTaken(t *testing.T) {
	t.Parallel()
	const third = "2026-03-01-00000003.csv"
	x := killedApply(t)
	x.write(third, "edited")
	outcome := x.apply()
	if len(outcome.Failures) != 1 || outcome.Failures[0].Name != third || !errors.Is(outcome.Failures[0].Err, atomicfile.TargetOccupied) {
		t.Errorf("got the failures %v", outcome.Failures)
	}
	if outcome.Taken != 11 || x.read(third) != "edited" {
		t.Errorf("got %d taken, and %s holds %q", outcome.Taken, third, x.read(third))
	}
}

// TestDraft_cancelledAfterAKill takes every file of the killed apply, also where nothing more is downloaded.
func TestDraft_cancelledAfterAKill(t *testing.T) {
	t.Parallel()
	x := killedApply(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	outcome, err := x.job().Run(ctx)
	if err != nil || outcome.Taken != 12 || len(outcome.Record.Files) != 12 || len(x.source.requests) > 0 {
		t.Errorf("got %d taken after the requests %q (%v)", outcome.Taken, x.source.requests, err)
	}
	x.record = outcome.Record
	x.markers.Settle()
	if outcome := x.apply(); outcome.Archived != 8 || outcome.Record.Sequence != 2 {
		t.Errorf("got %d archived in manifest %d", outcome.Archived, outcome.Record.Sequence)
	}
	x.checkSums()
}

// TestDraft_notWritable archives everything without a draft.
func TestDraft_notWritable(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.add(readyRun(1))
	x.write("notes.txt", "")
	x.mkdir(MarkerName(1))
	outcome := x.apply()
	if outcome.Archived != 1 || outcome.ManifestErr == nil {
		t.Errorf("got %+v", outcome)
	}
	if err := os.Remove(x.path(MarkerName(1))); err != nil {
		t.Fatal(err)
	}
	x.apply()
	x.checkSums()
}

// TestDraft_killedAfterAManifest kills an apply after it wrote a manifest, and the next one during its downloads or
// after its manifest too. Each time Terraform still has the state from before.
func TestDraft_killedAfterAManifest(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		recorded int // number of runs in the state
		kill     func(x *fixture)
		want     int64
	}{
		"during the downloads":                  {1, func(x *fixture) { x.killDuring(3) }, 2},
		"during the downloads of a first apply": {0, func(x *fixture) { x.killDuring(2) }, 1},
		"after the manifest": {1, func(x *fixture) {
			if _, err := x.job().Run(x.t.Context()); err != nil {
				x.t.Fatal(err)
			}
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := archived(t, tt.recorded)
			state := x.record
			x.add(readyRun(tt.recorded + 1))
			if _, err := x.job().Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			resumed, err := Resume(x.dir, state, testDraftKey)
			if err != nil {
				t.Fatal(err)
			}
			x.record, x.markers = resumed, Markers{}
			for n := range 8 {
				x.add(readyRun(tt.recorded + 2 + n))
			}
			tt.kill(x)
			x.markers = Markers{}
			if x.record, err = Resume(x.dir, state, testDraftKey); err != nil || x.record.Sequence != tt.want {
				t.Errorf("got manifest %d (%v), want %d", x.record.Sequence, err, tt.want)
			}
			if got, err := Inspect(t.Context(), x.dir, x.record, Watch{}); err != nil || got.Ahead != nil || !got.Pending {
				t.Errorf("got pending %t and ahead %v (%v)", got.Pending, got.Ahead, err)
			}
			if outcome := x.apply(); len(outcome.Record.Files) != tt.recorded+9 || len(outcome.Failures) > 0 {
				t.Errorf("got %d files, %v", len(outcome.Record.Files), outcome.Failures)
			}
			x.checkSums()
			for _, file := range x.names() {
				if strings.HasSuffix(file, ".pending") {
					t.Errorf("got the marker %s after an apply that ended", file)
				}
			}
		})
	}
}

// TestMarkers goes through the ways in which a process ends.
func TestMarkers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		end  func(ctx context.Context, cancel func(), m *Markers)
		want bool // the marker stays
	}{
		"normally":        {func(ctx context.Context, _ func(), m *Markers) { m.Begin(ctx)() }, false},
		"interrupted":     {func(_ context.Context, _ func(), m *Markers) { m.Keep() }, true},
		"during an apply": {func(ctx context.Context, _ func(), m *Markers) { m.Begin(ctx) }, true},
		"left by Terraform during an apply": {func(ctx context.Context, cancel func(), m *Markers) {
			end := m.Begin(ctx)
			cancel()
			end()
		}, true},
		"left by Terraform after an apply": {func(ctx context.Context, cancel func(), m *Markers) {
			m.Begin(ctx)()
			cancel()
		}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newFixture(t)
			x.add(readyRun(1))
			if _, err := x.job().Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			tt.end(ctx, cancel, &x.markers)
			x.markers.Settle()
			if _, interrupted, err := HoldsArchive(x.dir); err != nil || interrupted != tt.want {
				t.Errorf("got a marker: %t (%v), want %t", interrupted, err, tt.want)
			}
			resumed, err := Resume(x.dir, x.record, testDraftKey)
			if err != nil || (resumed.Sequence == 1) != tt.want {
				t.Errorf("got manifest %d (%v)", resumed.Sequence, err)
			}
		})
	}
}
