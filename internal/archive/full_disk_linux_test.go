package archive

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// limitFiles makes every write fail that would make a file longer than limit bytes, as on a full disk.
// unlimit ends that.
func limitFiles(t *testing.T, limit uint64) (unlimit func()) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	limited := syscall.Rlimit{Cur: limit, Max: before.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
	}
}

// fullDiskVariable is set in the process whose files are limited: the limit is the process's, and go test writes a log.
const fullDiskVariable = "TEST_ARCHIVE_FULL_DISK"

// TestJob_fullDisk has the disk fill up at many moments of an apply: within each of its downloads, the marker, the
// lines of the draft, the manifest and the time stamp. Then Terraform records the outcome or was killed, and the
// next apply has room.
func TestJob_fullDisk(t *testing.T) {
	t.Parallel()
	if os.Getenv(fullDiskVariable) == "" {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		limited := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestJob_fullDisk$")
		limited.Env = append(os.Environ(), fullDiskVariable+"=1")
		if out, err := limited.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	ends := map[string]int{}
	for _, limit := range []uint64{
		0, 1, 40, 150, 180, 400, 650, 1000, 1300, 1520, 2000, 2600, 3200, 3800, 4500, 6000, 7000, 7500, 8000,
	} {
		for _, killed := range []bool{false, true} {
			ends[fillDisk(t, limit, killed)]++
		}
	}
	for _, end := range []string{"no file", "some files", "no manifest", "no time stamp", "everything"} {
		if ends[end] == 0 {
			t.Errorf("no limit ended with %s: %v", end, ends)
		}
	}
}

// fillDisk applies three new runs with a limit, then without, and returns how far the first apply came.
func fillDisk(t *testing.T, limit uint64, killed bool) string {
	t.Helper()
	x := archived(t, 1, stamped)
	before := x.record
	x.stamper.padding = strings.Repeat("token ", 1200)
	for n, size := range []int{10, 600, 1500} {
		x.add(readyRun(n + 2))
		x.source.contents[Key(runID(n+2))] = strings.Repeat("a,b\n", size/4+1)
	}
	job := x.job(stamped)
	unlimit := limitFiles(t, limit)
	outcome, err := job.Run(t.Context())
	unlimit()
	if err != nil {
		t.Fatal(err)
	}
	end := x.checkWhole(outcome)
	names := x.names()
	manifest, list := "", ""
	for _, name := range names {
		switch name {
		case "0002.json":
			manifest = x.read(name)
		case "0002.sha256":
			list = x.read(name)
		}
	}
	requests := len(x.source.requests)
	if x.record = outcome.Record; killed {
		if x.record, err = Resume(x.dir, before, testDraftKey); err != nil {
			t.Fatal(err)
		}
		x.markers = Markers{}
	} else {
		x.markers.Settle()
	}
	x.apply(stamped)
	if len(x.record.Files) != 4 || len(x.record.Newest.Token) == 0 {
		t.Errorf("after the second apply the record has %d files, and a token of %d bytes", len(x.record.Files), len(x.record.Newest.Token))
	}
	if manifest != "" && x.read("0002.json") != manifest || list != "" && x.read("0002.sha256") != list {
		t.Error("manifest 2 was replaced")
	}
	if again := len(x.source.requests) - requests; !killed && again != len(outcome.Failures) {
		t.Errorf("limit %d: got %d downloads in the second apply, want %d", limit, again, len(outcome.Failures))
	}
	x.checkSums()
	if read, err := ReadChain(t.Context(), x.dir, testReport); err != nil || read.Newest.Head() != x.record.Newest.Head() {
		t.Errorf("got the chain %d (%v)", read.Sequence, err)
	}
	return end
}

// checkWhole checks that every file in the folder is complete, and returns the missing files.
func (x *fixture) checkWhole(outcome Outcome) string {
	x.t.Helper()
	contents := map[string]string{}
	for key, file := range outcome.Record.Files {
		contents[file.Name] = x.source.contents[key]
	}
	for _, file := range outcome.Record.Newest.files(outcome.Record.Sequence) {
		contents[file.name] = string(file.content)
	}
	has := map[string]bool{}
	for _, name := range x.names() {
		has[name] = true
		if want, ok := contents[name]; ok && x.read(name) != want {
			x.t.Errorf("%s is not whole: %q", name, x.read(name))
		}
		if strings.HasSuffix(name, ".tmp") {
			x.t.Errorf("%s is left", name)
		}
	}
	switch {
	case outcome.Archived == 0:
		return "no file"
	case !has["0002.json"] || !has["0002.sha256"]:
		if outcome.ManifestErr == nil {
			x.t.Error("there is no manifest, and no error says so")
		}
		if outcome.Archived < 3 {
			return "some files"
		}
		return "no manifest"
	case !has["0002.sha256.tsr"]:
		if outcome.StampErr == nil && outcome.ManifestErr == nil {
			x.t.Error("there is no time stamp, and no error says so")
		}
		return "no time stamp"
	}
	return "everything"
}
