package tftest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFolder(t *testing.T) {
	t.Parallel()
	f := testCLI(t).In(t, "CLI_TEST_SAY=from the folder")
	if got := f.Run(3, "plan"); got != "from the folder" {
		t.Errorf("Run: got %q, want the folder's environment", got)
	}
	if stdout, stderr := f.Command(3, "plan"); stdout != "from the folder" || stderr != "" {
		t.Errorf("Command: got %q and %q", stdout, stderr)
	}
	f.Write("a.txt", "text")
	if got, err := os.ReadFile(f.File("a.txt")); err != nil || string(got) != "text" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestFolder_copies(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	for name, text := range map[string]string{
		"one/main.tf": "# one", "one/import.tf": "", "one/notes.md": "", "mocks/a.tfmock.hcl": "# mock", "one/.hidden.tf": "",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(source, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(source, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := testCLI(t).In(t)
	f.CopyExample(filepath.Join(source, "one"), func(file string) bool { return file == "main.tf" })
	if got, want := f.Files(), []string{"main.tf", "source.tf"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f = testCLI(t).In(t)
	f.CopyTree(source, "one")
	if got, want := f.Files(), []string{"import.tf", "main.tf"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := os.Stat(f.File("../mocks/a.tfmock.hcl")); err != nil {
		t.Error(err)
	}
}

func TestDevOverrides(t *testing.T) {
	t.Parallel()
	if got := DevOverrides(map[string]string{"a/b": "/c"}); !strings.Contains(got, `"a/b" = "/c"`) {
		t.Errorf("got %s", got)
	}
}
