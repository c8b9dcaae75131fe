package savedfile

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
)

const (
	january  = "order,amount\n1,10\n"
	february = "order,amount\n2,20\n"
)

func TestChange(t *testing.T) {
	t.Parallel()
	type files = map[string]string
	otherRun := func(f *fixture) {
		f.change.Spec.Run.Run = Known(otherID)
		f.change.Planned, f.source.text = Planned{}, february
	}
	tests := []struct {
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
					t.Errorf("got path %s, want %s", got.Path, want)
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
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if got.Missing {
					t.Error("got a missing file, want the one that a later apply replaces")
				}
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
				_, err := f.change.Registry.ReserveFor(f.path("orders.csv"), "that", "February")
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
			name: "archive with its members in another order adopted", files: files{"orders.csv": "members:a,b:monday"},
			prepare: func(f *fixture) {
				f.archive("members:a,b:monday")
				f.withoutRun()
				f.change.Planned.Members = membersOf("members:b,a")
			},
			check: func(t *testing.T, _ *fixture, got Result) {
				t.Helper()
				if want := membersOf("members:b,a"); !slices.Equal(got.Content.Members, want) {
					t.Errorf("got members %v, want the planned order %v", got.Content.Members, want)
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
	}
	for _, tt := range tests {
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
			taken, _ := errors.AsType[*atomicfile.TargetError](err)
			if tt.error == PathTaken && (taken == nil || taken.Other != "February") {
				t.Errorf("got %v, want the label of the other resource", err)
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

// TestChange_modifiedBeforeTheMove changes the file between its inspection and its copy.
func TestChange_modifiedBeforeTheMove(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.moveTo("new.csv")
	a := &application{Change: f.change}
	f.must(a.reserve(f.path("new.csv")))
	a.decision = Decide(a.Spec, a.Record, Unchanged)
	f.write("orders.csv", "mine")
	f.must(a.move(t.Context()))
	if found, want := f.files(), map[string]string{"orders.csv": "mine", "new.csv": january}; !equalFiles(found, want) {
		t.Errorf("got files %q, want %q", found, want)
	}
	if got := f.source.downloads; got != 1 {
		t.Errorf("got %d downloads, want 1", got)
	}
}
