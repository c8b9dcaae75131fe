package archive

import (
	"maps"
	"os"
	"strings"
	"testing"
)

func TestReadChain_rebuildsTheRecord(t *testing.T) {
	t.Parallel()
	for _, stamps := range []bool{false, true} {
		x := newFixture(t)
		for n := range 12 {
			x.add(readyRun(n+1, parts(int64(n%3))))
			x.apply(func(j *Job) { j.Stamp = stamps })
		}
		got, err := ReadChain(t.Context(), x.dir, strings.ToUpper(testReport))
		if err != nil {
			t.Fatal(err)
		}
		if !maps.EqualFunc(got.Files, x.record.Files, sameFile) || got.Sequence != 12 || got.Newest.Head() != x.record.Newest.Head() ||
			string(got.Newest.Token) != string(x.record.Newest.Token) || string(got.Newest.Manifest) != string(x.record.Newest.Manifest) {
			t.Errorf("got %d files and manifest %d, want %d and 12", len(got.Files), got.Sequence, len(x.record.Files))
		}
	}
}

func TestReadChain_errors(t *testing.T) {
	t.Parallel()
	rename := func(x *fixture, from, to string) {
		if err := os.Rename(x.path(from), x.path(to)); err != nil {
			x.t.Fatal(err)
		}
	}
	swap := func(x *fixture, a, b string) {
		rename(x, a, "swap")
		rename(x, b, a)
		rename(x, "swap", b)
	}
	tests := map[string]struct {
		change      func(x *fixture)
		wantProblem Problem
		wantName    string
	}{
		"no manifest":      {func(x *fixture) { x.dir = x.t.TempDir() }, Absent, "0001.json"},
		"missing folder":   {func(x *fixture) { x.dir = x.path("missing") }, Absent, "0001.json"},
		"first missing":    {func(x *fixture) { x.remove("0001.json", "0001.sha256", "0001.sha256.tsr") }, LinkMissing, "0001.json"},
		"middle missing":   {func(x *fixture) { x.remove("0002.json", "0002.sha256", "0002.sha256.tsr") }, LinkMissing, "0002.json"},
		"list missing":     {func(x *fixture) { x.remove("0002.sha256") }, LinkMissing, "0002.sha256"},
		"token missing":    {func(x *fixture) { x.remove("0002.sha256.tsr") }, LinkMissing, "0002.sha256.tsr"},
		"newest list gone": {func(x *fixture) { x.remove("0003.sha256") }, LinkMissing, "0003.sha256"},
		"row count edited": {func(x *fixture) { x.edit("0002.json", `"content_size": 48`, `"content_size": 49`) }, LinkModified, "0002.sha256"},
		"newest edited":    {func(x *fixture) { x.edit("0003.json", "MONTHLY", "WEEKLY") }, LinkModified, "0003.sha256"},
		"list edited":      {func(x *fixture) { x.edit("0002.sha256", "00000002", "00000009") }, LinkModified, "0002.sha256"},
		"token edited":     {func(x *fixture) { x.edit("0002.sha256.tsr", "token", "Token") }, LinkModified, "0002.sha256.tsr"},
		"not a manifest":   {func(x *fixture) { x.write("0002.json", "<html>") }, Unreadable, "0002.json"},
		"a folder":         {func(x *fixture) { x.remove("0002.json"); _ = os.Mkdir(x.path("0002.json"), 0o700) }, Unreadable, "0002.json"},
		"reordered":        {func(x *fixture) { swap(x, "0001.json", "0002.json"); swap(x, "0001.sha256", "0002.sha256") }, Broken, "0001.json"},
		"edited with its list": {func(x *fixture) {
			x.edit("0002.json", "MONTHLY", "WEEKLY")
			x.relist(2)
		}, LinkModified, "0002.json"},
		"another report": {func(x *fixture) { x.record.ReportIdentifier = runID(9) }, Foreign, "0001.json"},
		"link removed from the manifest": {func(x *fixture) {
			x.change("0003.json", func(s *Statement) { s.Predicate.Previous = s.Predicate.Previous[:1] })
			x.relist(3)
		}, Broken, "0003.json"},
	}
	for label, tt := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			x := archived(t, 3, stamped)
			tt.change(x)
			_, err := ReadChain(t.Context(), x.dir, x.record.ReportIdentifier)
			wantProblem(t, err, tt.wantProblem, tt.wantName)
		})
	}
}

// edit replaces a text in a file, which must have it.
func (x *fixture) edit(name, from, to string) {
	x.t.Helper()
	text := x.read(name)
	if !strings.Contains(text, from) {
		x.t.Fatalf("%s does not have %q", name, from)
	}
	x.write(name, strings.ReplaceAll(text, from, to))
}

// change changes a manifest.
func (x *fixture) change(name string, change func(*Statement)) {
	x.t.Helper()
	statement, err := ParseStatement([]byte(x.read(name)))
	if err != nil {
		x.t.Fatal(err)
	}
	change(&statement)
	text, err := statement.Encode()
	if err != nil {
		x.t.Fatal(err)
	}
	x.write(name, string(text))
}

// seal writes the marker of a manifest.
func (x *fixture) seal(sequence int64, key DraftKey) {
	x.t.Helper()
	x.write(MarkerName(sequence), key.SealManifest(sequence, []byte(x.read(ManifestName(sequence)))))
}

// relist writes the list that fits a manifest.
func (x *fixture) relist(sequence int64) {
	x.t.Helper()
	text := []byte(x.read(ManifestName(sequence)))
	statement, err := ParseStatement(text)
	if err != nil {
		x.t.Fatal(err)
	}
	x.write(SumsName(sequence), sumsOf(statement, text))
}

func TestResume(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change       func(x *fixture)
		wantSequence int64
		wantProblem  Problem
		wantName     string
	}{
		"interrupted":                {func(x *fixture) { x.seal(2, testDraftKey) }, 2, 0, ""},
		"no MAC":                     {func(x *fixture) { x.write(MarkerName(2), "") }, 1, Unverified, "0002.json"},
		"another key":                {func(x *fixture) { x.seal(2, NewDraftKey("another", testOrigin, testReport)) }, 1, Unverified, "0002.json"},
		"no key":                     {func(x *fixture) { x.seal(2, nil) }, 1, Unverified, "0002.json"},
		"MAC of another manifest":    {func(x *fixture) { x.seal(2, testDraftKey); x.edit("0002.json", "MONTHLY", "WEEKLY"); x.relist(2) }, 1, Unverified, "0002.json"},
		"MAC of another number":      {func(x *fixture) { x.write(MarkerName(2), testDraftKey.SealManifest(1, []byte(x.read("0002.json")))) }, 1, Unverified, "0002.json"},
		"recorded elsewhere":         {func(*fixture) {}, 1, 0, ""},
		"marker without a manifest":  {func(x *fixture) { x.write(MarkerName(2), ""); x.remove("0002.json") }, 1, 0, ""},
		"list missing":               {func(x *fixture) { x.seal(2, testDraftKey); x.remove("0002.sha256") }, 2, 0, ""},
		"list edited":                {func(x *fixture) { x.write(MarkerName(2), ""); x.write("0002.sha256", "x") }, 1, LinkModified, "0002.sha256"},
		"follows another manifest":   {func(x *fixture) { x.write(MarkerName(2), ""); x.record.Newest.Sums = []byte("x") }, 1, LinkModified, "0001.sha256"},
		"manifest of another report": {func(x *fixture) { x.write(MarkerName(2), ""); x.record.ReportIdentifier = runID(7) }, 1, Foreign, "0002.json"},
	}
	for label, tt := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			x := archived(t, 1)
			old := x.record
			x.add(readyRun(2))
			x.apply()
			x.record = old
			tt.change(x)
			got, err := Resume(x.dir, x.record, testDraftKey)
			if got.Sequence != tt.wantSequence || len(got.Files) != int(tt.wantSequence) {
				t.Errorf("got manifest %d of %d files, want %d", got.Sequence, len(got.Files), tt.wantSequence)
			}
			if tt.wantProblem == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantProblem(t, err, tt.wantProblem, tt.wantName)
		})
	}
}

func sameFile(a, b File) bool {
	rows := *a.RowCount == *b.RowCount
	a.RowCount, b.RowCount = nil, nil
	return rows && a == b
}
