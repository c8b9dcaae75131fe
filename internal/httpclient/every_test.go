package httpclient

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var got []time.Duration
		stop := Every(10*time.Second, func() { got = append(got, time.Since(start)) })
		time.Sleep(35 * time.Second)
		stop()
		time.Sleep(time.Minute)
		stop() // a second time does nothing
		want := []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second}
		if !slices.Equal(got, want) {
			t.Errorf("called after %v, want %v", got, want)
		}
	})
}

// TestEvery_stopWaits stops during a call: stop returns after it.
func TestEvery_stopWaits(t *testing.T) {
	running, release := make(chan struct{}), make(chan struct{})
	ended := false
	stop := Every(time.Nanosecond, func() {
		if ended {
			return
		}
		close(running)
		<-release
		ended = true
	})
	<-running
	stopped := make(chan bool)
	go func() {
		stop()
		stopped <- ended
	}()
	close(release)
	if !<-stopped {
		t.Error("stop returned during the call")
	}
}

// TestEvery_lateTick runs the timer's function after a stop, as it may when both come at once.
func TestEvery_lateTick(t *testing.T) {
	called := false
	e := &every{f: func() { called = true }, timer: time.NewTimer(time.Hour)}
	e.stop()
	e.tick()
	if called {
		t.Error("called after the stop")
	}
}
