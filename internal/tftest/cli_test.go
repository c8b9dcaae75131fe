package tftest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
)

// TestMain lets the test's own binary be the program that is run: with the variable it prints it and ends with
// status 3.
func TestMain(m *testing.M) {
	if text := os.Getenv("CLI_TEST_SAY"); text != "" {
		os.Stdout.WriteString(text)
		os.Exit(3)
	}
	os.Exit(deadline.Main(m))
}

func testCLI(t *testing.T) *CLI {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &CLI{Executable: self, Environment: append(os.Environ(), "CLI_TEST_SAY=no such thing")}
}

func TestRunQuietly(t *testing.T) {
	c := testCLI(t)
	if err := c.RunQuietly(deadline.Context(t), t.TempDir(), 3, "plan"); err != nil {
		t.Errorf("the status that was wanted: %v", err)
	}
	err := c.RunQuietly(deadline.Context(t), t.TempDir(), 0, "plan")
	var exit *ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("got error %v, want an *ExitError", err)
	}
	want := ExitError{Command: "plan", Got: 3, Want: 0, Output: "no such thing"}
	if *exit != want {
		t.Errorf("got %+v, want %+v", *exit, want)
	}
}

func TestRunQuietly_missingProgram(t *testing.T) {
	c := &CLI{Executable: filepath.Join(t.TempDir(), "terraform")}
	err := c.RunQuietly(deadline.Context(t), t.TempDir(), 0, "plan")
	if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, exec.ErrNotFound) { // the second on Windows
		t.Errorf("got error %v, want os.ErrNotExist", err)
	}
}

func TestEmptyFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "demo")
	for range 2 {
		if err := EmptyFolder(folder, "work"); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(folder, "work", "evidence"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	strange := filepath.Join(folder, "thesis.txt")
	if err := os.WriteFile(strange, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := EmptyFolder(folder, "work"); err == nil {
		t.Error("a folder with a foreign file was emptied")
	}
	for _, name := range []string{strange, filepath.Join(folder, "work", "evidence")} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}
