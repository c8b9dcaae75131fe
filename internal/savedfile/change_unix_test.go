//go:build unix

package savedfile

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
)

// TestChange_obstructed puts an entry that is not a regular file at the path of a saved file, of a new file and of a
// move. It is rejected before the download and not changed.
func TestChange_obstructed(t *testing.T) {
	t.Parallel()
	obstacles := map[string]func(path string) error{
		"a symbolic link": func(path string) error { return os.Symlink("elsewhere", path) },
		"a folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		"a named pipe":    func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a socket": func(path string) error {
			listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
			if err == nil {
				listener.SetUnlinkOnClose(false)
				err = listener.Close()
			}
			return err
		},
	}
	paths := map[string]func(*fixture) string{
		"saved": func(f *fixture) string { f.remove("orders.csv"); return f.path("orders.csv") },
		"new":   func(f *fixture) string { f.newFile(); return f.path("orders.csv") },
		"moved": func(f *fixture) string { f.moveTo("new"); return f.path("new") },
		"ignored": func(f *fixture) string {
			f.remove("orders.csv")
			f.ignoreMissing()
			f.moveTo("new")
			return f.path("new")
		},
	}
	for kind, obstruct := range obstacles {
		for name, prepare := range paths {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				f := newFixture(t)
				path := prepare(f)
				f.must(obstruct(path))
				before, err := os.Lstat(path)
				f.must(err)
				_, err = f.change.Apply(t.Context())
				var got *Error
				if !errors.As(err, &got) || got.Kind != PathObstructed || got.Obstacle != kind || got.Path != path {
					t.Errorf("got %+v, want that there is %s", got, kind)
				}
				if after, err := os.Lstat(path); err != nil || !os.SameFile(before, after) {
					t.Errorf("%s was touched (%v)", kind, err)
				}
				if f.source.downloads > 0 {
					t.Errorf("got %d downloads, want none", f.source.downloads)
				}
			})
		}
	}
}

func TestReadContent_link(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.must(os.Symlink("orders.csv", f.path("link.csv")))
	_, err := ReadContent(t.Context(), f.source, f.path("link.csv"))
	var got *Error
	if !errors.As(err, &got) || got.Kind != PathObstructed {
		t.Errorf("got %v, want that the link is refused", err)
	}
}
