package pluginserver

import (
	"context"
	"errors"
	"testing"
)

func TestRevocableContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	failure := errors.New("the call's own error")
	caller, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "carried"))
	defer cancel()
	var kept, derived context.Context
	response, err := callRevocably(caller, "request", func(ctx context.Context, request string) (string, error) {
		kept = ctx
		if ctx.Value(key{}) != "carried" || ctx.Err() != nil {
			t.Errorf("in the call, the context carries %v and has ended with %v", ctx.Value(key{}), ctx.Err())
		}
		var stop context.CancelFunc
		derived, stop = context.WithCancel(ctx)
		defer stop()
		cancel()
		<-derived.Done() // the caller's end is the call's end
		return "response to " + request, failure
	})
	if response != "response to request" || !errors.Is(err, failure) {
		t.Errorf("the call returned %q, %v", response, err)
	}
	<-kept.Done()
	if _, ok := kept.Deadline(); ok || kept.Value(key{}) != nil || !errors.Is(kept.Err(), context.Canceled) {
		t.Errorf("after the call, the context carries %v and has ended with %v", kept.Value(key{}), kept.Err())
	}
}
