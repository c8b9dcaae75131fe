package archive

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestSums(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var sums []Sum
	for _, name := range []string{"plain.csv", "with space.csv", `back\slash.csv`, "line\nbreak.csv", "\\n.csv"} {
		// On Windows only the first two can be names of files.
		err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600)
		if err != nil && (runtime.GOOS != "windows" || len(sums) < 2) {
			t.Fatal(err)
		}
		sums = append(sums, Sum{SHA256: digestOf([]byte(name)), Name: name})
	}
	text := EncodeSums(sums)
	got, err := ParseSums(text)
	if err != nil || !slices.Equal(got, sums) {
		t.Errorf("got %q (%v), want %q", got, err, sums)
	}
	if strings.Contains(text, "\r") || !strings.HasSuffix(text, "\n") {
		t.Errorf("the list does not have a line feed after each line: %q", text)
	}
	sha256sum, err := exec.LookPath("sha256sum")
	if err != nil {
		return // coreutils are the second judge where they are installed
	}
	if err := os.WriteFile(filepath.Join(dir, "list"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), sha256sum, "-c", "--strict", "list")
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestParseSums_errors(t *testing.T) {
	t.Parallel()
	digest := digestOf(nil)
	for _, text := range []string{
		"", "x", digest, digest + " ", digest + "  ", digest[1:] + "  name", strings.ToUpper(digest) + "  name",
		digest + "  name\n\n",
	} {
		if got, err := ParseSums(text); err == nil {
			t.Errorf("%q gave %v, want an error", text, got)
		}
	}
}
