package archive

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	const file = "2026-02-01-00000002.csv"
	key := Key(runID(2))
	edited := digestOf([]byte("edited"))
	tests := map[string]struct {
		change  func(x *fixture)
		watch   Watch
		files   []Finding
		newest  []Finding
		earlier []Finding
		ahead   Problem
		pending bool
	}{
		"unchanged":         {change: func(*fixture) {}},
		"mode as watched":   {change: func(*fixture) {}, watch: Watch{Mode: 0o600}},
		"file missing":      {change: func(x *fixture) { x.remove(file) }, files: []Finding{{key, file, Missing, ""}}},
		"file modified":     {change: func(x *fixture) { x.write(file, "edited") }, files: []Finding{{key, file, Modified, edited}}},
		"file put back":     {change: func(x *fixture) { good := x.read(file); x.remove(file); x.write(file, good) }},
		"file is a folder":  {change: func(x *fixture) { x.remove(file); x.mkdir(file) }, files: []Finding{{key, file, Modified, notAFile}}},
		"mode":              {change: func(x *fixture) { x.chmod(file, 0o644) }, watch: Watch{Mode: 0o600}, files: []Finding{{key, file, WrongMode, "0644"}}},
		"mode unwatched":    {change: func(x *fixture) { x.chmod(file, 0o644) }},
		"newest missing":    {change: func(x *fixture) { x.remove("0003.json") }, newest: []Finding{{"", "0003.json", Missing, ""}}},
		"newest modified":   {change: func(x *fixture) { x.write("0003.sha256", "edited") }, newest: []Finding{{"", "0003.sha256", Modified, edited}}},
		"token modified":    {change: func(x *fixture) { x.write("0003.sha256.tsr", "edited") }, newest: []Finding{{"", "0003.sha256.tsr", Modified, edited}}},
		"earlier missing":   {change: func(x *fixture) { x.remove("0002.json") }, earlier: []Finding{{"", "0002.json", Missing, ""}}},
		"earlier modified":  {change: func(x *fixture) { x.write("0001.json", "edited") }, earlier: []Finding{{"", "0001.json", Modified, edited}}, ahead: 0},
		"token gone":        {change: func(x *fixture) { x.remove("0001.sha256.tsr") }, earlier: []Finding{{"", "0001.sha256.tsr", Missing, ""}}},
		"two earlier gone":  {change: func(x *fixture) { x.remove("0002.json", "0001.json") }, earlier: []Finding{{"", "0002.json", Missing, ""}, {"", "0001.json", Missing, ""}}},
		"next number":       {change: func(x *fixture) { x.write("0004.json", x.read("0003.json")) }, ahead: Taken},
		"next, no manifest": {change: func(x *fixture) { x.write("0004.json", "edited") }, ahead: Unreadable},
		"next, list alone":  {change: func(x *fixture) { x.write("0004.sha256", "edited") }, ahead: Taken},
		"another archive": {change: func(x *fixture) {
			x.change("0001.json", func(s *Statement) { s.Predicate.ReportIdentifier = runID(9) })
		}, ahead: Foreign, earlier: []Finding{{"", "0001.json", Modified, "-"}}},
		"marker":            {change: func(x *fixture) { x.write(MarkerName(3), "") }, pending: true},
		"marker of another": {change: func(x *fixture) { x.write(MarkerName(2), "") }},
		"other files":       {change: func(x *fixture) { x.write("notes.txt", "mine"); x.write(file+".modified-20261125T130000Z", "old") }},
	}
	for label, tt := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			x := archived(t, 3, stamped)
			tt.change(x)
			before := x.names()
			got, err := Inspect(t.Context(), x.dir, x.record, tt.watch)
			if err != nil {
				t.Fatal(err)
			}
			wantFindings(t, "files", got.Files, tt.files)
			wantFindings(t, "newest", got.Newest, tt.newest)
			wantFindings(t, "earlier", got.Earlier, tt.earlier)
			if got.Pending != tt.pending {
				t.Errorf("got pending %t, want %t", got.Pending, tt.pending)
			}
			switch {
			case tt.ahead == 0 && got.Ahead != nil:
				t.Errorf("got %v", got.Ahead)
			case tt.ahead != 0 && (got.Ahead == nil || got.Ahead.Problem != tt.ahead):
				t.Errorf("got %v, want problem %d", got.Ahead, tt.ahead)
			}
			wantNames(t, x.names(), before...)
		})
	}
}

func wantFindings(t *testing.T, which string, got, want []Finding) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if want[i].Found == "-" {
			want[i].Found = got[i].Found
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %+v, want %+v", which, got, want)
	}
}

func (x *fixture) chmod(name string, mode os.FileMode) {
	x.t.Helper()
	if err := os.Chmod(x.path(name), mode); err != nil {
		x.t.Fatal(err)
	}
}

func (x *fixture) mkdir(name string) {
	x.t.Helper()
	if err := os.Mkdir(x.path(name), 0o700); err != nil {
		x.t.Fatal(err)
	}
}

func TestInspect_manyFiles(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for n := range 300 {
		x.add(readyRun(n + 1))
	}
	x.apply()
	x.remove("2026-01-01-00000001.csv")
	for n := 200; n < 210; n++ {
		x.remove(fmt.Sprintf("undated-%08d.csv", n))
	}
	got, err := Inspect(t.Context(), x.dir, x.record, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Files) != 11 || got.Files[0].Key != Key(runID(1)) || got.Files[10].Key != Key(runID(209)) {
		t.Errorf("got %+v", got.Files)
	}
}

func TestCheckFolder(t *testing.T) {
	t.Parallel()
	x := archived(t, 1)
	x.write("a file", "mine")
	tests := map[string]struct {
		directory, report string
		want              Problem // -1 for another error
	}{
		"the archive itself":       {x.dir, testReport, 0},
		"in another case":          {x.dir, "0F3C5D7E-1A2B-4C3D-8E4F-5A6B7C8D9E0F", 0},
		"of another report":        {x.dir, runID(1), Foreign},
		"missing":                  {x.dir + "-2", testReport, 0},
		"a file":                   {x.path("a file"), testReport, -1},
		"below an archive":         {x.path("a/b"), testReport, Foreign},
		"below another's archive":  {x.path("a/b"), runID(1), Foreign},
		"beside an archive":        {x.path("../other"), runID(1), 0},
		"an empty folder":          {t.TempDir(), testReport, 0},
		"below a file is an error": {x.path("a file/b"), testReport, -1},
	}
	for label, tt := range tests {
		err := CheckFolder(tt.directory, tt.report)
		switch tt.want {
		case 0:
			if err != nil {
				t.Errorf("%s: %v", label, err)
			}
		case -1:
			if err == nil {
				t.Errorf("%s: no error", label)
			}
		default:
			var chain *ChainError
			if !errors.As(err, &chain) || chain.Problem != tt.want {
				t.Errorf("%s: got %v, want problem %d", label, err, tt.want)
			}
		}
	}
}
