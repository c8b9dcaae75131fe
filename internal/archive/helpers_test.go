package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

const testReport = "0f3c5d7e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"

// runID returns a run identifier that starts with the number.
func runID(n int) string { return fmt.Sprintf("%08d-93c4-4d5e-a6f7-0b8c9dae1f20", n) }

// readyRun returns the n-th monthly run.
func readyRun(n int, change ...func(*Run)) Run {
	manual := false
	run := Run{
		ReportIdentifier: testReport, ReportDisplayName: "Monthly orders", ReportType: "orders",
		ReportRunIdentifier: runID(n), ReportStartDate: fmt.Sprintf("2026-%02d-01 02:00:00", n),
		ReportEndDate: fmt.Sprintf("2026-%02d-01 02:00:11", n), Schedule: "MONTHLY", ManuallyTriggered: &manual,
		CreatedByUserName: "Jos\u00e9 \U0001F4C4", ReportFormats: []string{"CSV"}, Status: statusReady,
	}
	for _, c := range change {
		c(&run)
	}
	return run
}

func parts(n int64) func(*Run)        { return func(r *Run) { r.Parts = n } }
func status(s string) func(*Run)      { return func(r *Run) { r.Status = s } }
func identifier(id string) func(*Run) { return func(r *Run) { r.ReportRunIdentifier = id } }
func undated(r *Run)                  { r.ReportStartDate, r.ReportEndDate = "", "" }

const testOrigin = "https://one.digicert.com"

var testDraftKey = NewDraftKey("a secret", testOrigin, testReport)

var testClock = time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)

// fakeSource delivers contents from memory and counts its requests.
type fakeSource struct {
	mu       sync.Mutex
	contents map[Key]string
	errs     map[Key]error
	requests []Key
	active   int
	busiest  int
	// during is called in each download.
	during func(key Key)
	// definitionErr is the error of Definition.
	definitionErr error
}

var errExpired = errors.New("status 404: report_not_found")

func (s *fakeSource) Download(
	_ context.Context, req reportlibrary.DownloadRequest, dst reportlibrary.Destination,
) (reportlibrary.Delivery, error) {
	key := NewKey(req.ReportRunIdentifier, req.SplitReportSequence)
	s.mu.Lock()
	s.requests = append(s.requests, key)
	s.active++
	s.busiest = max(s.busiest, s.active)
	content, ok := s.contents[key]
	err := s.errs[key]
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.active--
		s.mu.Unlock()
	}()
	if s.during != nil {
		s.during(key)
	}
	if !ok && err == nil {
		err = errExpired
	}
	if err != nil {
		return reportlibrary.Delivery{}, err
	}
	if _, err := dst.Fill(strings.NewReader(content)); err != nil {
		return reportlibrary.Delivery{}, err
	}
	rows := int64(strings.Count(content, "\n"))
	return reportlibrary.Delivery{
		DeliveredFormat: req.Format, ReceivedAt: testClock, RowCount: &rows, Columns: []string{"column"},
	}, nil
}

func (s *fakeSource) Definition(context.Context, string) (Definition, error) {
	return Definition{
		RequestedAt: testClock.Format(time.RFC3339),
		Response:    json.RawMessage(`{"report":{"report_display_name":"Monthly orders"}}`),
	}, s.definitionErr
}

// fakeStamper returns tokens that contain the stamped digest.
type fakeStamper struct {
	err   error
	count int
	// padding makes tokens longer.
	padding string
}

func (s *fakeStamper) Stamp(_ context.Context, content []byte) (Stamp, error) {
	if s.err != nil {
		return Stamp{}, s.err
	}
	s.count++
	return Stamp{Token: []byte("token of " + digestOf(content) + s.padding), Time: testClock, Signer: "TSA"}, nil
}

func (s *fakeStamper) Verify(_ context.Context, token, content []byte) (Stamp, error) {
	if !bytes.HasPrefix(token, []byte("token of "+digestOf(content))) {
		return Stamp{}, errors.New("the token is of another content")
	}
	return Stamp{Token: token, Time: testClock, Signer: "TSA"}, nil
}

// fixture is a folder with an archive of the first runs.
type fixture struct {
	t       *testing.T
	dir     string
	source  *fakeSource
	stamper *fakeStamper
	record  Record
	history []Run
	markers Markers
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return &fixture{
		t: t, dir: filepath.Join(t.TempDir(), "evidence"),
		source:  &fakeSource{contents: map[Key]string{}, errs: map[Key]error{}},
		stamper: &fakeStamper{}, record: Record{ReportIdentifier: testReport, Files: Files{}},
	}
}

// add lists a run in the history and gives it a content.
func (x *fixture) add(run Run) {
	x.history = append(x.history, run)
	for _, key := range run.keys() {
		x.source.contents[key] = "content of " + string(key) + "\n"
	}
}

// job returns the job that a plan of now leads to.
func (x *fixture) job(change ...func(*Job)) *Job {
	x.t.Helper()
	found, err := Inspect(x.t.Context(), x.dir, x.record, Watch{})
	if err != nil {
		x.t.Fatal(err)
	}
	j := &Job{
		Directory: x.dir, Record: x.record, Format: reportlibrary.FormatCSV, Source: x.source, Stamper: x.stamper,
		New:      Discover(x.history, x.record.Files).Items(x.record.Files, Selection{Extension: "csv"}),
		Producer: Producer{ProviderVersion: "1.2.3"}, Markers: &x.markers, DraftKey: testDraftKey, Now: func() time.Time { return testClock },
	}
	for _, finding := range found.Files {
		j.Restore = append(j.Restore, finding.Key)
	}
	for _, c := range change {
		c(j)
	}
	return j
}

// apply runs the job and keeps its record.
func (x *fixture) apply(change ...func(*Job)) Outcome {
	x.t.Helper()
	outcome, err := x.job(change...).Run(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	x.record = outcome.Record
	x.markers.Settle()
	return outcome
}

// archived returns a fixture with one manifest for each of n runs.
func archived(t *testing.T, n int, change ...func(*Job)) *fixture {
	t.Helper()
	x := newFixture(t)
	for i := range n {
		x.add(readyRun(i + 1))
		x.apply(change...)
	}
	x.source.requests = nil
	return x
}

func stamped(j *Job) { j.Stamp = true }

func (x *fixture) path(name string) string { return filepath.Join(x.dir, name) }

func (x *fixture) write(name, content string) {
	x.t.Helper()
	if err := os.MkdirAll(x.dir, 0o700); err != nil {
		x.t.Fatal(err)
	}
	if err := os.WriteFile(x.path(name), []byte(content), 0o600); err != nil {
		x.t.Fatal(err)
	}
}

func (x *fixture) read(name string) string {
	x.t.Helper()
	content, err := os.ReadFile(x.path(name))
	if err != nil {
		x.t.Fatal(err)
	}
	return string(content)
}

func (x *fixture) remove(names ...string) {
	x.t.Helper()
	for _, name := range names {
		if err := os.Remove(x.path(name)); err != nil {
			x.t.Fatal(err)
		}
	}
}

// names returns the names of all files in the folder.
func (x *fixture) names() []string {
	x.t.Helper()
	entries, err := os.ReadDir(x.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		x.t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// checkSums verifies every list of the folder as `sha256sum -c` does.
func (x *fixture) checkSums() {
	x.t.Helper()
	for number := int64(1); number <= x.record.Sequence; number++ {
		sums, err := ParseSums(x.read(SumsName(number)))
		if err != nil {
			x.t.Error(err)
		}
		for _, sum := range sums {
			if got := digestOf([]byte(x.read(sum.Name))); got != sum.SHA256 {
				x.t.Errorf("%s lists %s with %s, got %s", SumsName(number), sum.Name, sum.SHA256, got)
			}
		}
	}
}

func wantNames(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got the files\n%q\nwant\n%q", got, want)
	}
}

func wantProblem(t *testing.T, err error, problem Problem, name string) {
	t.Helper()
	var chain *ChainError
	if !errors.As(err, &chain) {
		t.Fatalf("got %v, want a ChainError", err)
	}
	if chain.Problem != problem || chain.Name != name {
		t.Errorf("got problem %d of %s (%v), want %d of %s", chain.Problem, chain.Name, err, problem, name)
	}
}
