package archive

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

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

func TestJob_removesTheMarkerOfARecordedManifest(t *testing.T) {
	t.Parallel()
	x := archived(t, 1)
	x.write(MarkerName(1), "")
	x.apply()
	wantNames(t, x.names(), "0001.json", "0001.sha256", "2026-01-01-00000001.csv")
}
