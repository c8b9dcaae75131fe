package atomicfile

import (
	"encoding/hex"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// childFIPS prints the MD5 of a content of several blocks.
func childFIPS([]string) error {
	d := NewDigester()
	if _, err := d.Write(pattern(2*blockSize + 1)); err != nil {
		return err
	}
	sum := d.Sum()
	_, err := os.Stdout.WriteString(sum.MD5Hex())
	return err
}

func TestDigestsUnderFIPSOnly(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childPart+"=fips", "GODEBUG=fips140=only")
	out, err := cmd.CombinedOutput()
	want := digestsOf(pattern(2*blockSize + 1)).MD5
	if err != nil || strings.TrimSpace(string(out)) != hex.EncodeToString(want[:]) {
		t.Errorf("got %v, %s", err, out)
	}
}
