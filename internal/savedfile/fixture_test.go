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
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
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
