package atomicfile

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

// The test binary is also the other process: with this variable it plays the named part instead of running tests.
const childPart = "ARTIFACT_TEST_CHILD"

var childParts = map[string]func(args []string) error{
	"replace": childReplace,
	"hold":    childHold,
	"placed":  childPlaced,
	"sweep":   childSweep,
	"write":   childWrite,
	"lock":    childLock,
	"fips":    childFIPS,
	"run":     childRun,
}

func TestMain(m *testing.M) {
	part := os.Getenv(childPart)
	if part == "" {
		os.Exit(deadline.Main(m))
	}
	if err := childParts[part](os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child is a running second process; lines of its output are how it says where it is.
type child struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Reader
	log   bytes.Buffer
}

func startChild(t *testing.T, part string, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.CommandContext(deadline.Context(t), self, args...)}
	c.cmd.Env = append(os.Environ(), childPart+"="+part)
	c.cmd.Stderr = &c.log
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewReader(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.cmd.Process.Kill() })
	return c
}

func (c *child) line() string {
	c.t.Helper()
	line, err := c.lines.ReadString('\n')
	if err != nil {
		c.cmd.Wait()
		c.t.Fatalf("child: %v\n%s", err, c.log.String())
	}
	return strings.TrimSpace(line)
}

func (c *child) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	c.cmd.Wait()
}

// finish closes the child's input, which lets it go on to its end, and wants success.
func (c *child) finish() {
	c.t.Helper()
	c.in.Close()
	io.Copy(io.Discard, c.lines)
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatalf("child: %v\n%s", err, c.log.String())
	}
}

func awaitParent() { io.Copy(io.Discard, os.Stdin) }

// save is the usual way of a content to its path.
func save(path string, content []byte, opts CommitOptions) error {
	p, err := NewPending(Folder(path), PendingOptions{})
	if err != nil {
		return err
	}
	defer p.Discard()
	if _, err := p.Write(content); err != nil {
		return err
	}
	_, err = p.Commit(context.Background(), path, opts)
	return err
}

func wantContent(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s holds %d bytes that start with %.20q, want %d bytes that start with %.20q",
			path, len(got), got, len(want), want)
	}
}

// wantFiles checks that dir contains exactly the named entries.
func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := names(t, dir); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Fatalf("got files %q, want %q", got, want)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func writeFile(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func pendingWith(t *testing.T, dir, content string) *Pending {
	t.Helper()
	p, err := NewPending(dir, PendingOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Discard() })
	if _, err := p.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	return p
}

// opened opens a folder for a test.
func opened(t *testing.T, path string) *dir {
	t.Helper()
	d, err := openDir(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	return d
}

func inTemp(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(t.TempDir(), name)
}
