package atomicfile

import (
	"os"
	"testing"
)

// Windows renames no folder that has a pending file, so its path stays valid.
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
