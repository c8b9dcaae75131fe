package redact

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"strings"
	"testing"
)

func TestWriter(t *testing.T) {
	var out bytes.Buffer
	logger := log.New(Writer(&out), "", 0)
	logger.Printf("before: %s", secret)
	Register(secret, secret, "abc")
	logger.Printf("header %q and %s", secret, secret[:50])
	logger.Print("abc")
	if got, want := out.String(), "before: "+secret+"\nheader \"***\" and ***\nabc\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n, err := Writer(io.Discard).Write([]byte(secret)); n != len(secret) || err != nil {
		t.Errorf("got %d, %v for a Write of %d bytes", n, err, len(secret))
	}
}

func TestHandler(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(New(secret).Handler(slog.NewTextHandler(&out, nil)))
	logger = logger.With("with", secret).WithGroup("group").With("url", []string{secret})
	logger.Info("message "+secret[:30], "error", io.EOF, "name", "a\x1b[2J\u202e", "n", 5,
		slog.Group("inner", "x", secret), "long", strings.Repeat("x", 1_000_000))
	text := out.String()
	if part := longestPart(text); len(part) >= 5 {
		t.Errorf("%q is in %s", part, text)
	}
	for _, want := range []string{`msg="message ***"`, "with=***", "group.url=[***]", "group.error=EOF", "group.name=a[2J", "group.n=5"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
	if len(text) > 3*maxLogValue {
		t.Errorf("the record has %d bytes", len(text))
	}
}
