package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
)

func TestCountingReader_errors(t *testing.T) {
	counter := &countingReader{
		ctx:   t.Context(),
		body:  io.MultiReader(strings.NewReader("1234"), iotest.ErrReader(errors.New("GOAWAY"))),
		total: -1,
	}
	_, err := io.ReadAll(counter)
	want := "the transfer broke off after 4 bytes: GOAWAY"
	if got := err.Error(); got != want {
		t.Errorf("text: got %q, want %q", got, want)
	}
	if _, again := counter.Read(make([]byte, 1)); again != err {
		t.Errorf("error is %v the second time", again)
	}
}

func TestAlerts(t *testing.T) {
	alert := &net.OpError{Op: "remote error", Err: errors.New("tls: internal error")}
	inBody, ok := errors.AsType[*Error]((&countingReader{total: 9}).brokeOff(alert))
	if !ok || inBody.Kind != KindTransfer || !inBody.Passing {
		t.Errorf("in a body: got %+v, want a passing %s", inBody, KindTransfer)
	}
	if got := connectionError(alert); got.Kind != KindHandshake || got.Passing {
		t.Errorf("in place of a response: got %+v, want a %s that does not pass", got, KindHandshake)
	}
}

// TestWireBody_silence ends the context of a body with the error of a silent connection.
func TestWireBody_silence(t *testing.T) {
	idle := &Error{Kind: KindIdle, Message: "silent", Passing: true}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("wrapped: %w", idle))
	_, err := (&countingReader{ctx: ctx, body: strings.NewReader("x"), total: -1}).Read(make([]byte, 1))
	if got, ok := errors.AsType[*Error](err); !ok || got.Kind != KindIdle || !got.Passing {
		t.Errorf("got %v, want a passing error of a silent connection", err)
	}
}
