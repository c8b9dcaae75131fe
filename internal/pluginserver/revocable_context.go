package pluginserver

import (
	"context"
	"sync/atomic"
	"time"
)

// revocableContext is its parent until it is revoked. After that it is cancelled and without values, so that references
// to it keep no memory alive.
type revocableContext struct {
	parent atomic.Pointer[context.Context]
}

// callRevocably calls call with a context that is revoked when call returns.
func callRevocably[Request, Response any](
	ctx context.Context, req Request, call func(context.Context, Request) (Response, error),
) (Response, error) {
	ctx, revoke := withRevoke(ctx)
	defer revoke()
	return call(ctx, req)
}

func withRevoke(parent context.Context) (ctx context.Context, revoke func()) {
	revocable := new(revocableContext)
	revocable.parent.Store(&parent)
	return revocable, func() { revocable.parent.Store(nil) }
}

var cancelled = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *revocableContext) current() context.Context {
	if parent := c.parent.Load(); parent != nil {
		return *parent
	}
	return cancelled
}

func (c *revocableContext) Deadline() (time.Time, bool) { return c.current().Deadline() }

func (c *revocableContext) Done() <-chan struct{} { return c.current().Done() }

func (c *revocableContext) Err() error { return c.current().Err() }

func (c *revocableContext) Value(key any) any { return c.current().Value(key) }
