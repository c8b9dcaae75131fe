package atomicfile

import (
	"os"
	"testing"
)

// A folder with a pending file can't be renamed, so its path stays what it was.
func TestFolderOfAPendingFileStays(t *testing.T) {
	dir := inTemp(t, "folder")
	p := pendingWith(t, dir, "new")
	if err := os.Rename(dir, dir+"-away"); err == nil {
		t.Error("the folder was renamed")
	}
	if err := p.Discard(); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, Folder(dir))
}
