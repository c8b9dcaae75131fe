package savedfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

const (
	january  = "order,amount\n1,10\n"
	february = "order,amount\n2,20\n"
)

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// source delivers a text. A text "members:a:b" stands for an archive with the members a and b, the rest of it for bytes
// that differ between downloads.
type source struct {
	text      string
	err       error
	downloads int
	before    func() // called before the download ends
}

func (s *source) Download(_ context.Context, pending *atomicfile.Pending, _ string) (Delivery, error) {
	s.downloads++
	if s.before != nil {
		s.before()
	}
	if s.err != nil {
		return Delivery{}, s.err
	}
	if _, err := io.WriteString(pending, s.text); err != nil {
		return Delivery{}, err
	}
	members := membersOf(s.text)
	delivery := Delivery{Format: content.CSV, SuggestedFilename: "Monthly orders.csv", Members: members}
	if members != nil {
		delivery.Format, delivery.MembersSHA256 = content.ZIP, content.MembersSHA256(members)
	}
	return delivery, nil
}

var errNotAReport = errors.New("it is a login page")

func (s *source) Check(_ context.Context, file io.ReaderAt, size int64) (Content, error) {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, size))
	if strings.HasPrefix(string(text), "<html") {
		err = errNotAReport
	}
	got := Content{Members: membersOf(string(text))}
	if got.Members != nil {
		got.MembersSHA256 = content.MembersSHA256(got.Members)
	}
	return got, err
}

func membersOf(text string) []content.Member {
	fields := strings.Split(text, ":")
	if fields[0] != "members" {
		return nil
	}
	members := []content.Member{}
	for _, name := range strings.Split(fields[1], ",") {
		members = append(members, content.Member{Name: name, Size: int64(len(name)), SHA256: digest(name)})
	}
	return members
}

// fixture is a folder with one saved file in it, and the change of it.
type fixture struct {
	t      *testing.T
	folder string
	source *source
	change Change
}

// newFixture returns a change of orders.csv, which was saved with january.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, folder: t.TempDir(), source: &source{text: january}}
	f.write("orders.csv", january)
	record := savedRecord()
	record.Path, record.SHA256 = f.path("orders.csv"), digest(january)
	f.change = Change{
		Spec: savedSpec(), Record: &record, Planned: Planned{SHA256: digest(january)}, Source: f.source,
		Registry: atomicfile.NewRegistry(""), Owner: "this",
	}
	f.change.Spec.Filename = Known(f.path("orders.csv"))
	return f
}

// newFile makes the change the one of a new file, without a saved one.
func (f *fixture) newFile() {
	f.change.Record, f.change.Planned = nil, Planned{}
	f.remove("orders.csv")
}

func (f *fixture) path(name string) string { return filepath.ToSlash(filepath.Join(f.folder, name)) }

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) write(name, text string) {
	f.t.Helper()
	f.must(os.WriteFile(f.path(name), []byte(text), 0o600))
}

func (f *fixture) remove(name string) { f.t.Helper(); f.must(os.Remove(f.path(name))) }

func (f *fixture) moveTo(name string) { f.change.Spec.Filename = Known(f.path(name)) }

func (f *fixture) ignoreMissing() { f.change.Spec.OnMissing = Known(OnMissingIgnore) }

func (f *fixture) chmod(name string, mode fs.FileMode) {
	f.t.Helper()
	f.must(os.Chmod(f.path(name), mode))
}

func (f *fixture) mode(name string) fs.FileMode {
	f.t.Helper()
	info, err := os.Stat(f.path(name))
	f.must(err)
	return info.Mode().Perm()
}

// files returns the names and contents of the files in the folder.
func (f *fixture) files() map[string]string {
	f.t.Helper()
	found := map[string]string{}
	f.must(filepath.WalkDir(f.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(f.folder, path)
		found[filepath.ToSlash(name)] = string(text)
		return err
	}))
	return found
}

func TestChange(t *testing.T) {
	t.Parallel()
	type files = map[string]string
	otherRun := func(f *fixture) {
		f.change.Spec.Run.Run = Known(otherID)
		f.change.Planned, f.source.text = Planned{}, february
	}
	for _, tt := range []struct {
		name     string
		prepare  func(*fixture)
		error    Kind // 0 for success
		warnings []WarningKind
		files    files
		requests int
		check    func(*testing.T, *fixture, Result)
	}{
		{name: "nothing changed", files: files{"orders.csv": january}},
		{
			name: "new", prepare: (*fixture).newFile, files: files{"orders.csv": january}, requests: 1,
			check: func(t *testing.T, f *fixture, got Result) {
				t.Helper()
				if got.Delivery == nil || got.Content == nil || got.Content.Digests.SHA256Hex() != digest(january) {
					t.Errorf("delivery %v, content %v", got.Delivery, got.Content)
				}
				if mode := f.mode("orders.csv"); watchesModes && mode != 0o600 {
					t.Errorf("mode %04o", mode)
				}
			},
		},
		{
			name: "new in a folder", prepare: func(f *fixture) {
				f.newFile()
				f.change.Spec.Filename, f.change.Spec.Directory = Value[string]{}, Known(f.path("a/b"))
			},
			files: files{"a/b/Monthly orders-01234567.csv": january}, requests: 1,
			check: func(t *testing.T, f *fixture, got Result) {
				t.Helper()
				if want := f.path("a/b/Monthly orders-01234567.csv"); got.Path != want {
					t.Errorf("path %s, want %s", got.Path, want)
				}
			},
		},
		{
			name: "missing", prepare: func(f *fixture) { f.remove("orders.csv") }, files: files{"orders.csv": january}, requests: 1,
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if got.Delivery != nil {
					t.Error("a restore records another delivery")
				}
			},
		},
		{name: "modified", prepare: func(f *fixture) { f.write("orders.csv", "mine") }, files: files{"orders.csv": january}, requests: 1},
		{
			name: "missing and ignored", prepare: func(f *fixture) { f.remove("orders.csv"); f.ignoreMissing() }, files: files{},
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if !got.Missing || !got.Present || got.Content != nil {
					t.Errorf("got %+v", got)
				}
			},
		},
		{
			name: "missing and ignored, another path", files: files{},
			prepare: func(f *fixture) { f.remove("orders.csv"); f.ignoreMissing(); f.moveTo("new.csv") },
			check: func(t *testing.T, f *fixture, got Result) {
				t.Helper()
				if got.Path != f.path("new.csv") || !got.Missing {
					t.Errorf("got %+v", got)
				}
			},
		},
		{
			name: "missing and ignored, found at another path", files: files{"new.csv": january}, warnings: []WarningKind{Adopted},
			prepare: func(f *fixture) {
				f.remove("orders.csv")
				f.ignoreMissing()
				f.moveTo("new.csv")
				f.write("new.csv", january)
			},
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if got.Missing {
					t.Error("the file is missing")
				}
			},
		},
		{
			name: "missing and ignored, another file at another path", error: PathOccupied, files: files{"new.csv": "mine"},
			prepare: func(f *fixture) {
				f.remove("orders.csv")
				f.ignoreMissing()
				f.moveTo("new.csv")
				f.write("new.csv", "mine")
			},
		},
		{
			name: "missing and ignored, another file that may be overwritten", files: files{"new.csv": "mine"},
			prepare: func(f *fixture) {
				f.remove("orders.csv")
				f.ignoreMissing()
				f.moveTo("new.csv")
				f.write("new.csv", "mine")
				f.change.Spec.Overwrite = true
			},
		},
		{name: "another run", prepare: otherRun, files: files{"orders.csv": february}, requests: 1},
		{
			name: "download failed", error: NotDownloaded, files: files{"orders.csv": january}, requests: 1,
			prepare: func(f *fixture) { otherRun(f); f.source.err = errors.New("no such run") },
		},
		{
			name: "unexpected content", error: Unexpected, files: files{"orders.csv": january}, requests: 1,
			prepare: func(f *fixture) { otherRun(f); f.change.Spec.ExpectedSHA256 = Known(another) },
		},
		{
			name: "content changed", error: ContentChanged, files: files{"orders.csv": "mine"}, requests: 1,
			prepare: func(f *fixture) { f.write("orders.csv", "mine"); f.source.text = february },
		},
		{name: "moved", prepare: func(f *fixture) { f.moveTo("new/place.csv") }, files: files{"new/place.csv": january}},
		{
			name: "moved, kept", files: files{"orders.csv": january, "new.csv": january},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.change.Spec.KeepFiles = true },
		},
		{
			name: "other spelling", files: files{"orders.csv": january},
			prepare: func(f *fixture) { f.change.Spec.Filename = Known(f.folder + "/./orders.csv") },
		},
		{
			name: "backslashes", files: files{"orders.csv": january},
			prepare: func(f *fixture) { f.change.Spec.Filename = Known(strings.ReplaceAll(f.path("orders.csv"), "/", `\`)) },
		},
		{
			name: "moved, missing", files: files{"new.csv": january}, requests: 1,
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.remove("orders.csv") },
		},
		{
			name: "moved, modified", files: files{"new.csv": january, "orders.csv": "mine"}, requests: 1, warnings: []WarningKind{OldKept},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.write("orders.csv", "mine") },
		},
		{
			name: "moved before, and the state was lost", files: files{"new.csv": january}, warnings: []WarningKind{Adopted},
			prepare: func(f *fixture) {
				f.moveTo("new.csv")
				f.must(os.Rename(f.path("orders.csv"), f.path("new.csv")))
				f.source.err = errors.New("expired")
			},
		},
		{
			name: "copied before, and the state was lost", files: files{"new.csv": january}, warnings: []WarningKind{Adopted},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.write("new.csv", january) },
		},
		{
			name: "moved to another file", error: PathOccupied, files: files{"new.csv": "mine", "orders.csv": january},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.write("new.csv", "mine") },
		},
		{
			name: "missing, moved to another file", error: PathOccupied, files: files{"new.csv": "mine"},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.write("new.csv", "mine"); f.remove("orders.csv") },
		},
		{
			name: "moved, overwrites", files: files{"new.csv": january},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.write("new.csv", "mine"); f.change.Spec.Overwrite = true },
		},
		{
			name: "new, adopts", files: files{"orders.csv": january}, requests: 1, warnings: []WarningKind{Adopted},
			prepare: func(f *fixture) { f.newFile(); f.write("orders.csv", january); f.chmod("orders.csv", 0o644) },
			check: func(t *testing.T, f *fixture, _ Result) {
				t.Helper()
				if mode := f.mode("orders.csv"); watchesModes && mode != 0o644 {
					t.Errorf("adopted with mode %04o", mode)
				}
			},
		},
		{
			name: "new, occupied", error: PathOccupied, files: files{"orders.csv": "mine"}, requests: 1,
			prepare: func(f *fixture) { f.newFile(); f.write("orders.csv", "mine") },
		},
		{
			name: "new, overwrites", files: files{"orders.csv": january}, requests: 1,
			prepare: func(f *fixture) { f.newFile(); f.write("orders.csv", "mine"); f.change.Spec.Overwrite = true },
		},
		{
			name: "a file comes during the download", error: PathOccupied, files: files{"orders.csv": "mine"}, requests: 1,
			prepare: func(f *fixture) { f.newFile(); f.source.before = func() { f.write("orders.csv", "mine") } },
		},
		{
			name: "a folder at the new path", error: PathObstructed, files: files{"orders.csv": january},
			prepare: func(f *fixture) { f.moveTo("new.csv"); f.must(os.Mkdir(f.path("new.csv"), 0o700)) },
		},
		{
			name: "taken by another resource", error: PathTaken, files: files{"orders.csv": january},
			prepare: func(f *fixture) {
				_, err := f.change.Registry.Reserve(f.path("orders.csv"), "that")
				f.must(err)
			},
		},
		{
			name: "archive restored with other bytes", files: files{"orders.csv": "members:a,b:tuesday"}, requests: 1,
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.remove("orders.csv")
				f.source.text = "members:a,b:tuesday"
			},
		},
		{
			name: "archive restored with members in another order", files: files{"orders.csv": "members:b,a:tuesday"}, requests: 1,
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.remove("orders.csv")
				f.source.text = "members:b,a:tuesday"
			},
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if names := got.Content.Members; names[0].Name != "a" || names[1].Name != "b" {
					t.Errorf("members %v", names)
				}
			},
		},
		{
			name: "archive with other members", error: MembersChanged, files: files{}, requests: 1,
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.remove("orders.csv")
				f.source.text = "members:a,c:tuesday"
			},
		},
		{
			name: "archive removed since the plan", error: ArchiveDiffers, files: files{}, requests: 1,
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.change.Planned.SHA256 = digest("members:a,b:monday")
				f.remove("orders.csv")
				f.source.text = "members:a,b:tuesday"
			},
		},
		{
			name: "archive of the same members adopted", files: files{"orders.csv": "members:a,b:monday"}, requests: 1, warnings: []WarningKind{Adopted},
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.change.Record, f.change.Planned = nil, Planned{}
				f.source.text = "members:b,a:tuesday"
			},
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if got.Content.Digests.SHA256Hex() != digest("members:a,b:monday") {
					t.Error("the recorded digest is not the file's")
				}
			},
		},
		{
			name: "archive of the same members, but its digest is expected", error: PathOccupied, requests: 1,
			files: files{"orders.csv": "members:a,b:monday"},
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.source.text = "members:a,b:tuesday"
				f.change.Record, f.change.Planned = nil, Planned{SHA256: digest(f.source.text)}
				f.change.Spec.ExpectedSHA256 = Known(digest(f.source.text))
			},
		},
		{
			name: "moved from another resource type", prepare: (*fixture).withoutRun, files: files{"orders.csv": january},
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if got.Content == nil || got.Content.Digests.Size != int64(len(january)) || got.Delivery != nil {
					t.Errorf("content %v, delivery %v", got.Content, got.Delivery)
				}
			},
		},
		{
			name: "moved from another resource type and to another path", files: files{"new.csv": january},
			prepare: func(f *fixture) { f.withoutRun(); f.moveTo("new.csv") },
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if got.Content == nil {
					t.Error("the facts are not completed")
				}
			},
		},
		{
			name: "moved from another resource type, not a report", error: NotAdopted, files: files{"orders.csv": "<html>"},
			prepare: func(f *fixture) {
				f.withoutRun()
				f.write("orders.csv", "<html>")
				f.change.Record.SHA256 = digest("<html>")
			},
		},
		{
			name: "watched mode", files: files{"orders.csv": january},
			prepare: func(f *fixture) { f.change.Spec.Mode = 0o640 },
			check: func(t *testing.T, f *fixture, _ Result) {
				t.Helper()
				if mode := f.mode("orders.csv"); watchesModes && mode != 0o640 {
					t.Errorf("mode %04o", mode)
				}
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			if tt.prepare != nil {
				tt.prepare(f)
			}
			got, err := f.change.Apply(t.Context())
			var failed *Error
			if errors.As(err, &failed); tt.error == 0 && err != nil || tt.error != 0 && (failed == nil || failed.Kind != tt.error) {
				t.Fatalf("got error %v, want kind %d", err, tt.error)
			}
			var warnings []WarningKind
			for _, w := range got.Warnings {
				warnings = append(warnings, w.Kind)
			}
			if !slices.Equal(warnings, tt.warnings) {
				t.Errorf("got warnings %v, want %v", warnings, tt.warnings)
			}
			if found := f.files(); !equalFiles(found, tt.files) {
				t.Errorf("got files %q, want %q", found, tt.files)
			}
			if f.source.downloads != tt.requests {
				t.Errorf("got %d downloads, want %d", f.source.downloads, tt.requests)
			}
			if tt.check != nil {
				tt.check(t, f, got)
			}
		})
	}
}

func equalFiles(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, text := range a {
		if other, ok := b[name]; !ok || other != text {
			return false
		}
	}
	return true
}

// archive makes the saved file an archive.
func (f *fixture) archive(text string) {
	f.t.Helper()
	f.write("orders.csv", text)
	members := membersOf(text)
	r := f.change.Record
	r.Run.Format, r.SHA256, r.MembersSHA256 = Known(content.ZIP), digest(text), content.MembersSHA256(members)
	f.change.Spec.Run.Format = r.Run.Format
	f.change.Planned = Planned{MembersSHA256: r.MembersSHA256, Members: members}
}

// withoutRun makes the saved file one that was moved from another resource type.
func (f *fixture) withoutRun() {
	f.change.Record.Run, f.change.Record.SuggestedFilename = Run{}, ""
}

func TestChange_restoreThatFailsNamesTheFile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.remove("orders.csv")
	f.source.err = errors.New("the run has expired")
	_, err := f.change.Apply(t.Context())
	want := Error{Kind: NotDownloaded, Path: f.path("orders.csv"), Restores: Missing, Want: digest(january), Err: f.source.err}
	var got *Error
	if !errors.As(err, &got) || *got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestChange_canceled(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*fixture){
		"keep": func(*fixture) {}, "move": func(f *fixture) { f.moveTo("new.csv") }, "new": (*fixture).newFile,
		"adopt": func(f *fixture) { f.withoutRun() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			prepare(f)
			before := f.files()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := f.change.Apply(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want that it was canceled", err)
			}
			if after := f.files(); !equalFiles(before, after) {
				t.Errorf("got files %q, want %q", after, before)
			}
		})
	}
}

func TestReadContent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("page.csv", "<html>")
	got, err := ReadContent(t.Context(), f.source, f.path("orders.csv"))
	if err != nil || got.Digests.SHA256Hex() != digest(january) {
		t.Errorf("got %v (%v)", got, err)
	}
	for name, want := range map[string]Kind{"missing.csv": FileMissing, "page.csv": NotAdopted, ".": PathObstructed} {
		_, err := ReadContent(t.Context(), f.source, f.path(name))
		var failed *Error
		if !errors.As(err, &failed) || failed.Kind != want {
			t.Errorf("%s: got %v, want kind %d", name, err, want)
		}
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	record := *f.change.Record
	if watchesModes {
		record.Mode = 0o600
	}
	for _, tt := range []struct {
		state State
		found string
		do    func()
	}{
		{Unchanged, "", func() {}},
		{OtherMode, "0640", func() { f.chmod("orders.csv", 0o640) }},
		{Modified, digest("mine"), func() { f.write("orders.csv", "mine") }},
		{Missing, "", func() { f.remove("orders.csv") }},
		{Obstructed, "a folder", func() { f.must(os.Mkdir(f.path("orders.csv"), 0o700)) }},
	} {
		if tt.do(); tt.state == OtherMode && !watchesModes {
			continue
		}
		got, err := Inspect(t.Context(), record, false)
		if err != nil || got.State != tt.state || got.Found != tt.found {
			t.Errorf("got %q %q (%v), want %q %q", got.State, got.Found, err, tt.state, tt.found)
		}
	}
}
