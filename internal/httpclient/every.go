package httpclient

import (
	"sync"
	"time"
)

// LogInterval is the time between two log records of a long transfer or wait.
const LogInterval = 10 * time.Second

// Every calls f in a goroutine of its own after each interval, until stop is called. stop waits for a call in progress.
func Every(interval time.Duration, f func()) (stop func()) {
	e := &every{interval: interval, f: f}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timer = time.AfterFunc(interval, e.tick)
	return e.stop
}

type every struct {
	interval time.Duration
	f        func()

	mu      sync.Mutex
	timer   *time.Timer
	stopped bool
}

func (e *every) tick() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.stopped {
		e.f()
		e.timer.Reset(e.interval)
	}
}

func (e *every) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stopped = true
	e.timer.Stop()
}
