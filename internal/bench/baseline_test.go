package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Parts that the test's own binary plays as a process of a pipe; the fake is one that the program itself knows.
const partVariable = "BENCH_TEST_PART"

var parts = map[string]func() error{
	"produce": func() error { _, err := os.Stdout.WriteString(strings.Repeat("x", 1<<20)); return err },
	"count": func() error {
		text, err := io.ReadAll(os.Stdin)
		if len(text) != 1<<20 {
			return errors.New("not all of it arrived")
		}
		return err
	},
	"refuse": func() error { return errors.New("refused, as it should") },
}

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == serveArgument {
		main()
		return
	}
	part, ok := parts[os.Getenv(partVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	if part() != nil {
		os.Exit(1)
	}
}

func process(ctx context.Context, t *testing.T, part string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := tool(ctx, self)
	command.Env = append(os.Environ(), partVariable+"="+part)
	return command
}

func TestPipe(t *testing.T) {
	if err := pipe(process(t.Context(), t, "produce"), process(t.Context(), t, "count")); err != nil {
		t.Error(err)
	}
	for _, parts := range [][]string{{"refuse"}, {"refuse", "count"}, {"produce", "refuse"}} {
		var commands []*exec.Cmd
		for _, part := range parts {
			commands = append(commands, process(t.Context(), t, part))
		}
		if _, ok := errors.AsType[*exec.ExitError](pipe(commands...)); !ok {
			t.Errorf("%v: no error", parts)
		}
	}
	missing := tool(t.Context(), "no-such-program")
	if err := pipe(process(t.Context(), t, "produce"), missing); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("error is %v, want exec.ErrNotFound", err)
	}
}

func TestToolsMissing(t *testing.T) {
	for _, tt := range []struct {
		tools         tools
		bare, wrapped string
	}{
		{tools{curl: true, openssl: true, unzip: true}, "", ""},
		{tools{curl: true, openssl: true}, "", "unzip is not on PATH"},
		{tools{openssl: true}, "curl is not on PATH", "curl is not on PATH"},
		{tools{}, "openssl is not on PATH", "openssl is not on PATH"},
	} {
		if got := tt.tools.missing(false); got != tt.bare {
			t.Errorf("%+v, bare: %q", tt.tools, got)
		}
		if got := tt.tools.missing(true); got != tt.wrapped {
			t.Errorf("%+v, wrapped: %q", tt.tools, got)
		}
	}
}
