package atomicfile

import (
	"errors"
	"io"
	"path/filepath"
	"testing"
)

// A file stays open while another takes its path: reads, digests and copies are of one content.
func TestFileIsOneContent(t *testing.T) {
	path := writeFile(t, inTemp(t, "file"), "abc")
	file := openedFile(t, path)
	text, err := io.ReadAll(io.NewSectionReader(file, 0, file.Size()))
	if err != nil || string(text) != "abc" || file.Mode() == 0 {
		t.Errorf("got %q, %v, mode %v", text, err, file.Mode())
	}
	p := pendingWith(t, Folder(path), "")
	if err := file.CopyTo(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got := p.Digests(); got != digestsOf([]byte("abc")) {
		t.Errorf("the copy has the digests %+v", got)
	}
	copied := filepath.Join(Folder(path), "copy")
	if _, err := p.Commit(t.Context(), copied, CommitOptions{}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, copied, []byte("abc"))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = file.ReadAt(make([]byte, 1), 0)
	if target, ok := errors.AsType[*TargetError](err); !ok || target.Path != path {
		t.Errorf("a closed file: got %v, want an error that names the path", err)
	}
}
